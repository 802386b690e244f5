//! What happened: the source of webhooks, feed and timeline.

use crate::assignment::NotAssigned;
use crate::doubt::{Resolution, Resolver};
use crate::id::{AttemptId, Id, MessageId};
use crate::outcome::Failure;
use crate::raw::Raw;
use crate::time::Timestamp;

/// Something that happened to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Counted by the store in the order of commits, from 1.
    pub seq: i64,
    /// The tenant.
    pub account: Id,
    /// The message, outbound or inbound.
    pub message: MessageId,
    /// When we recorded it.
    pub at: Timestamp,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// An outbound message was accepted and is durable.
    Accepted,
    /// An attempt's departure is durable; its POST may start.
    Departed {
        /// The attempt.
        attempt: AttemptId,
    },
    /// The attempt was taken back before its first byte was written.
    Withdrawn {
        /// The attempt.
        attempt: AttemptId,
    },
    /// The provider answered 2xx with its id, or an echo proved that it took the message.
    Submitted {
        /// The attempt, when it is known.
        attempt: Option<AttemptId>,
        /// The provider's id of the message.
        provider_id: Box<str>,
        /// The recipient as the provider knows it, when it told.
        recipient: Option<Box<str>>,
    },
    /// Proven refusal; it will be tried again.
    Retried {
        /// The attempt; `None` when preparing failed.
        attempt: Option<AttemptId>,
        /// Why.
        failure: Failure,
        /// When the next attempt may start.
        due_at: Timestamp,
    },
    /// The attempt's answer was lost.
    Unknown {
        /// What was seen of it.
        reason: Box<str>,
    },
    /// The provider's own first status.
    Sent {
        /// The provider's time.
        at: Timestamp,
        /// The provider's whole status.
        raw: Raw,
    },
    /// On the customer's device.
    Delivered {
        /// The provider's time.
        at: Timestamp,
        /// The provider's whole status.
        raw: Raw,
    },
    /// Opened by the customer (or played).
    Read {
        /// The provider's time.
        at: Timestamp,
        /// The provider's whole status.
        raw: Raw,
    },
    /// Not deliverable: said by the provider, or by our rules after acceptance.
    Failed {
        /// Why.
        failure: Failure,
        /// The provider's whole status, when it came by webhook.
        raw: Option<Raw>,
    },
    /// Its time ran out before an attempt.
    Expired,
    /// Taken back before an attempt.
    Cancelled,
    /// Set aside because handling it crashed too often.
    Dead,
    /// Nothing proved what became of an attempt whose answer was lost, and somebody decided.
    Resolved {
        /// What counts from now on.
        resolution: Resolution,
        /// Who decided.
        by: Resolver,
    },
    /// A customer's message was recorded, and its file is being fetched.
    Arrived,
    /// A customer's message was recorded; if it has a file, that is here.
    Received,
    /// A customer's message was recorded, but its file cannot be had.
    Undownloaded(Failure),
    /// The conversation was not assigned as wished.
    NotAssigned(NotAssigned),
    /// A collaborator's note was added to the conversation.
    Noted,
    /// Text and files were taken away; the message itself remains.
    Erased,
}

impl What {
    /// The word in our own API, logs and docs.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Departed { .. } => "departed",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Submitted { .. } => "submitted",
            Self::Retried { .. } => "retried",
            Self::Unknown { .. } => "unknown",
            Self::Sent { .. } => "sent",
            Self::Delivered { .. } => "delivered",
            Self::Read { .. } => "read",
            Self::Failed { .. } => "failed",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Dead => "dead",
            Self::Resolved { resolution, .. } => resolution.word(),
            Self::Arrived => "arrived",
            Self::Received => "received",
            Self::Undownloaded(_) => "undownloaded",
            Self::NotAssigned(_) => "not_assigned",
            Self::Noted => "noted",
            Self::Erased => "erased",
        }
    }
}
