//! How fast a channel sends: below the provider's limit, and slower while that proves too fast.

use std::time::Duration;

use dragoman_core::rate::{Bucket, Rate};

use super::heard::Heard;

/// This share of the provider's limit is used, for it measures other moments than we do.
const SHARE: f64 = 0.85;
/// After a throttling this share of the limit comes back in a second: a twentieth in ten.
const REGAIN: f64 = 0.005;
/// What customers write and what was throttled leaves at least this share of the limit.
const LEAST: f64 = 0.05;
/// How often the flow is thought over.
const LOOK: Duration = Duration::from_millis(100);

/// The flow of a channel.
#[derive(Debug)]
pub(super) struct Pace {
    /// What the provider allows per second, of what customers write and what is sent together.
    limit: f64,
    /// What a throttling has left of it.
    learned: Option<Learned>,
    heard: Heard,
    bucket: Bucket,
    looked_at: Duration,
}

/// A rate that grows again from some moment on.
#[derive(Clone, Copy, Debug)]
struct Learned {
    rate: f64,
    since: Duration,
}

impl Pace {
    pub(super) fn new(limit: Rate) -> Self {
        let limit = f64::from(limit.count());
        let (every, burst) = flow(limit * SHARE);
        Self {
            limit,
            learned: None,
            heard: Heard::default(),
            bucket: Bucket::new(every, burst),
            looked_at: Duration::ZERO,
        }
    }

    /// The provider allows another rate: what was learned of the last one is forgotten.
    pub(super) fn limit(&mut self, limit: Rate, now: Duration) {
        let limit = f64::from(limit.count());
        if limit != self.limit {
            (self.limit, self.learned) = (limit, None);
            self.retune(now);
        }
    }

    /// Customers have written so many messages: the provider counts them too.
    pub(super) fn hear(&mut self, count: u32, now: Duration) {
        self.heard.count(count, now);
    }

    /// The provider throttles the channel, which pauses until then: half the rate is left.
    /// Answers that come out of one throttling count once.
    pub(super) fn throttled(&mut self, until: Duration, now: Duration) {
        if self.learned.is_none_or(|learned| learned.since < until) {
            let rate = (self.total(now) / 2.0).max(self.limit * LEAST);
            self.learned = Some(Learned { rate, since: until });
            self.retune(now);
        }
    }

    /// Thinks the flow over, from time to time.
    pub(super) fn look(&mut self, now: Duration) {
        if now.saturating_sub(self.looked_at) >= LOOK {
            self.retune(now);
        }
    }

    /// How long until one more may depart; zero is now.
    pub(super) fn wait(&self, now: Duration) -> Duration {
        self.bucket.wait(now)
    }

    /// One departs, if it may. Answers whether it does.
    pub(super) fn take(&mut self, now: Duration) -> bool {
        self.bucket.take(now).is_ok()
    }

    /// How many may depart in a second now.
    pub(super) fn per_second(&self, now: Duration) -> f64 {
        let left = self.total(now) - f64::from(self.heard.per_second(now));
        left.max(self.limit * LEAST)
    }

    /// How many messages the number may have in a second, in both directions.
    fn total(&self, now: Duration) -> f64 {
        let most = self.limit * SHARE;
        self.learned.map_or(most, |Learned { rate, since }| {
            let passed = now.saturating_sub(since).as_secs_f64();
            (rate + self.limit * REGAIN * passed).min(most)
        })
    }

    fn retune(&mut self, now: Duration) {
        self.looked_at = now;
        let (every, burst) = flow(self.per_second(now));
        self.bucket = self.bucket.retuned(every, burst, now);
    }
}

/// An even flow with a burst of a tenth of a second.
fn flow(per_second: f64) -> (Duration, u32) {
    let every = Duration::from_secs_f64(1.0 / per_second);
    (every, ((per_second / 10.0) as u32).max(1))
}

#[cfg(test)]
#[path = "pace_tests.rs"]
mod tests;
