//! What the index keeps of each thing.

mod ends;
mod person;

use std::sync::Arc;
use std::time::Duration;

use dragoman_core::id::AttemptId;
use dragoman_core::inbound::Status;
use dragoman_core::message::{Author, Body, Priority};
use dragoman_core::order::After;
use dragoman_core::ports::Due;
use dragoman_core::state::Fold;
use dragoman_core::{MessageId, State, Timestamp};

pub(crate) use ends::{Ends, Thread};
pub(crate) use person::{Fate, Head, Person, add_address};

use super::key::Key;

/// A message without its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The 62 bits of the id that the row does not hold.
    pub(crate) tail: i64,
    /// Row of `ids`.
    pub(crate) account: i64,
    /// Row of `ids`.
    pub(crate) channel: i64,
    /// Who wrote it, or is written to.
    pub(crate) contact: i64,
    /// Their conversation on that channel.
    pub(crate) conversation: i64,
    /// `None` when we did not send it.
    pub(crate) priority: Option<Priority>,
    /// It was accepted and failed in the same commit.
    pub(crate) refused: bool,
    /// Not sent later than this.
    pub(crate) expires_at: Timestamp,
    /// What became of it.
    pub(crate) fold: Fold,
    /// The provider's id of an outbound message, once it is known. Inbound bodies hold their own.
    pub(crate) provider_id: Option<Arc<str>>,
    /// The end of the chain of its events.
    pub(crate) last_event: i64,
    /// The end of the chain of its deliveries.
    pub(crate) last_delivery: i64,
}

impl Outcome {
    /// Of what is never sent, a customer's message or a note, before anything else has happened
    /// to it.
    pub(crate) const fn received(tail: i64, place: Place, conversation: i64) -> Self {
        Self {
            tail,
            account: place.account,
            channel: place.channel,
            contact: place.contact,
            conversation,
            priority: None,
            refused: false,
            expires_at: Timestamp::NEVER,
            fold: RECEIVED,
            provider_id: None,
            last_event: 0,
            last_delivery: 0,
        }
    }

    /// The id of the message in this row.
    pub(crate) const fn id(&self, row: i64) -> MessageId {
        MessageId::from_parts(row, self.tail)
    }

    /// Where it belongs.
    pub(crate) const fn place(&self) -> Place {
        Place {
            account: self.account,
            channel: self.channel,
            contact: self.contact,
        }
    }

    /// Whether we sent it.
    pub(crate) const fn is_outbound(&self) -> bool {
        self.priority.is_some()
    }

    /// Who wrote it.
    pub(crate) const fn author(&self) -> Author {
        if self.is_outbound() {
            Author::Business
        } else {
            Author::Customer
        }
    }
}

/// The fold of an inbound message or a note: it has arrived.
pub(crate) const RECEIVED: Fold = Fold {
    state: State::Delivered,
    ..Fold::ACCEPTED
};

/// A row of the queue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting {
    /// Row of `ids`.
    pub(crate) channel: i64,
    /// Queued, in flight or unknown. Claims are kept apart.
    pub(crate) state: State,
    /// Not before this; of an unknown one since when it is.
    pub(crate) due_at: Timestamp,
    /// How many attempts have departed.
    pub(crate) starts: u32,
    /// The attempt under way, or whose answer was lost.
    pub(crate) attempt: Option<AttemptId>,
    /// What it waits for, where that differs from its channel's way.
    pub(crate) wish: Option<After>,
}

impl Waiting {
    /// The same when the answer of its attempt is lost.
    pub(crate) fn doubted(&self, now: Timestamp) -> Self {
        Self {
            state: State::Unknown,
            due_at: now,
            ..*self
        }
    }

    /// The same when it waits for another attempt.
    pub(crate) fn queued(&self, due_at: Timestamp) -> Self {
        Self {
            state: State::Queued,
            due_at,
            attempt: None,
            ..*self
        }
    }
}

/// What an idempotency key was first used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Of the request.
    pub(crate) fingerprint: Key,
    /// The message that came of it.
    pub(crate) message: i64,
}

/// How long a key names its first message.
const KEY_LIFE: Duration = Duration::from_secs(72 * 3600);

/// Whether the key of this message still names it, by the machine's clock.
pub(crate) fn key_lives(message: i64, machine: Timestamp) -> bool {
    machine.since(MessageId::from_parts(message, 0).at()) < KEY_LIFE
}

/// What was said, with the size of its record in bytes: about what it takes in memory.
#[derive(Clone, Debug)]
pub(crate) struct Weighed {
    /// What was said, by whom.
    pub(crate) body: Body,
    /// The size of its record.
    pub(crate) bytes: usize,
}

/// Somebody on a channel of an account: there is one conversation at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Row of `ids`.
    pub(crate) account: i64,
    /// Row of `ids`.
    pub(crate) channel: i64,
    /// Who it is.
    pub(crate) contact: i64,
}

/// A status whose message is not known yet.
#[derive(Clone, Debug)]
pub(crate) struct Orphan {
    /// Of channel and provider's id.
    pub(crate) key: Key,
    /// What the provider said.
    pub(crate) status: Status,
}

/// A delivery that is due again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exception {
    /// Its row.
    pub(crate) id: i64,
    /// What is told of it.
    pub(crate) due: Due,
}
