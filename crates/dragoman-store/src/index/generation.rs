//! What ages together.

use std::sync::Arc;

use dragoman_core::Address;

use super::codec::{Key as Bytes, Value};
use super::entry::{Kept, Outcome, Person};
use super::key::Key;
use super::layered::Young;
use super::mark::Mark;
use super::shelf::Aged;

/// Each table's entries, and the mark that holds with them.
pub(crate) struct Generation {
    pub(crate) outcomes: Frozen<i64, Outcome>,
    pub(crate) keys: Frozen<Key, Kept>,
    pub(crate) provider_ids: Frozen<Key, i64>,
    pub(crate) people: Frozen<i64, Arc<Person>>,
    pub(crate) addresses: Frozen<(i64, Address), i64>,
    pub(crate) mark: Mark,
}

impl Generation {
    /// The shelf has it: what was read from there before is no longer so. Before the index lets go
    /// of it.
    pub(crate) fn has_aged(&self) {
        self.outcomes.has_aged();
        self.keys.has_aged();
        self.provider_ids.has_aged();
        self.people.has_aged();
        self.addresses.has_aged();
    }

    /// What is left when the index has let go of it: memory for another one.
    pub(crate) fn emptied(self) -> Spare {
        Spare {
            outcomes: self.outcomes.emptied(),
            keys: self.keys.emptied(),
            provider_ids: self.provider_ids.emptied(),
            people: self.people.emptied(),
            addresses: self.addresses.emptied(),
        }
    }
}

/// Each table's memory, with nothing in it.
pub(crate) struct Spare {
    pub(crate) outcomes: Young<i64, Outcome>,
    pub(crate) keys: Young<Key, Kept>,
    pub(crate) provider_ids: Young<Key, i64>,
    pub(crate) people: Young<i64, Arc<Person>>,
    pub(crate) addresses: Young<(i64, Address), i64>,
}

/// Entries of a table that do not change any more, and where they go.
pub(crate) struct Frozen<K, V> {
    pub(crate) entries: Arc<Young<K, V>>,
    pub(crate) aged: Option<Arc<Aged<K, V>>>,
}

impl<K: Bytes, V: Value + Clone> Frozen<K, V> {
    /// Nobody has read these entries from the shelf while they were young: so this is the moment
    /// at which what is kept of it can change, and not each commit.
    fn has_aged(&self) {
        if let Some(aged) = &self.aged {
            for (key, value) in &*self.entries {
                aged.renew(key, value.as_ref());
            }
        }
    }
}

impl<K, V> Frozen<K, V> {
    /// The memory, if nobody else looks at it any more.
    fn emptied(self) -> Young<K, V> {
        let mut young = Arc::into_inner(self.entries).unwrap_or_default();
        young.clear();
        young
    }
}

impl<K, V> Default for Frozen<K, V> {
    fn default() -> Self {
        Self {
            entries: Arc::default(),
            aged: None,
        }
    }
}
