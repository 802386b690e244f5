//! What happened: the source of webhooks, feed and timeline.

use std::fmt;
use std::str::FromStr;

use crate::assignment::NotAssigned;
use crate::doubt::{Resolution, Resolver};
use crate::id::{AttemptId, Id, MessageId};
use crate::outcome::Failure;
use crate::raw::Raw;
use crate::state::State;
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

/// What an event is called outside: the same on every try to tell it, for everybody who hears it.
/// Its time is part of it, so that two events have different names even where a restored store
/// counts on from an earlier number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventId {
    /// Its sequence number.
    pub seq: i64,
    /// When it was recorded.
    pub at: Timestamp,
}

const PREFIX: &str = "evt_";
const DIGITS: usize = 12;

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{:012x}{:012x}", self.at.millis(), self.seq)
    }
}

impl FromStr for EventId {
    type Err = NoEventId;

    fn from_str(text: &str) -> Result<Self, NoEventId> {
        let digits = text.strip_prefix(PREFIX).ok_or(NoEventId)?;
        let is_whole =
            digits.len() == 2 * DIGITS && digits.bytes().all(|one| one.is_ascii_hexdigit());
        let (at, seq) = digits
            .split_at_checked(DIGITS)
            .filter(|_| is_whole)
            .ok_or(NoEventId)?;
        let number = |digits| i64::from_str_radix(digits, 16).map_err(|_| NoEventId);
        Ok(Self {
            seq: number(seq)?,
            at: Timestamp::from_millis(number(at)?),
        })
    }
}

/// A text that is no id of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the id of an event")]
pub struct NoEventId;

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

    /// The state that whoever follows the message is told of; `None` for what is ours to know.
    pub const fn reports(&self) -> Option<State> {
        match self {
            Self::Sent { .. }
            | Self::Resolved {
                resolution: Resolution::Sent,
                ..
            } => Some(State::Sent),
            Self::Delivered { .. } => Some(State::Delivered),
            Self::Read { .. } => Some(State::Read),
            Self::Failed { .. }
            | Self::Resolved {
                resolution: Resolution::Failed,
                ..
            } => Some(State::Failed),
            Self::Expired => Some(State::Expired),
            Self::Cancelled => Some(State::Cancelled),
            Self::Dead => Some(State::Dead),
            Self::Resolved {
                resolution: Resolution::Hold | Resolution::Resend | Resolution::Final,
                ..
            }
            | Self::Accepted
            | Self::Departed { .. }
            | Self::Withdrawn { .. }
            | Self::Submitted { .. }
            | Self::Retried { .. }
            | Self::Unknown { .. }
            | Self::Arrived
            | Self::Received
            | Self::Undownloaded(_)
            | Self::NotAssigned(_)
            | Self::Noted
            | Self::Erased => None,
        }
    }

    /// The provider's whole status, where the event came by one.
    pub const fn raw(&self) -> Option<&Raw> {
        match self {
            Self::Sent { raw, .. } | Self::Delivered { raw, .. } | Self::Read { raw, .. } => {
                Some(raw)
            }
            Self::Failed { raw, .. } => raw.as_ref(),
            Self::Accepted
            | Self::Departed { .. }
            | Self::Withdrawn { .. }
            | Self::Submitted { .. }
            | Self::Retried { .. }
            | Self::Unknown { .. }
            | Self::Expired
            | Self::Cancelled
            | Self::Dead
            | Self::Resolved { .. }
            | Self::Arrived
            | Self::Received
            | Self::Undownloaded(_)
            | Self::NotAssigned(_)
            | Self::Noted
            | Self::Erased => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_an_event_reads_and_prints_the_same() {
        let id = EventId {
            seq: 4711,
            at: Timestamp::from_millis(1_790_000_000_123),
        };
        assert_eq!(id.to_string(), "evt_01a0c4506c7b000000001267");
        assert_eq!(id.to_string().parse(), Ok(id));
        for text in [
            "",
            "evt_",
            "4711",
            "evt_01a0c4506c7b00000000126",
            "evt_+1a0c4e2ec7b000000001267",
        ] {
            assert_eq!(text.parse::<EventId>(), Err(NoEventId), "{text}");
        }
    }
}
