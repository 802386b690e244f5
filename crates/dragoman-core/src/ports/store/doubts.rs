//! What the store takes and answers about messages in doubt.

use super::Queued;
use crate::doubt::{OnUnknown, Resolution, Resolver};
use crate::id::{AttemptId, Id, MessageId};
use crate::tenant::Tenant;
use crate::time::Timestamp;

/// A message whose attempt's answer was lost, and that waits for proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The message.
    pub message: MessageId,
    /// The tenant.
    pub account: Id,
    /// The sender.
    pub channel: Id,
    /// The attempt.
    pub attempt: AttemptId,
    /// When it became unknown.
    pub since: Timestamp,
    /// The message's own policy, where it has one.
    pub on_unknown: Option<OnUnknown>,
}

/// What somebody decides about a message that is in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The tenant.
    pub account: Tenant,
    /// The message.
    pub message: MessageId,
    /// Only while this attempt is the one in doubt: the policy speaks of one, people of any.
    pub attempt: Option<AttemptId>,
    /// What counts from now on.
    pub resolution: Resolution,
    /// Who decides. The policy sends again once at most, and never what has waited too long.
    pub by: Resolver,
    /// The judged clock.
    pub now: Timestamp,
}

/// What came of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It counts.
    Done,
    /// It counts: the message waits for another attempt on this channel.
    Again(Id, Queued),
    /// Nothing: that it stays unknown was told before.
    Held,
    /// The message is not in doubt, or no longer.
    NotInDoubt,
    /// It may not be sent again: its time ran out.
    Late,
    /// It was sent again before, and the policy does that once.
    Resent,
    /// No such message of this account.
    Missing,
}

/// A message that an echo has ended the wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The message.
    pub message: MessageId,
    /// Its lane.
    pub conversation: i64,
}
