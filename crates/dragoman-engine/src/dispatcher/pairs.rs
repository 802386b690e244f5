//! The provider's limits for one recipient: a bucket each, and pauses that it asked for.

use std::time::Duration;

use dragoman_core::rate::Bucket;

use super::numbers::Numbers;
use super::recipients::UNKNOWN;

/// The longest pause of one conversation.
const CAP: Duration = Duration::from_secs(600);
/// How often full buckets are looked for.
const SWEEP: Duration = Duration::from_secs(10);

/// Conversations that have sent or been throttled lately.
#[derive(Debug)]
pub(super) struct Pairs {
    pairs: Numbers<i64, Pair>,
    by_digest: Numbers<u64, i64>,
    swept_at: Duration,
}

#[derive(Debug)]
struct Pair {
    bucket: Bucket,
    digest: u64,
    throttles: u32,
    slowed_at: Duration,
    paused_until: Duration,
}

impl Pairs {
    pub(super) fn new() -> Self {
        Self {
            pairs: Numbers::default(),
            by_digest: Numbers::default(),
            swept_at: Duration::ZERO,
        }
    }

    /// From when on this conversation may send.
    pub(super) fn free_at(&self, conversation: i64, now: Duration) -> Duration {
        self.pairs.get(&conversation).map_or(now, |pair| {
            pair.paused_until.max(now + pair.bucket.wait(now))
        })
    }

    /// Whether a recipient may be written to now, as far as its conversation is known.
    pub(super) fn allow(&self, digest: u64, now: Duration) -> bool {
        self.wait(digest, now).is_zero()
    }

    /// How long until a recipient may be written to, as far as its conversation is known.
    pub(super) fn wait(&self, digest: u64, now: Duration) -> Duration {
        let conversation = self.by_digest.get(&digest);
        conversation.map_or(Duration::ZERO, |conversation| {
            self.free_at(*conversation, now).saturating_sub(now)
        })
    }

    /// An attempt starts.
    pub(super) fn take(&mut self, conversation: i64, digest: u64, now: Duration) {
        self.sweep(now);
        let pair = self.pair(conversation, digest);
        // When the bucket was empty the caller knew better (a departure that is a fact).
        let _ = pair.bucket.take(now);
        if digest != UNKNOWN {
            self.by_digest.insert(digest, conversation);
        }
    }

    /// The provider throttles this conversation: pauses 1, 4, 16, ... seconds, or as long as it
    /// says. Answers that come out of one throttling count once.
    pub(super) fn throttle(
        &mut self,
        conversation: i64,
        named: Option<Duration>,
        now: Duration,
    ) -> Duration {
        let pair = self.pair(conversation, UNKNOWN);
        if pair.paused_until <= now {
            let pause = named.unwrap_or_else(|| {
                Duration::from_secs(4_u64.saturating_pow(pair.throttles)).min(CAP)
            });
            pair.throttles += 1;
            pair.slowed_at = now;
            pair.paused_until = now + pause;
        }
        pair.paused_until - now
    }

    /// The provider took a message of this conversation that departed then.
    pub(super) fn calm(&mut self, conversation: i64, departed_at: Duration) {
        if let Some(pair) = self.pairs.get_mut(&conversation)
            && departed_at >= pair.slowed_at
        {
            pair.throttles = 0;
        }
    }

    fn pair(&mut self, conversation: i64, digest: u64) -> &mut Pair {
        let pair = self.pairs.entry(conversation).or_insert_with(|| Pair {
            bucket: Bucket::for_pair(),
            digest,
            throttles: 0,
            slowed_at: Duration::ZERO,
            paused_until: Duration::ZERO,
        });
        if digest != UNKNOWN {
            pair.digest = digest;
        }
        pair
    }

    /// Full buckets need not be kept, nor pauses that are long over.
    fn sweep(&mut self, now: Duration) {
        if now.saturating_sub(self.swept_at) < SWEEP {
            return;
        }
        self.swept_at = now;
        let by_digest = &mut self.by_digest;
        self.pairs.retain(|_, pair| {
            let keep =
                !pair.bucket.is_full(now) || pair.paused_until + CAP > now && pair.throttles > 0;
            if !keep {
                by_digest.remove(&pair.digest);
            }
            keep
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_throttled_conversation_pauses_four_times_longer_each_time() {
        let mut pairs = Pairs::new();
        let mut now = at(1000);
        let pauses: Vec<u64> = (0..7)
            .map(|_| {
                let pause = pairs.throttle(1, None, now);
                assert_eq!(pairs.throttle(1, None, now), pause, "counts once");
                now += pause;
                pause.as_secs()
            })
            .collect();
        assert_eq!(pauses, [1, 4, 16, 64, 256, 600, 600]);
        pairs.calm(1, now);
        assert_eq!(pairs.throttle(1, None, now), at(1));
    }

    #[test]
    fn only_conversations_that_sent_lately_are_remembered() {
        let mut pairs = Pairs::new();
        for conversation in 0..100 {
            pairs.take(conversation, conversation as u64 + 1, at(1));
        }
        assert_eq!(pairs.pairs.len(), 100);
        pairs.take(1000, 0, at(60));
        assert_eq!((pairs.pairs.len(), pairs.by_digest.len()), (1, 0));
    }

    #[test]
    fn a_recipient_gets_45_at_once() {
        let mut pairs = Pairs::new();
        for _ in 0..45 {
            assert!(pairs.allow(7, at(1)));
            pairs.take(1, 7, at(1));
        }
        assert!(!pairs.allow(7, at(1)));
        assert_eq!(pairs.wait(7, at(1)), at(6));
        assert_eq!(pairs.wait(8, at(1)), at(0), "nothing is known of them");
        assert_eq!(pairs.free_at(1, at(1)), at(7));
        assert!(pairs.allow(7, at(7)));
    }
}
