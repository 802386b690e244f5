//! Maps by numbers that the house gives out.
//!
//! Nobody outside chooses these numbers or sees them, so a seed would protect from nothing: what
//! their hash has to do is to spread them.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// By the number of a conversation, or by the digest of an address, which is seeded itself.
pub(super) type Numbers<K, V> = HashMap<K, V, BuildHasherDefault<Spread>>;

/// Spreads a number over all bits: a multiplication, its upper half folded onto the lower.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spread(u64);

/// 2^64 divided by the golden ratio, and odd: neighbours land far from each other.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher for Spread {
    fn write_u64(&mut self, number: u64) {
        let wide = u128::from(self.0 ^ number) * u128::from(FACTOR);
        self.0 = wide as u64 ^ (wide >> 64) as u64;
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(number.cast_unsigned());
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::{BuildHasher, BuildHasherDefault};

    use super::Spread;

    /// How many of 128 places a map would start from, by the bits that it looks at first and last.
    fn places(numbers: impl Iterator<Item = i64>) -> [usize; 2] {
        let spread = BuildHasherDefault::<Spread>::default();
        let (mut low, mut high) = (HashSet::new(), HashSet::new());
        for number in numbers {
            let hash = spread.hash_one(number);
            low.insert(hash & 127);
            high.insert(hash >> 57);
        }
        [low.len(), high.len()]
    }

    #[test]
    fn numbers_are_spread_whatever_their_step() {
        for step in (0..40).map(|bits| 1 << bits) {
            let places = places((1..1000).map(|n| n * step));
            assert!(places.iter().all(|count| *count > 100), "{step} {places:?}");
        }
    }
}
