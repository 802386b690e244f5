//! How much customers write at the moment.

use std::time::Duration;

/// Counts what arrived in this second and in the one before.
#[derive(Debug, Default)]
pub(super) struct Heard {
    second: u64,
    now: u32,
    before: u32,
}

impl Heard {
    /// So many messages have arrived.
    pub(super) fn count(&mut self, count: u32, now: Duration) {
        let second = now.as_secs();
        if second != self.second {
            self.before = self.in_second_before(second);
            (self.second, self.now) = (second, 0);
        }
        self.now = self.now.saturating_add(count);
    }

    /// How many arrive in a second: what the better of the last two has brought.
    pub(super) fn per_second(&self, now: Duration) -> u32 {
        let second = now.as_secs();
        let running = if second == self.second { self.now } else { 0 };
        running.max(self.in_second_before(second))
    }

    const fn in_second_before(&self, second: u64) -> u32 {
        if second == self.second {
            self.before
        } else if second == self.second + 1 {
            self.now
        } else {
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_better_of_the_last_two_seconds_counts() {
        let at = Duration::from_millis;
        let mut heard = Heard::default();
        (0..5).for_each(|_| heard.count(2, at(10_100)));
        assert_eq!(heard.per_second(at(10_200)), 10);
        heard.count(3, at(11_000));
        assert_eq!(heard.per_second(at(11_999)), 10);
        assert_eq!(heard.per_second(at(12_000)), 3);
        assert_eq!(heard.per_second(at(13_000)), 0);
        heard.count(1, at(60_000));
        assert_eq!(heard.per_second(at(60_000)), 1);
    }
}
