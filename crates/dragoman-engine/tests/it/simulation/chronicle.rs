//! What the world outside has seen: the trace of a run, and everything that the laws are judged by.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use dragoman_core::id::AttemptToken;
use dragoman_core::inbound::Status;
use dragoman_core::ports::Clock;
use dragoman_core::rate::Bucket;
use dragoman_core::{Address, Id, MessageId, Timestamp};

use super::clock::VirtualClock;

/// One thing that happened: when, what, and to what.
pub(super) type Note = (Duration, &'static str, u128);

/// What the gateway has heard of a POST.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Nothing,
    Refused,
    /// A refusal of failing servers, which came then.
    Struggled(Duration),
}

/// What is known of a POST.
#[derive(Clone, Copy, Debug)]
pub(super) struct Post {
    pub(super) token: AttemptToken,
    /// The provider has it, whatever it said.
    pub(super) taken: bool,
    pub(super) heard: Heard,
}

/// A status on its way to the gateway.
#[derive(Clone, Debug)]
pub(super) struct OnItsWay {
    pub(super) channel: usize,
    pub(super) message: MessageId,
    pub(super) status: Status,
}

/// What an endpoint has taken.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) seq: i64,
    pub(super) conversation: i64,
    pub(super) name: Option<String>,
}

/// Everything that was seen.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) trace: Vec<Note>,
    /// Laws that were broken.
    pub(super) broken: Vec<String>,
    pub(super) posts: Vec<Post>,
    /// When the provider saw the POSTs of the last second, per channel.
    pub(super) second: BTreeMap<usize, VecDeque<Duration>>,
    pub(super) pairs: BTreeMap<(usize, Box<str>), Bucket>,
    pub(super) coming: BTreeMap<(Duration, u64), OnItsWay>,
    pub(super) sent: u64,
    /// What the gateway says that it has kept of each message.
    pub(super) kept: BTreeMap<MessageId, Vec<Status>>,
    /// What clients were answered: their number, the tenant, the message.
    pub(super) accepted: BTreeMap<u32, (Id, MessageId)>,
    /// When the first call that handed a message in was answered.
    pub(super) answered: BTreeMap<MessageId, Timestamp>,
    pub(super) asked: Vec<Asked>,
    pub(super) inbound: u64,
    pub(super) opted_out: BTreeSet<(Id, Address)>,
    pub(super) told: BTreeMap<Box<str>, Vec<Told>>,
    pub(super) stopped: usize,
    /// Messages whose mark is there although the store said that it failed.
    pub(super) hidden: BTreeSet<MessageId>,
}

/// What a client has asked for, to be asked for again.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) number: u32,
    pub(super) submission: dragoman_core::submission::Submission,
}

/// Written by everybody.
pub(super) struct Chronicle {
    pub(super) clock: Arc<VirtualClock>,
    seen: Mutex<Seen>,
}

impl Chronicle {
    pub(super) fn new(clock: Arc<VirtualClock>) -> Self {
        Self {
            clock,
            seen: Mutex::default(),
        }
    }

    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    /// Adds a line to the trace.
    pub(super) fn note(&self, what: &'static str, about: u128) {
        let now = self.clock.monotonic();
        self.seen().trace.push((now, what, about));
    }

    /// A law of the world: it has to hold.
    pub(super) fn holds(&self, law: bool, otherwise: impl FnOnce() -> String) {
        if !law {
            let otherwise = otherwise();
            let at = self.clock.monotonic();
            self.seen().broken.push(format!("{at:?}: {otherwise}"));
        }
    }

    /// The first law that was broken.
    pub(super) fn broken(&self) -> Option<String> {
        self.seen().broken.first().cloned()
    }

    /// Takes the next status out that is due.
    ///
    /// # Errors
    /// How long until then.
    pub(super) fn next_status(&self, now: Duration) -> Result<OnItsWay, Duration> {
        let mut seen = self.seen();
        let Some(first) = seen.coming.first_entry() else {
            return Err(Duration::MAX);
        };
        let due = first.key().0;
        if due > now {
            return Err(due - now);
        }
        Ok(first.remove())
    }

    /// What one process knows the next one does not.
    pub(super) fn begins_a_life(&self) {
        self.seen().pairs.clear();
    }

    /// A status sets out.
    pub(super) fn sends(&self, due: Duration, status: OnItsWay) {
        let mut seen = self.seen();
        seen.sent += 1;
        let number = seen.sent;
        seen.coming.insert((due, number), status);
    }
}
