//! How the calls of the last half minute ended.

use std::time::Duration;

/// A slice of the half minute.
const SLICE_SECONDS: u64 = 5;
const SLICES: usize = 6;
/// So many calls say something.
const ENOUGH: u32 = 20;

/// Counts calls, and forgets them after half a minute, give or take a slice.
#[derive(Debug, Default)]
pub(super) struct Recent {
    slices: [Slice; SLICES],
    newest: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slice {
    calls: u32,
    failures: u32,
}

impl Recent {
    /// A call was answered.
    pub(super) fn answered(&mut self, now: Duration) {
        self.slice(now).calls += 1;
    }

    /// A call failed.
    pub(super) fn failed(&mut self, now: Duration) {
        let slice = self.slice(now);
        slice.calls += 1;
        slice.failures += 1;
    }

    /// Whether half of the calls or more have failed, as of the last one.
    pub(super) fn is_bad(&self) -> bool {
        let sum = |of: fn(&Slice) -> u32| self.slices.iter().map(of).sum::<u32>();
        let calls = sum(|slice| slice.calls);
        calls >= ENOUGH && sum(|slice| slice.failures) * 2 >= calls
    }

    fn slice(&mut self, now: Duration) -> &mut Slice {
        let number = now.as_secs() / SLICE_SECONDS;
        let passed = number.saturating_sub(self.newest).min(SLICES as u64);
        for back in 0..passed {
            self.slices[place(number - back)] = Slice::default();
        }
        self.newest = self.newest.max(number);
        &mut self.slices[place(self.newest)]
    }
}

const fn place(number: u64) -> usize {
    (number % SLICES as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn half_of_twenty_calls_within_half_a_minute_are_bad() {
        let mut recent = Recent::default();
        (0..10).for_each(|second| recent.answered(at(second)));
        (10..19).for_each(|second| recent.failed(at(second)));
        assert!(!recent.is_bad(), "19 calls say nothing");
        recent.failed(at(19));
        assert!(recent.is_bad());
        (0..2).for_each(|_| recent.answered(at(20)));
        assert!(!recent.is_bad());
    }

    #[test]
    fn what_is_older_is_forgotten() {
        let mut recent = Recent::default();
        (0..100).for_each(|_| recent.answered(at(1)));
        (0..10).for_each(|_| recent.failed(at(31)));
        assert!(!recent.is_bad());
        (0..10).for_each(|_| recent.failed(at(32)));
        assert!(recent.is_bad(), "of the first second nothing counts");
        recent.answered(at(3600));
        assert!(!recent.is_bad());
    }
}
