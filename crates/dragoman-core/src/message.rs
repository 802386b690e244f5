//! The stages of an outbound message, each a type that only the stage before can make:
//! `Submission → Admitted → Claim → Ready → InFlight → Settlement`.

use std::sync::Arc;

use crate::address::Address;
use crate::assignment::Assignment;
use crate::contact::{Contact, Conversation};
use crate::content::Content;
use crate::doubt::OnUnknown;
use crate::id::{AttemptId, AttemptToken, Id, MessageId};
use crate::inbound::Inbound;
use crate::order::After;
use crate::outcome::Failure;
use crate::raw::Raw;
use crate::state::Fold;
use crate::submission::{Dialect, Duplicate, IdempotencyKey};
use crate::time::Timestamp;

/// How soon a message gets its turn. The numbers are stored: never change one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Priority {
    /// One-time codes, and answers inside the window.
    High = 1,
    /// Everything else.
    Normal = 2,
    /// Broadcasts.
    Bulk = 3,
}

/// What the rules have let through. Has no constructor outside [`crate::admission`], and the store
/// accepts nothing else.
#[derive(Clone, Debug)]
pub struct Admitted {
    pub(crate) body: Arc<Outbound>,
    pub(crate) account: Id,
    pub(crate) channel: Id,
    pub(crate) assignment: Assignment,
    pub(crate) key: Option<IdempotencyKey>,
    pub(crate) duplicate: Option<Duplicate>,
    pub(crate) failure: Option<Failure>,
}

impl Admitted {
    /// What is kept of it.
    pub fn body(&self) -> &Arc<Outbound> {
        &self.body
    }

    /// The tenant.
    pub const fn account(&self) -> Id {
        self.account
    }

    /// The sender.
    pub const fn channel(&self) -> Id {
        self.channel
    }

    /// Whom the conversation goes to.
    pub const fn assignment(&self) -> &Assignment {
        &self.assignment
    }

    /// The idempotency key, when the client sent one.
    pub const fn key(&self) -> Option<&IdempotencyKey> {
        self.key.as_ref()
    }

    /// What says that the same was asked for a moment ago, when the client wants that looked at.
    pub const fn duplicate(&self) -> Option<&Duplicate> {
        self.duplicate.as_ref()
    }

    /// Set when the verdict is to accept it and fail it in the same commit: it is never queued.
    pub const fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }
}

/// What is kept of an outbound message. Written once, never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outbound {
    /// The recipient as the client named it.
    pub to: Address,
    /// What it says.
    pub content: Content,
    /// The API that it came through.
    pub dialect: Dialect,
    /// Its turn.
    pub priority: Priority,
    /// Not sent later than this.
    pub expires_at: Timestamp,
    /// The client's own data.
    pub metadata: Option<Raw>,
    /// The provider's id of the message that it answers.
    pub reply_to: Option<Box<str>>,
    /// What it waits for, where that differs from its channel's way.
    pub after: Option<After>,
    /// What becomes of it when its attempt's answer is lost, where that differs from its channel's
    /// way.
    pub on_unknown: Option<OnUnknown>,
    /// The hash of the keys of the customer's device: the provider delivers it to no others.
    pub identity: Option<Box<str>>,
}

/// The right to attempt a message.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The message.
    pub message: MessageId,
    /// The tenant.
    pub account: Id,
    /// The sender.
    pub channel: Id,
    /// The lane.
    pub conversation: i64,
    /// What to send.
    pub body: Arc<Outbound>,
    /// How many attempts have departed before.
    pub starts: u32,
}

/// A claimed message whose file the provider has: everything that may fail without doubt lies
/// behind it.
#[derive(Clone, Debug)]
pub struct Ready {
    claim: Claim,
    prepared: Option<Box<str>>,
}

impl Ready {
    /// For who has given the provider the message's file, if it has one that is uploaded: then
    /// `prepared` is the provider's id of it.
    pub const fn new(claim: Claim, prepared: Option<Box<str>>) -> Self {
        Self { claim, prepared }
    }

    /// What was claimed.
    pub const fn claim(&self) -> &Claim {
        &self.claim
    }
}

/// A message whose departure is on disk. A driver's `send` takes nothing else, so nothing leaves
/// before its departure is durable.
#[derive(Debug)]
pub struct InFlight {
    ready: Ready,
    attempt: AttemptId,
}

impl InFlight {
    /// For stores alone, after the commit that holds the departure has been synced.
    pub const fn after_durable_departure(ready: Ready, attempt: AttemptId) -> Self {
        Self { ready, attempt }
    }

    /// The message.
    pub const fn message(&self) -> MessageId {
        self.ready.claim.message
    }

    /// What was claimed.
    pub const fn claim(&self) -> &Claim {
        &self.ready.claim
    }

    /// What to send.
    pub fn body(&self) -> &Outbound {
        &self.ready.claim.body
    }

    /// The provider's id of the message's file, when that was uploaded.
    pub fn prepared(&self) -> Option<&str> {
        self.ready.prepared.as_deref()
    }

    /// The attempt.
    pub const fn attempt(&self) -> AttemptId {
        self.attempt
    }

    /// What travels with the POST and comes back in statuses.
    pub const fn token(&self) -> AttemptToken {
        AttemptToken {
            message: self.ready.claim.message,
            attempt: self.attempt,
        }
    }
}

/// A message as it is read back: what was said, and what became of it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its id.
    pub id: MessageId,
    /// The tenant.
    pub account: Id,
    /// The channel.
    pub channel: Id,
    /// The conversation that it belongs to.
    pub conversation: Conversation,
    /// Who is on the other side.
    pub contact: Arc<Contact>,
    /// What was said, by whom.
    pub body: Body,
    /// What became of it; of an inbound message only `state` `Read` or `Delivered` has a meaning.
    pub fold: Fold,
    /// The provider's id, once it is known.
    pub provider_id: Option<Box<str>>,
}

impl Stored {
    /// What was sent, when we sent it.
    pub fn outbound(&self) -> Option<&Outbound> {
        match &self.body {
            Body::Outbound(body) => Some(body),
            Body::Inbound(_) | Body::Note(_) => None,
        }
    }

    /// What was received, when a customer sent it.
    pub fn inbound(&self) -> Option<&Inbound> {
        match &self.body {
            Body::Inbound(body) => Some(body),
            Body::Outbound(_) | Body::Note(_) => None,
        }
    }
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// We did, for a client.
    Business,
    /// The other side did.
    Customer,
}

/// What was said, by whom.
#[derive(Clone, Debug)]
pub enum Body {
    /// By the business.
    Outbound(Arc<Outbound>),
    /// By the customer.
    Inbound(Arc<Inbound>),
    /// By collaborators, among themselves: never sent.
    Note(Arc<Note>),
}

/// A line in a conversation's history that only collaborators read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it says.
    pub text: Box<str>,
}
