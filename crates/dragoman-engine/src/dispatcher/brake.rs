//! What stops a whole channel: what the provider says of it, a provider that cannot be reached, and
//! reasons of our own.

use std::time::Duration;

use super::breaker::Breaker;
use super::halt::{Ground, Halt};
use super::stop::{News, Stop, Why};

/// Pauses of a channel. All times are monotonic.
#[derive(Debug, Default)]
pub(super) struct Brake {
    held_until: Duration,
    halt: Halt,
    breaker: Breaker,
    stop: Stop,
}

/// Whether attempts may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    /// As many as the channel allows.
    Open,
    /// So many at once.
    Narrow(usize),
    /// None before this.
    Until(Duration),
}

impl Brake {
    pub(super) fn gate(&self, now: Duration) -> Gate {
        let from = self
            .held_until
            .max(self.halt.until())
            .max(self.breaker.until());
        if from > now {
            return Gate::Until(from);
        }
        let widths = [self.halt.width(), self.breaker.width()];
        match widths.into_iter().flatten().min() {
            None => Gate::Open,
            Some(width) => Gate::Narrow(width),
        }
    }

    /// How long until an attempt may start, as far as time decides it.
    pub(super) fn pause(&self, now: Duration) -> Duration {
        match self.gate(now) {
            Gate::Until(at) => at - now,
            Gate::Open | Gate::Narrow(_) => Duration::ZERO,
        }
    }

    /// The provider refuses the channel with this code: pauses, but not shorter than it says.
    pub(super) fn refused(
        &mut self,
        (ground, code): (Ground, i64),
        named: Option<Duration>,
        now: Duration,
    ) -> Duration {
        let pause = self.halt.refused(ground, named, now);
        let why = match ground {
            Ground::Throttle => Why::Throttled(code),
            Ground::Reputation => Why::BadName(code),
            Ground::Broken => Why::Broken(code),
        };
        self.stop.begin(why, pause);
        pause
    }

    /// Nothing starts for a moment, for a reason of our own.
    pub(super) fn hold(&mut self, pause: Duration, now: Duration) {
        self.held_until = self.held_until.max(now + pause);
    }

    /// Something was done about what stops the channel: it tries again now.
    pub(super) fn try_again(&mut self, now: Duration) {
        self.halt.end(now);
        self.breaker.probe(now);
    }

    /// The provider took a message that departed then.
    pub(super) fn calm(&mut self, departed_at: Duration) {
        if self.halt.calm(departed_at) {
            self.stop.sends();
        }
    }

    /// The provider answered, whatever it said; the channel allows so many attempts at once.
    pub(super) fn answered(&mut self, concurrency: usize, now: Duration) {
        self.breaker.answered(concurrency, now);
        self.stop.reached();
    }

    /// The provider could not be reached, or its answer is lost. Answers whether the channel only
    /// probes now.
    pub(super) fn failed(&mut self, now: Duration) -> bool {
        let was_open = self.breaker.is_open();
        self.breaker.failed(now);
        let is_open = self.breaker.is_open();
        if is_open && !was_open {
            self.stop.begin(Why::Unreachable, Breaker::FIRST);
        }
        is_open
    }

    /// Why attempts may not start as usual, when that is not for a reason of our own.
    pub(super) fn stopped(&self, now: Duration) -> Option<Why> {
        let is_open = self.gate(now) == Gate::Open;
        self.stop.why().filter(|_| !is_open)
    }

    /// What people should hear of that and have not heard yet.
    pub(super) const fn news(&mut self) -> Option<News> {
        self.stop.news()
    }
}

#[cfg(test)]
#[path = "brake_tests.rs"]
mod tests;
