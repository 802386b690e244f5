//! Which message of a channel is sent next, and when. Pure: time is a parameter.

mod looking_back;

use std::collections::HashSet;
use std::time::Duration;

use dragoman_core::catalog::Channel;
use dragoman_core::clock::Reading;
use dragoman_core::message::Priority;
use dragoman_core::order::After;
use dragoman_core::outcome::{Again, NotTaken, Slow};
use dragoman_core::ports::Queued;
use dragoman_core::{MessageId, Timestamp};

use super::brake::{Brake, Gate};
use super::ended::{Contact, Ended, Fate};
use super::halt::Ground;
use super::lanes::{Lanes, Retry};
use super::outlook::{Obstacles, Outlook};
use super::pace::Pace;
use super::pairs::Pairs;
use super::recipients::UNKNOWN;
use super::setbacks::Setbacks;
use super::stop::{News, Why};
use super::waits::{GivenUp, Question};

/// No more turns than this are given out at once.
const BATCH: usize = 64;

/// A message that is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) message: MessageId,
    pub(crate) conversation: i64,
    pub(crate) priority: Priority,
    pub(crate) expires_at: Timestamp,
    /// What it waits for, where that differs from its channel's way.
    pub(crate) after: Option<After>,
}

/// A message whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) waiting: Waiting,
    pub(super) setbacks: Setbacks,
}

/// Whose turn it is now.
#[derive(Debug, Default)]
pub(super) struct Pick {
    pub(super) turns: Vec<Turn>,
    /// When to look again, if nothing happens before.
    pub(super) wake_at: Option<Duration>,
    /// What the store is to be asked before others can have their turn.
    pub(super) questions: Vec<Question>,
    /// What has left its lane for good, still to be written down.
    pub(super) given_up: Vec<(Question, GivenUp)>,
}

/// How busy a channel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) waiting: usize,
    pub(crate) running: usize,
}

/// The order, the rates and the pauses of one channel.
#[derive(Debug)]
pub(super) struct Schedule {
    concurrency: usize,
    enabled: bool,
    lanes: Lanes,
    /// What was accepted before the store's queue has been read; nothing is sent until then.
    early: Option<Vec<(Waiting, u64)>>,
    /// The newest message that the store's queue held when it was read.
    listed: Option<MessageId>,
    pace: Pace,
    pairs: Pairs,
    brake: Brake,
    running: usize,
}

impl Schedule {
    pub(super) fn new(channel: &Channel) -> Self {
        Self {
            concurrency: usize::from(channel.concurrency.max(1)),
            enabled: may_send(channel),
            lanes: Lanes::new(channel.sending.order),
            early: Some(Vec::new()),
            listed: None,
            pace: Pace::new(channel.rate),
            pairs: Pairs::new(),
            brake: Brake::default(),
            running: 0,
        }
    }

    /// Follows a change of the channel.
    pub(super) fn configure(&mut self, channel: &Channel, now: Duration) {
        self.pace.limit(channel.rate, now);
        self.concurrency = usize::from(channel.concurrency.max(1));
        self.enabled = may_send(channel);
        self.lanes.follow(channel.sending.order, &self.pairs, now);
    }

    /// Something was done about what stops the channel: it tries again now.
    pub(super) fn try_again(&mut self, now: Duration) {
        self.brake.try_again(now);
    }

    /// Customers have written so many messages.
    pub(super) fn heard(&mut self, count: u32, now: Duration) {
        self.pace.hear(count, now);
    }

    /// How many messages may be sent in a second now.
    pub(super) fn per_second(&self, now: Duration) -> f64 {
        self.pace.per_second(now)
    }

    pub(super) fn load(&self) -> Load {
        Load {
            waiting: self.lanes.len() + self.early.as_ref().map_or(0, Vec::len),
            running: self.running,
        }
    }

    /// The message that has waited for the longest time, and when it expires. Looks at every one.
    pub(super) fn oldest(&self) -> Option<(MessageId, Timestamp)> {
        let early = self.early.iter().flatten();
        let early = early
            .map(|(early, _)| (early.message, early.expires_at))
            .min();
        early.into_iter().chain(self.lanes.oldest()).min()
    }

    /// What a message to this recipient would have to expect.
    pub(super) fn outlook(&self, digest: u64, now: Duration) -> Outlook {
        let lane = self.lanes.wait(digest, &self.pairs, now);
        let obstacles = Obstacles {
            waiting: self.load().waiting,
            every: Duration::from_secs_f64(1.0 / self.pace.per_second(now)),
            bucket: self.pace.wait(now),
            pause: self.brake.pause(now),
            recipient: self.pairs.wait(digest, now).max(lane),
        };
        obstacles.outlook()
    }

    /// Whether there is anybody to whom a free slot matters.
    pub(super) fn has_waiting(&self) -> bool {
        self.load().waiting > 0
    }

    /// Takes over what the store holds; the wall clock of `began` is the one that wrote it. What was
    /// accepted meanwhile may be in it, or not.
    pub(super) fn fill(&mut self, queued: &[Queued], began: Reading) {
        let now = began.monotonic;
        self.lanes.begin(began);
        let early = self.early.take().unwrap_or_default();
        let known: HashSet<MessageId> = early.iter().map(|(early, _)| early.message).collect();
        for queued in queued {
            if known.contains(&queued.message) {
                continue;
            }
            let waiting = Waiting {
                message: queued.message,
                conversation: queued.conversation,
                priority: queued.priority,
                expires_at: queued.expires_at,
                after: queued.after,
            };
            let pause = queued.due_at.since(began.wall);
            let retry = (!pause.is_zero()).then_some(Retry {
                due: now + pause,
                setbacks: Setbacks::failed(queued.starts),
                missed: false,
            });
            self.lanes.insert(waiting, UNKNOWN, retry, &self.pairs, now);
        }
        for (waiting, digest) in early {
            self.enqueue(waiting, digest, now);
        }
        self.listed = queued.iter().map(|queued| queued.message).max();
    }

    /// Adds a message behind its likes, unless the store's queue held it already when it was read:
    /// ids rise in the order of commits, so that whatever is not newer was in it.
    pub(super) fn enqueue(&mut self, waiting: Waiting, digest: u64, now: Duration) {
        match &mut self.early {
            Some(early) => early.push((waiting, digest)),
            None if Some(waiting.message) <= self.listed => {}
            None => self.lanes.insert(waiting, digest, None, &self.pairs, now),
        }
    }

    /// Adds a message that comes back: it was taken for lost, and may be sent again.
    pub(super) fn again(&mut self, waiting: Waiting, retry: Retry, now: Duration) {
        match &mut self.early {
            // The store holds it already, with the time at which it is due.
            Some(early) => early.push((waiting, UNKNOWN)),
            None => (self.lanes).insert(waiting, UNKNOWN, Some(retry), &self.pairs, now),
        }
    }

    /// Takes out a message that need not be sent any more.
    pub(super) fn withdraw(&mut self, message: MessageId, conversation: i64, now: Duration) {
        self.lanes.remove(message, conversation, &self.pairs, now);
    }

    /// Takes a slot for a recipient whose message is about to be accepted, if it may depart at
    /// once: nothing that is ready waits, and every limit allows it.
    pub(super) fn reserve(&mut self, digest: u64, wish: Option<After>, now: Duration) -> bool {
        let is_free = self.early.is_none()
            && self.enabled
            && self.running < self.width(now).unwrap_or_default()
            && !self.lanes.has_ready()
            && self.lanes.wakes_at().is_none_or(|at| at > now)
            && self.lanes.is_free(digest, wish)
            && self.pairs.allow(digest, now);
        self.pace.look(now);
        if !is_free || !self.pace.take(now) {
            return false;
        }
        self.running += 1;
        self.lanes.reserve(digest);
        true
    }

    /// Whether as many messages wait for some recipient as may.
    pub(super) fn has_crowds(&self) -> bool {
        self.lanes.has_crowds()
    }

    /// Whether as many messages wait for this recipient as may.
    pub(super) fn is_crowded(&self, digest: u64) -> bool {
        self.lanes.is_crowded(digest)
    }

    /// Gives a slot back that was not used. The token of the rate stays spent.
    pub(super) fn release(&mut self, digest: u64, now: Duration) {
        self.running -= 1;
        self.lanes.release(digest, &self.pairs, now);
    }

    /// A message departs that never waited, in the slot that was taken for it.
    pub(super) fn depart(&mut self, waiting: Waiting, digest: u64, now: Duration) {
        self.lanes.run(waiting.conversation, digest);
        self.lanes.release(digest, &self.pairs, now);
        self.pairs.take(waiting.conversation, digest, now);
    }

    /// Whose turn it is.
    pub(super) fn pick(&mut self, now: Duration) -> Pick {
        let mut pick = Pick::default();
        if self.early.is_some() || !self.enabled {
            return pick;
        }
        self.lanes.wake(&self.pairs, now);
        pick.questions = self.lanes.questions();
        pick.given_up = self.lanes.given_up();
        let width = match self.width(now) {
            Ok(width) => width,
            Err(at) => {
                pick.wake_at = Some(at);
                return pick;
            }
        };
        let slots = width.saturating_sub(self.running).min(BATCH);
        self.pace.look(now);
        while pick.turns.len() < slots {
            let wait = self.pace.wait(now);
            if !wait.is_zero() {
                pick.wake_at = self.lanes.has_ready().then_some(now + wait);
                break;
            }
            let Some(turn) = self.lanes.next(&self.pairs, now) else {
                break;
            };
            // Waited for above, so it lets one pass.
            self.pace.take(now);
            self.pairs.take(turn.waiting.conversation, UNKNOWN, now);
            self.running += 1;
            pick.turns.push(turn);
        }
        if slots > 0 {
            pick.wake_at = pick.wake_at.into_iter().chain(self.lanes.wakes_at()).min();
        }
        pick
    }

    /// How many attempts may run at once.
    ///
    /// # Errors
    /// None before this.
    fn width(&self, now: Duration) -> Result<usize, Duration> {
        match self.brake.gate(now) {
            Gate::Open => Ok(self.concurrency),
            Gate::Narrow(width) => Ok(width.min(self.concurrency)),
            Gate::Until(at) => Err(at),
        }
    }

    /// The provider may want us to slow down: answers how long.
    pub(super) fn slow(
        &mut self,
        conversation: i64,
        not_taken: &NotTaken,
        now: Duration,
    ) -> Duration {
        let named = match not_taken.again {
            Again::After(pause) => Some(pause),
            Again::Never | Again::Backoff => None,
        };
        let ground = match not_taken.slow {
            Slow::Message => return Duration::ZERO,
            Slow::Conversation => return self.pairs.throttle(conversation, named, now),
            Slow::Channel => Ground::Throttle,
            Slow::Reputation => Ground::Reputation,
            Slow::Broken => Ground::Broken,
        };
        let code = not_taken.failure.code;
        let pause = self.brake.refused((ground, code), named, now);
        if ground == Ground::Throttle {
            self.pace.throttled(now + pause, now);
        }
        pause
    }

    /// Why the channel sends nothing, when the provider is the reason.
    pub(super) fn stopped(&self, now: Duration) -> Option<Why> {
        self.brake.stopped(now)
    }

    /// What people should hear of that and have not heard yet.
    pub(super) const fn news(&mut self) -> Option<News> {
        self.brake.news()
    }

    /// Nothing starts for a moment, for a reason of our own.
    pub(super) fn hold(&mut self, pause: Duration, now: Duration) {
        self.brake.hold(pause, now);
    }

    /// A turn is over.
    pub(super) fn end(&mut self, waiting: Waiting, ended: Ended, now: Duration) {
        self.running -= 1;
        let probing = match ended.contact {
            Contact::None => false,
            Contact::Taken => {
                self.brake.answered(self.concurrency, now);
                self.brake.calm(ended.departed_at);
                self.pairs.calm(waiting.conversation, ended.departed_at);
                false
            }
            Contact::Answered | Contact::Stopped => {
                self.brake.answered(self.concurrency, now);
                false
            }
            Contact::Missed | Contact::Lost => self.brake.failed(now),
        };
        if let Fate::Again { pause, setbacks } = ended.fate {
            let retry = Retry {
                due: now + pause,
                setbacks,
                missed: ended.contact == Contact::Missed,
            };
            self.lanes
                .insert(waiting, UNKNOWN, Some(retry), &self.pairs, now);
        }
        self.lanes.end(waiting.conversation, &self.pairs, now);
        if probing {
            // From here on the probes decide when the provider is tried, not each message.
            self.lanes.wake_missed(&self.pairs, now);
        }
    }

    /// Takes out what has waited too long.
    pub(super) fn expire(&mut self, wall: Timestamp, now: Duration) -> Vec<MessageId> {
        self.lanes.expire(wall, &self.pairs, now)
    }
}

/// Whether anything of a channel is sent at all.
const fn may_send(channel: &Channel) -> bool {
    channel.enabled && channel.sending.held.is_none()
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "simulation_tests.rs"]
mod simulation;
