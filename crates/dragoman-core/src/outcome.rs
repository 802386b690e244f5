//! How an attempt ends.

use std::time::Duration;

use crate::id::AttemptId;
use crate::time::Timestamp;

/// The provider's answer to a POST that it took (class A).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The provider's id of the message.
    pub provider_id: Box<str>,
    /// The recipient's id as the provider knows it, when it tells; may differ from the number
    /// that was dialled.
    pub recipient: Option<Box<str>>,
    /// The provider holds it back until it has judged the quality of its template.
    pub held: bool,
}

/// An attempt without a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendError {
    /// The provider has not taken the message, for certain.
    NotTaken(NotTaken),
    /// The answer is lost: the message may have been taken. Has no retry.
    Unknown(Box<str>),
}

/// A proven refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotTaken {
    /// What the provider, or the network, said.
    pub failure: Failure,
    /// How sure that is.
    pub proof: Proof,
    /// Whether to try again; set by the code that understood the answer.
    pub again: Again,
    /// Who is slowed down by it.
    pub slow: Slow,
}

/// How sure it is that a provider has not taken a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Nothing was written, or the provider has refused it in words of its own (N).
    Certain,
    /// The provider has said so while its servers were failing (P): an echo may still tell
    /// otherwise.
    Struggling,
}

/// Whether a proven refusal is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// Never as it is.
    Never,
    /// After a pause that grows.
    Backoff,
    /// After this long, for example because the answer names it.
    After(Duration),
}

/// Who has to wait because of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slow {
    /// Only this message.
    Message,
    /// This conversation: the pair rate of the provider.
    Conversation,
    /// The whole channel: it is faster than the provider allows.
    Channel,
    /// The whole channel, for long: it has a bad name with the provider.
    Reputation,
    /// The whole channel, until somebody mends it: the provider takes nothing of it.
    Broken,
}

/// Why a message was not delivered, in the provider's words or ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The provider's code; 0 where it has none.
    pub code: i64,
    /// Short fixed text.
    pub title: Box<str>,
    /// What exactly, when it is known.
    pub details: Option<Box<str>>,
}

impl Failure {
    /// A failure with a code and a title.
    pub fn new(code: i64, title: impl Into<Box<str>>) -> Self {
        Self {
            code,
            title: title.into(),
            details: None,
        }
    }

    /// The same with details.
    #[must_use]
    pub fn because(self, details: impl Into<Box<str>>) -> Self {
        Self {
            details: Some(details.into()),
            ..self
        }
    }
}

/// How an attempt ended, or why there was none. Recording it is the store's `settle`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// The provider took it (A).
    Submitted(Receipt),
    /// Proven refusal (N, or P after its grace); to be tried again at `due_at`.
    Retry {
        /// Why.
        failure: Failure,
        /// When.
        due_at: Timestamp,
    },
    /// Proven refusal that ends the message.
    Failed(Failure),
    /// The answer is lost (U).
    Unknown(Box<str>),
    /// Its time ran out before an attempt.
    Expired,
    /// Taken back before an attempt.
    Cancelled,
    /// Handling it crashed too often; set aside.
    Dead,
}

impl Settlement {
    /// When the next attempt may start, if there is to be one.
    pub const fn due_at(&self) -> Option<Timestamp> {
        match self {
            Self::Retry { due_at, .. } => Some(*due_at),
            Self::Submitted(_)
            | Self::Failed(_)
            | Self::Unknown(_)
            | Self::Expired
            | Self::Cancelled
            | Self::Dead => None,
        }
    }
}

/// The attempt that a settlement speaks of; `None` when the message never departed.
pub type Attempt = Option<AttemptId>;
