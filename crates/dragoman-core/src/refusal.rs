//! Why a submission is not sent.

use crate::catalog::Source;
use crate::content::Kind;

/// Why the rules refuse a submission. Each dialect has one table, without a catch-all, that says
/// for every refusal whether its client hears it now or later, and in which words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// More than 24 hours have passed since the customer's last message.
    #[error("the customer service window is closed")]
    WindowClosed,
    /// No template has this uuid, or this name and language.
    #[error("unknown template")]
    TemplateUnknown,
    /// The template exists, but the provider has not approved it or has withdrawn it.
    #[error("the template is not approved")]
    TemplateNotApproved,
    /// The number of values is not the number of placeholders.
    #[error("{given} template values where {expected:?} are expected")]
    TemplateParameters {
        /// How many were given.
        given: usize,
        /// How many the template, or each of its variants, takes.
        expected: Vec<usize>,
    },
    /// The file above the body is missing, superfluous or of another kind.
    #[error("a {} header where {allowed:?} is expected", given.word())]
    TemplateHeader {
        /// What was given.
        given: Kind,
        /// What the template's variants take.
        allowed: Vec<Kind>,
    },
    /// A template without the sender's word that the customer agreed.
    #[error("the sender has not confirmed that the customer opted in")]
    OptInMissing,
    /// The customer does not want messages.
    #[error("the customer has opted out")]
    OptedOut,
    /// The recipient is the sending number itself.
    #[error("the recipient is the sender")]
    SelfSend,
    /// The text has more characters than the messenger takes.
    #[error("text of {given} characters, at most {limit}")]
    TextTooLong {
        /// Characters given.
        given: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// The caption has more characters than the messenger takes.
    #[error("caption of {given} characters, at most {limit}")]
    CaptionTooLong {
        /// Characters given.
        given: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// Nothing to send.
    #[error("empty text")]
    TextEmpty,
    /// The link of a file is not an absolute `http` or `https` address.
    #[error("the link is not a public http address")]
    LinkInvalid,
    /// A channel of this kind does not take such content.
    #[error("a {} channel takes no {}", messenger.word(), kind.word())]
    Unsupported {
        /// What was given.
        kind: Kind,
        /// The channel's messenger.
        messenger: Source,
    },
    /// The channel has been switched off.
    #[error("the channel is disabled")]
    ChannelDisabled,
    /// As many messages of the channel wait as may wait.
    #[error("the queue is full")]
    QueueFull,
    /// As many messages of the account wait as may wait, in all its channels together.
    #[error("too many messages of this account wait")]
    AccountFull,
    /// As many messages of the conversation wait as may wait.
    #[error("too many messages wait in this conversation")]
    LaneFull,
}

/// When a client hears of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// As an error answer; nothing is stored.
    Now,
    /// The message is accepted with an id, recorded as failed in the same commit, never queued,
    /// and reported by webhook.
    Later,
}
