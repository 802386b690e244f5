//! What stops a whole channel: throttling, and a provider that cannot be reached.

use std::time::Duration;

use super::stop::{News, Stop, Why};

/// So many connections in a row must fail before the channel stops trying with every message.
const MISSES: u32 = 10;
const PROBE_FIRST: Duration = Duration::from_secs(1);
const PROBE_CAP: Duration = Duration::from_secs(10);
const THROTTLE_FIRST: Duration = Duration::from_secs(1);
const THROTTLE_CAP: Duration = Duration::from_secs(60);

/// Pauses of a channel. All times are monotonic.
#[derive(Debug, Default)]
pub(super) struct Brake {
    paused_until: Duration,
    throttles: u32,
    slowed_at: Duration,
    misses: u32,
    open: Option<Probe>,
    stop: Stop,
}

/// The provider cannot be reached: one message at a time finds out when it can.
#[derive(Clone, Copy, Debug)]
struct Probe {
    at: Duration,
    pause: Duration,
}

/// Whether attempts may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    /// As many as there are slots.
    Open,
    /// One alone, to find out.
    One,
    /// None before this.
    Until(Duration),
    /// None until what runs has ended.
    Shut,
}

impl Brake {
    pub(super) fn gate(&self, running: usize, now: Duration) -> Gate {
        let from = self
            .open
            .map_or(self.paused_until, |probe| probe.at.max(self.paused_until));
        if from > now {
            return Gate::Until(from);
        }
        match (self.open, running) {
            (None, _) => Gate::Open,
            (Some(_), 0) => Gate::One,
            (Some(_), _) => Gate::Shut,
        }
    }

    /// How long until an attempt may start, as far as time decides it.
    pub(super) fn pause(&self, now: Duration) -> Duration {
        match self.gate(0, now) {
            Gate::Until(at) => at - now,
            Gate::Open | Gate::One | Gate::Shut => Duration::ZERO,
        }
    }

    /// The provider refuses the channel with this code: pauses 1, 2, 4, ... seconds, but not
    /// shorter than it says. Answers that come out of one throttling count once.
    pub(super) fn throttle(
        &mut self,
        code: i64,
        named: Option<Duration>,
        now: Duration,
    ) -> Duration {
        if self.paused_until <= now {
            let grown = THROTTLE_FIRST * 2_u32.saturating_pow(self.throttles.min(10));
            let pause = grown.min(THROTTLE_CAP).max(named.unwrap_or_default());
            self.throttles += 1;
            self.slowed_at = now;
            self.paused_until = now + pause;
            self.stop.begin(Why::Refused(code), pause);
        }
        self.paused_until - now
    }

    /// Nothing starts for a moment, for a reason of our own.
    pub(super) fn hold(&mut self, pause: Duration, now: Duration) {
        self.paused_until = self.paused_until.max(now + pause);
    }

    /// The provider took a message that departed then.
    pub(super) fn calm(&mut self, departed_at: Duration) {
        if departed_at >= self.slowed_at {
            self.throttles = 0;
            self.stop.sends();
        }
    }

    /// The provider answered, whatever it said.
    pub(super) fn reached(&mut self) {
        (self.misses, self.open) = (0, None);
        self.stop.reached();
    }

    /// The provider could not be reached. Answers whether the channel only probes now.
    pub(super) fn missed(&mut self, now: Duration) -> bool {
        self.misses += 1;
        match &mut self.open {
            Some(probe) if probe.at <= now => {
                probe.pause = (probe.pause * 2).min(PROBE_CAP);
                probe.at = now + probe.pause;
            }
            Some(_) => {}
            None if self.misses >= MISSES => {
                self.open = Some(Probe {
                    at: now + PROBE_FIRST,
                    pause: PROBE_FIRST,
                });
                self.stop.begin(Why::Unreachable, PROBE_FIRST);
            }
            None => {}
        }
        self.open.is_some()
    }

    /// The answer of a probe was lost: it proves nothing, the next one waits like after a miss.
    pub(super) fn lost(&mut self, now: Duration) {
        if self.open.is_some() {
            self.missed(now);
        }
    }

    /// Why attempts may not start as usual, when that is not for a reason of our own.
    pub(super) fn stopped(&self, now: Duration) -> Option<Why> {
        let is_open = self.gate(0, now) == Gate::Open;
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
