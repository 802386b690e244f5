//! What stops a whole channel: throttling, and a provider that cannot be reached.

use std::time::Duration;

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

    /// The provider throttles the channel: pauses 1, 2, 4, ... seconds, or as long as it says.
    /// Answers that come out of one throttling count once.
    pub(super) fn throttle(&mut self, named: Option<Duration>, now: Duration) -> Duration {
        if self.paused_until <= now {
            let pause = named.unwrap_or_else(|| {
                (THROTTLE_FIRST * 2_u32.saturating_pow(self.throttles.min(10))).min(THROTTLE_CAP)
            });
            self.throttles += 1;
            self.slowed_at = now;
            self.paused_until = now + pause;
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
        }
    }

    /// The provider answered, whatever it said.
    pub(super) fn reached(&mut self) {
        (self.misses, self.open) = (0, None);
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
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn after_ten_misses_one_message_probes_until_one_is_answered() {
        let mut brake = Brake::default();
        let mut now = at(100);
        assert!((0..9).all(|_| !brake.missed(now)));
        assert_eq!(brake.gate(5, now), Gate::Open);
        assert!(brake.missed(now));
        let mut pauses = Vec::new();
        for _ in 0..6 {
            let Gate::Until(probe) = brake.gate(0, now) else {
                panic!("no pause");
            };
            pauses.push((probe - now).as_secs());
            now = probe;
            assert_eq!(brake.gate(0, now), Gate::One);
            assert_eq!(brake.gate(1, now), Gate::Shut);
            brake.missed(now);
        }
        assert_eq!(pauses, [1, 2, 4, 8, 10, 10]);
        brake.reached();
        assert_eq!(brake.gate(5, now), Gate::Open);
    }

    #[test]
    fn a_throttled_channel_pauses_longer_each_time_until_something_is_taken() {
        let mut brake = Brake::default();
        let mut now = at(100);
        let pauses: Vec<u64> = (0..8)
            .map(|_| {
                let pause = brake.throttle(None, now);
                assert_eq!(brake.throttle(None, now), pause, "counts once");
                now += pause;
                pause.as_secs()
            })
            .collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
        brake.calm(at(99));
        assert_eq!(brake.throttle(None, now), at(60));
        now += at(60);
        brake.calm(now);
        assert_eq!(brake.throttle(Some(at(7)), now), at(7));
    }
}
