//! What ages together.

use std::sync::Arc;

use dragoman_core::Address;

use super::codec::{Key as Bytes, Value};
use super::entry::{Ends, Kept, Outcome, Person};
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
    pub(crate) ends: Frozen<i64, Ends>,
    pub(crate) mark: Mark,
}

impl Generation {
    /// The shelf has it: what was read from there before is no longer so.
    pub(super) fn has_aged(&self) {
        self.outcomes.has_aged();
        self.keys.has_aged();
        self.provider_ids.has_aged();
        self.people.has_aged();
        self.addresses.has_aged();
        self.ends.has_aged();
    }
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
        if let Some(aged) = self.aged.as_ref().filter(|aged| aged.keeps()) {
            for (key, value) in &*self.entries {
                aged.renew(key, value.as_ref());
            }
        }
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
