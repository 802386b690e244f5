//! What the verbs of the store take and answer.

use std::sync::Arc;

use crate::contact::{Contact, Conversation, Customer};
use crate::event::{Event, EventId};
use crate::id::{AttemptId, Id, MessageId};
use crate::message::{Admitted, InFlight, Priority, Stored};
use crate::news::News;
use crate::order::After;
use crate::ports::{Patience, Proven};
use crate::raw::Raw;
use crate::refusal::Refusal;
use crate::state::State;
use crate::time::Timestamp;

/// One instant by both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The machine's clock, never shifted: for ids.
    pub machine: Timestamp,
    /// The clock by which things are judged.
    pub now: Timestamp,
}

/// What is to be kept.
#[derive(Clone, Debug)]
pub struct Acceptance {
    /// What the rules let through.
    pub admitted: Admitted,
    /// Random bits for the id's tail and for the ids of a new contact and conversation.
    pub random: [u128; 3],
    /// The machine's clock, for the id.
    pub machine: Timestamp,
    /// The judged clock.
    pub now: Timestamp,
    /// Set when a slot is free: the first attempt departs in the same commit.
    pub departure: Option<Departure>,
    /// As many messages of the channel may wait; a message that departs at once does not wait.
    pub queue_limit: u64,
    /// The same for all channels of the account together.
    pub account_limit: u64,
    /// Whether the caller still waits for the answer.
    pub patience: Patience,
}

/// A departure that shares the commit of its acceptance.
#[derive(Clone, Copy, Debug)]
pub struct Departure {
    /// The attempt.
    pub attempt: AttemptId,
}

/// A message that is kept.
#[derive(Debug)]
pub struct Accepted {
    /// Its id: the first call's, when this one is a repetition.
    pub message: MessageId,
    /// Who is written to.
    pub contact: Arc<Contact>,
    /// Where it belongs.
    pub conversation: Conversation,
    /// Its turn.
    pub priority: Priority,
    /// The idempotency key was seen before, with the same request.
    pub replayed: bool,
    /// It was recorded as failed and is not queued.
    pub failed: bool,
    /// The provider is holding back messages of this template until it has judged their quality.
    pub held: bool,
    /// Its first attempt has departed: the POST may start.
    pub in_flight: Option<InFlight>,
}

/// What came of a departure.
#[derive(Debug)]
pub enum Begin {
    /// On disk; the POST may start.
    Departed(InFlight),
    /// The message is no longer queued, or its time ran out; nothing was written.
    Gone,
}

/// A message that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queued {
    /// The message.
    pub message: MessageId,
    /// Its lane.
    pub conversation: i64,
    /// Its turn.
    pub priority: Priority,
    /// Not before this.
    pub due_at: Timestamp,
    /// Not after this.
    pub expires_at: Timestamp,
    /// How many attempts have departed.
    pub starts: u32,
    /// What it waits for, where that differs from its channel's way.
    pub after: Option<After>,
}

/// A webhook, or the part of one, that was signed but could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// The tenant at whose address it arrived.
    pub account: Id,
    /// The channel at whose address it arrived.
    pub channel: Id,
    /// When, by the judged clock.
    pub at: Timestamp,
    /// Why nobody can use it.
    pub why: Box<str>,
    /// What the provider sent, as text; bytes that are none are replaced.
    pub body: Raw,
}

/// What a webhook changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// New inbound messages.
    pub inbound: u32,
    /// Statuses that told something new.
    pub statuses: u32,
    /// Reports that were known already.
    pub repeated: u32,
    /// Statuses whose message is not known.
    pub orphans: u32,
    /// Statuses with the token of another channel's message: the token was not believed.
    pub foreign: u32,
    /// Messages that waited for another attempt when an echo of an earlier one came: they are not
    /// sent again.
    pub late: Vec<Proven>,
    /// Messages with an echo of an attempt that the store has never heard of: it has lost its end.
    pub regressed: Vec<Proven>,
    /// The numbers of the conversations whose messages they are about; only of channels whose
    /// messages wait for the statuses of those before.
    pub moved: Vec<i64>,
}

/// The message before another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foregoing {
    /// The one that was accepted directly before it in its conversation.
    pub message: MessageId,
    /// How that stands.
    pub state: State,
    /// Something has happened to it since the other one was accepted, or tried last.
    pub moved_since: bool,
    /// Since when the other one has waited for it: when something happened last to either of them.
    pub since: Timestamp,
}

/// A delivery that failed, or was overtaken, and is due again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The event.
    pub seq: i64,
    /// The message that the event is about, if it is about one.
    pub message: Option<MessageId>,
    /// When it is due.
    pub due_at: Timestamp,
    /// Failed tries so far.
    pub tries: u32,
}

/// How a subscription's deliveries go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Telling {
    /// Up to here it has everything, apart from what is due again and what was given up.
    pub cursor: i64,
    /// So many events are due again.
    pub due: usize,
    /// When the first try failed since the last one that did not; `None` while all is well.
    pub failing_since: Option<Timestamp>,
}

/// An event that was given up for a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The event.
    pub seq: i64,
    /// The message that the event is about, if it is about one.
    pub message: Option<MessageId>,
    /// When it was given up.
    pub at: Timestamp,
    /// The receiver's last HTTP status; `None` when there was no answer.
    pub status: Option<u16>,
}

/// One try of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptedDelivery {
    /// The event.
    pub seq: i64,
    /// The message that the event is about, if it is about one.
    pub message: Option<MessageId>,
    /// When.
    pub at: Timestamp,
    /// The receiver's HTTP status; `None` when there was no answer.
    pub status: Option<u16>,
    /// The beginning of what the receiver answered, at most 1 KiB, when that was no success.
    pub answer: Option<Raw>,
    /// How it went on.
    pub then: Attempted,
}

/// One try of a delivery, with what was delivered.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// To whom.
    pub subscription: Id,
    /// What happened; `None` when that is no longer known.
    pub happened: Option<Happened>,
    /// The try.
    pub tried: AttemptedDelivery,
}

/// Something that happened, with whom it happened to as it stands now.
#[derive(Clone, Debug)]
pub enum Happened {
    /// To a message.
    Message(Event, Arc<Stored>),
    /// To somebody; the customer is `None` when it is about no customer or they are gone.
    News(News, Option<Arc<Customer>>),
}

impl Happened {
    /// Its sequence number.
    pub const fn seq(&self) -> i64 {
        match self {
            Self::Message(event, _) => event.seq,
            Self::News(news, _) => news.seq,
        }
    }

    /// What it is called outside.
    pub const fn id(&self) -> EventId {
        let (seq, at) = match self {
            Self::Message(event, _) => (event.seq, event.at),
            Self::News(news, _) => (news.seq, news.at),
        };
        EventId { seq, at }
    }

    /// The tenant.
    pub const fn account(&self) -> Id {
        match self {
            Self::Message(event, _) => event.account,
            Self::News(news, _) => news.account,
        }
    }

    /// The message that it is about, if it is about one.
    pub const fn message(&self) -> Option<MessageId> {
        match self {
            Self::Message(event, _) => Some(event.message),
            Self::News(..) => None,
        }
    }
}

/// How a delivery goes on after a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempted {
    /// The receiver has it.
    Done,
    /// Again at this time, after so many failures.
    Again {
        /// When.
        due_at: Timestamp,
        /// Failed tries so far.
        tries: u32,
    },
    /// Given up.
    Exhausted,
    /// Not tried yet; written down so that the cursor can pass.
    Overtaken,
}

/// Everything about a message.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The message as it stands.
    pub message: Stored,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// Every try to tell somebody: the subscription and the try.
    pub deliveries: Vec<(Id, AttemptedDelivery)>,
}

/// Numbers for metrics.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Messages that are not settled, per channel and state.
    pub unsettled: Vec<(Id, State, u64)>,
    /// How many messages came to be submitted, sent, delivered, read or failed since the start, per
    /// channel, ordered by that state. Repetitions of a status are not counted.
    pub reached: Vec<(Id, State, u64)>,
    /// Commits since the start.
    pub commits: u64,
    /// Verbs in those commits.
    pub verbs: u64,
}

/// Why a store takes nothing for now. It goes on by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Latch {
    /// There was no room for what was to be written.
    #[error("the disk is full")]
    Full,
    /// No commit has come to its end for long.
    #[error("the disk is too slow")]
    Slow,
}

/// Why a store did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// What must not be stale has changed since the rules judged.
    #[error(transparent)]
    Refused(Refusal),
    /// The caller had stopped waiting before the commit.
    #[error("the caller has stopped waiting")]
    TooLate,
    /// The slow data is not what the caller has seen.
    #[error("somebody else changed it first")]
    Stale,
    /// A name that must be unique is in use. It may be somebody's e-mail address: whoever asked for it
    /// hears it, and no log does.
    #[error("a name that must be unique is taken")]
    Taken(Box<str>),
    /// Cannot read or write. Sources are logged by the store.
    #[error("the store is unwell: {0}")]
    Unwell(Box<str>),
}
