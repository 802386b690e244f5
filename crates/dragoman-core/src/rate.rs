//! Rates, as people write them, and the bucket that keeps them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// So many per second, at least 1 and at most 100 000. Written `80/s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(u32);

/// The text is no rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a rate: write for example 80/s, between 1/s and 100000/s")]
pub struct NotARate;

impl Rate {
    /// What a WhatsApp number may send before Meta raises its limit.
    pub const WHATSAPP: Self = Self(80);

    /// So many per second; `None` outside 1 to 100 000.
    pub fn per_second(count: u32) -> Option<Self> {
        (1..=100_000).contains(&count).then_some(Self(count))
    }

    /// How many per second.
    pub const fn count(self) -> u32 {
        self.0
    }
}

impl FromStr for Rate {
    type Err = NotARate;

    fn from_str(text: &str) -> Result<Self, NotARate> {
        let count = text.trim().strip_suffix("/s").ok_or(NotARate)?;
        count
            .trim()
            .parse()
            .ok()
            .and_then(Self::per_second)
            .ok_or(NotARate)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/s", self.0)
    }
}

/// A token bucket on a monotonic clock that its caller reads: `now` is the time since any fixed
/// moment and must not go back.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    every: Duration,
    burst: u32,
    /// The theoretical moment at which the bucket is full again (GCRA).
    full_at: Duration,
}

impl Bucket {
    /// Lets one through `every` so often, and up to `burst` at once after a rest. Starts full.
    pub const fn new(every: Duration, burst: u32) -> Self {
        Self {
            every,
            burst,
            full_at: Duration::ZERO,
        }
    }

    /// A channel's bucket: an even flow with a burst of a tenth of a second.
    pub fn for_rate(rate: Rate) -> Self {
        Self::new(
            Duration::from_secs(1) / rate.count(),
            (rate.count() / 10).max(1),
        )
    }

    /// The same with another flow from now on. What has passed stays passed: the next one waits as
    /// if the new flow had been in force, so that a change brings no second burst.
    #[must_use]
    pub fn retuned(self, every: Duration, burst: u32, now: Duration) -> Self {
        let passed = self.full_at.saturating_sub(now).as_secs_f64() / self.every.as_secs_f64();
        Self {
            every,
            burst,
            full_at: now + every.mul_f64(passed),
        }
    }

    /// WhatsApp's limit for one recipient: bursts of 45, then one every six seconds.
    pub const fn for_pair() -> Self {
        Self::new(Duration::from_secs(6), 45)
    }

    /// How long until one more may pass; zero is now.
    pub fn wait(&self, now: Duration) -> Duration {
        let tolerance = self.every * (self.burst - 1);
        self.full_at.saturating_sub(now).saturating_sub(tolerance)
    }

    /// Lets one pass, if it may; otherwise tells how long to wait.
    ///
    /// # Errors
    /// The time until one may pass.
    pub fn take(&mut self, now: Duration) -> Result<(), Duration> {
        let wait = self.wait(now);
        if wait > Duration::ZERO {
            return Err(wait);
        }
        self.full_at = self.full_at.max(now) + self.every;
        Ok(())
    }

    /// Whether it is as full as a new one, so that it need not be kept.
    pub fn is_full(&self, now: Duration) -> bool {
        self.full_at <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_reads_and_prints_the_same() {
        assert_eq!("1000/s".parse::<Rate>().unwrap().to_string(), "1000/s");
        for bad in ["", "80", "0/s", "-1/s", "100001/s", "80/m"] {
            assert_eq!(bad.parse::<Rate>(), Err(NotARate), "{bad}");
        }
    }

    #[test]
    fn in_no_second_more_passes_than_the_rate_and_its_burst() {
        let mut bucket = Bucket::for_rate(Rate::WHATSAPP);
        let passed = (0..2000)
            .filter(|&ms| bucket.take(Duration::from_millis(ms)).is_ok())
            .count();
        assert!((160..=168).contains(&passed), "{passed}");
    }

    #[test]
    fn a_new_flow_brings_no_second_burst() {
        let now = Duration::from_secs(10);
        let mut bucket = Bucket::new(Duration::from_millis(10), 10);
        while bucket.take(now).is_ok() {}
        let slower = bucket.retuned(Duration::from_millis(20), 10, now);
        assert_eq!(slower.wait(now), Duration::from_millis(20));
        let narrower = bucket.retuned(Duration::from_millis(20), 5, now);
        assert_eq!(narrower.wait(now), Duration::from_millis(120));
        let faster = slower.retuned(Duration::from_millis(5), 10, now);
        assert_eq!(faster.wait(now), Duration::from_millis(5));
    }

    #[test]
    fn a_pair_gets_a_burst_of_45_and_then_one_every_six_seconds() {
        let mut bucket = Bucket::for_pair();
        let at_once = (0..100)
            .filter(|_| bucket.take(Duration::from_secs(1)).is_ok())
            .count();
        assert_eq!(at_once, 45);
        assert_eq!(bucket.wait(Duration::from_secs(1)), Duration::from_secs(6));
        assert!(bucket.take(Duration::from_secs(7)).is_ok());
    }
}
