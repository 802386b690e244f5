//! Whether an echo would have been heard.

use std::collections::HashMap;
use std::time::Duration;

use dragoman_core::clock::Reading;
use dragoman_core::{Id, Timestamp};

/// So much may our clock be ahead of the provider's.
const CLOCKS_DIFFER: Duration = Duration::from_secs(30);

/// What is known of the providers' feed since the start, or since the process was frozen.
#[derive(Debug)]
pub(super) struct Health {
    since: Reading,
    /// Where it began later for a channel.
    channels: HashMap<Id, Reading>,
    /// When the newest thing that was told of a channel happened, by the provider's clock.
    newest: HashMap<Id, Timestamp>,
}

impl Health {
    pub(super) fn since(since: Reading) -> Self {
        Self {
            since,
            channels: HashMap::new(),
            newest: HashMap::new(),
        }
    }

    pub(super) fn told(&mut self, channel: Id, at: Timestamp) {
        let newest = self.newest.entry(channel).or_insert(at);
        *newest = at.max(*newest);
    }

    pub(super) fn begin_anew(&mut self, channel: Id, now: Reading) {
        self.channels.insert(channel, now);
    }

    pub(super) fn steady_since(&self, channel: Id) -> Reading {
        self.channels.get(&channel).copied().unwrap_or(self.since)
    }

    pub(super) fn has_told_since(&self, channel: Id, since: Timestamp) -> bool {
        let newest = self.newest.get(&channel);
        newest.is_some_and(|newest| *newest > since.plus(CLOCKS_DIFFER))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANNEL: Id = Id::from_u128(1);

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    const fn instant(seconds: u64) -> Reading {
        Reading {
            wall: at(seconds as i64),
            monotonic: Duration::from_secs(seconds),
        }
    }

    #[test]
    fn only_what_happened_after_the_doubt_shows_that_its_echo_would_have_come() {
        let mut health = Health::since(instant(0));
        assert!(!health.has_told_since(CHANNEL, at(0)));
        for (told, heard) in [(100, false), (130, false), (131, true), (90, true)] {
            health.told(CHANNEL, at(told));
            assert_eq!(health.has_told_since(CHANNEL, at(100)), heard, "{told}");
        }
        assert!(!health.has_told_since(Id::from_u128(2), at(0)));
    }

    #[test]
    fn a_gap_in_one_feed_is_none_in_another() {
        let mut health = Health::since(instant(5));
        health.begin_anew(CHANNEL, instant(60));
        assert_eq!(health.steady_since(CHANNEL), instant(60));
        assert_eq!(health.steady_since(Id::from_u128(2)), instant(5));
    }
}
