//! What was read lately and is likely to be asked for again.

use std::hash::Hash;

use foldhash::fast::RandomState;
use quick_cache::UnitWeighter;
use quick_cache::sync::{Cache, DefaultLifecycle};

/// Entries that stay in memory until others that are asked for more often push them out.
pub(crate) type Warm<K, V> = Cache<K, V, UnitWeighter, RandomState>;

/// Room for this many entries.
pub(crate) fn warm<K: Eq + Hash, V: Clone>(most: usize) -> Warm<K, V> {
    let (weight, hasher) = (most as u64, RandomState::default());
    Cache::with(
        most,
        weight,
        UnitWeighter,
        hasher,
        DefaultLifecycle::default(),
    )
}
