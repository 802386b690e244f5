//! Chance that repeats itself.

use std::sync::atomic::{AtomicU64, Ordering};

use dragoman_core::ports::Random;

/// The same seed makes the same numbers: Steele's `SplitMix64`, which is well spread and can be
/// guessed by anybody. For tests only.
#[derive(Debug)]
pub struct SeededRandom {
    state: AtomicU64,
}

impl SeededRandom {
    /// The step of the sequence: 2^64 divided by the golden ratio, made odd.
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

    /// Begins the sequence of `seed`.
    pub const fn new(seed: u64) -> Self {
        Self {
            state: AtomicU64::new(seed),
        }
    }

    /// 64 bits of the sequence.
    pub fn next(&self) -> u64 {
        let mut mixed = self
            .state
            .fetch_add(Self::STEP, Ordering::Relaxed)
            .wrapping_add(Self::STEP);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Uniform enough in `0..below`, which must not be zero.
    pub fn below(&self, below: u64) -> u64 {
        self.next() % below
    }
}

impl Random for SeededRandom {
    fn bits(&self) -> u128 {
        u128::from(self.next()) << 64 | u128::from(self.next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_numbers_and_another_seed_others() {
        let draw = |seed| {
            let random = SeededRandom::new(seed);
            [random.bits(), random.bits()]
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        assert_ne!(draw(1)[0], draw(1)[1]);
    }

    #[test]
    fn rolls_fill_the_unit_interval() {
        let random = SeededRandom::new(7);
        let rolls: Vec<f64> = (0..10_000).map(|_| random.roll()).collect();
        assert!(rolls.iter().all(|roll| (0.0..1.0).contains(roll)));
        let mean = rolls.iter().sum::<f64>() / 10_000.0;
        assert!((0.48..0.52).contains(&mean), "{mean}");
    }
}
