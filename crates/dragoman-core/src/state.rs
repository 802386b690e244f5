//! The states of an outbound message, and how events fold into them.

use crate::doubt::Resolution;
use crate::event::What;
use crate::id::AttemptId;
use crate::time::Timestamp;

/// Where an outbound message stands. The numbers are stored: never change one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum State {
    /// Accepted and durable; waits for its turn, or for a retry.
    Queued = 1,
    /// A node has the right to attempt it; no byte has been written.
    Claimed = 2,
    /// Its departure is durable; the POST may have been written.
    InFlight = 3,
    /// The provider answered 2xx with its id.
    Submitted = 4,
    /// The provider's own first status.
    Sent = 5,
    /// On the customer's device.
    Delivered = 6,
    /// Opened by the customer.
    Read = 7,
    /// Not deliverable; final unless the provider corrects itself.
    Failed = 8,
    /// Its time ran out before an attempt.
    Expired = 9,
    /// Taken back before an attempt.
    Cancelled = 10,
    /// Set aside because handling it crashed too often.
    Dead = 11,
    /// An attempt's answer was lost: it may have been taken.
    Unknown = 12,
    /// The same, and nobody waits for proof any longer; a late echo still tells.
    Unresolved = 13,
}

impl State {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 13] = [
        Self::Queued,
        Self::Claimed,
        Self::InFlight,
        Self::Submitted,
        Self::Sent,
        Self::Delivered,
        Self::Read,
        Self::Failed,
        Self::Expired,
        Self::Cancelled,
        Self::Dead,
        Self::Unknown,
        Self::Unresolved,
    ];

    /// The state of that number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|state| *state as u8 == number)
    }

    /// The state of that name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// The word in our own API, logs and docs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Claimed => "claimed",
            Self::InFlight => "in_flight",
            Self::Submitted => "submitted",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Dead => "dead",
            Self::Unknown => "unknown",
            Self::Unresolved => "unresolved",
        }
    }

    /// Whether the message has left the queue.
    pub const fn is_settled(self) -> bool {
        !matches!(
            self,
            Self::Queued | Self::Claimed | Self::InFlight | Self::Unknown
        )
    }

    /// Whether it has ended without reaching anybody, as far as is known.
    pub const fn is_a_loss(self) -> bool {
        matches!(
            self,
            Self::Failed | Self::Expired | Self::Cancelled | Self::Dead
        )
    }

    /// How far the provider has come with it; a status of a lower rank changes nothing.
    const fn rank(self) -> u8 {
        match self {
            Self::Queued | Self::Claimed | Self::InFlight | Self::Unknown | Self::Unresolved => 0,
            Self::Submitted => 1,
            Self::Sent => 2,
            Self::Failed | Self::Expired | Self::Cancelled | Self::Dead => 3,
            Self::Delivered => 4,
            Self::Read => 5,
        }
    }
}

/// The state of a message: the fold of its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Where it stands.
    pub state: State,
    /// The attempt that is under way or whose answer was lost. A message that failed and still has
    /// one only counts as failed, until there is proof.
    pub attempt: Option<AttemptId>,
    /// The provider's time of `sent`.
    pub sent_at: Option<Timestamp>,
    /// The provider's time of `delivered`.
    pub delivered_at: Option<Timestamp>,
    /// The provider's time of `read`.
    pub read_at: Option<Timestamp>,
    /// When it failed.
    pub failed_at: Option<Timestamp>,
}

impl Fold {
    /// A message that was just accepted.
    pub const ACCEPTED: Self = Self {
        state: State::Queued,
        attempt: None,
        sent_at: None,
        delivered_at: None,
        read_at: None,
        failed_at: None,
    };

    /// Whether nothing proves what became of the last attempt, whatever it counts as meanwhile.
    pub const fn is_doubtful(&self) -> bool {
        matches!(self.state, State::Unknown | State::Unresolved) || self.is_presumed()
    }

    /// Whether it counts as failed without proof.
    pub const fn is_presumed(&self) -> bool {
        matches!(self.state, State::Failed) && self.attempt.is_some()
    }

    /// Whether `what` tells nothing new: the last status of its kind had the same time.
    pub fn knows(&self, what: &What) -> bool {
        match what {
            What::Sent { at, .. } => self.sent_at == Some(*at),
            What::Delivered { at, .. } => self.delivered_at == Some(*at),
            What::Read { at, .. } => self.read_at == Some(*at),
            // A failure has no time of its own: whether it was told before, the log has to say.
            What::Failed { .. }
            | What::Accepted
            | What::Departed { .. }
            | What::Withdrawn { .. }
            | What::Submitted { .. }
            | What::Retried { .. }
            | What::Unknown { .. }
            | What::Expired
            | What::Cancelled
            | What::Dead
            | What::Resolved { .. }
            | What::Arrived
            | What::Received
            | What::Undownloaded(_)
            | What::NotAssigned(_)
            | What::Noted
            | What::Erased => false,
        }
    }

    /// Folds one event in. Statuses may come twice, late and in any order: the result is the same
    /// for every permutation of them.
    pub fn apply(&mut self, what: &What, event_at: Timestamp) {
        match what {
            What::Accepted => self.state = State::Queued,
            What::Departed { attempt } => {
                (self.state, self.attempt) = (State::InFlight, Some(*attempt))
            }
            What::Withdrawn { .. } | What::Retried { .. } => self.back_to_queue(),
            What::Submitted { .. } => self.rise_to(State::Submitted),
            What::Unknown { .. } if self.state.rank() == 0 => self.state = State::Unknown,
            What::Resolved { resolution, .. } if self.is_doubtful() => {
                self.resolve(*resolution, event_at);
            }
            What::Sent { at, .. } => {
                self.sent_at = self.sent_at.max(Some(*at));
                self.rise_to(State::Sent);
            }
            What::Delivered { at, .. } => {
                self.delivered_at = self.delivered_at.max(Some(*at));
                self.rise_to(State::Delivered);
            }
            What::Read { at, .. } => {
                self.read_at = self.read_at.max(Some(*at));
                self.rise_to(State::Read);
            }
            What::Failed { .. } => {
                self.failed_at = self.failed_at.max(Some(event_at));
                self.rise_to(State::Failed);
            }
            What::Expired => self.rise_to(State::Expired),
            What::Cancelled => self.rise_to(State::Cancelled),
            What::Dead => self.rise_to(State::Dead),
            What::Unknown { .. }
            | What::Resolved { .. }
            | What::Arrived
            | What::Received
            | What::Undownloaded(_)
            | What::NotAssigned(_)
            | What::Noted
            | What::Erased => {}
        }
    }

    /// A status never goes down in rank. `failed` stands above `sent` and below `delivered`,
    /// because a second device can still deliver what a first one refused.
    fn rise_to(&mut self, state: State) {
        if self.is_presumed() || state.rank() > self.state.rank() {
            self.state = state;
            self.attempt = None;
        }
    }

    fn back_to_queue(&mut self) {
        if self.is_presumed() || self.state.rank() == 0 {
            (self.state, self.attempt) = (State::Queued, None);
        }
    }

    /// Only what was sent has no attempt left to doubt: the others keep it, so that proof is still
    /// heard.
    fn resolve(&mut self, resolution: Resolution, event_at: Timestamp) {
        match resolution {
            Resolution::Hold => {}
            Resolution::Sent => self.rise_to(State::Sent),
            Resolution::Failed => {
                self.state = State::Failed;
                self.failed_at = self.failed_at.max(Some(event_at));
            }
            Resolution::Resend => self.back_to_queue(),
            Resolution::Final => self.state = State::Unresolved,
        }
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
