//! What a batch has changed and its commit has not yet made durable.
//!
//! Later verbs of the batch see it; nobody else does. A commit that fails drops it.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::sync::Arc;

use dragoman_core::catalog::Catalog;
use dragoman_core::{Address, Id, State, Timestamp};
use foldhash::{HashMap, HashMapExt};

use super::entry::{Ends, Exception, Kept, Orphan, Outcome, Person, Waiting, Weighed};
use super::happening::Happening;
use super::key::Key;
use super::layered::Committed;
use super::mark::Mark;

/// Changes of one table: new values, and keys that are gone.
#[derive(Debug)]
pub(crate) struct Changes<K, V>(HashMap<K, Option<V>>);

impl<K, V> Default for Changes<K, V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash, V> Changes<K, V> {
    pub(crate) fn put(&mut self, key: K, value: V) {
        self.0.insert(key, Some(value));
    }

    pub(crate) fn remove(&mut self, key: K) {
        self.0.insert(key, None);
    }

    /// Takes the changes out. Their memory stays for the next batch.
    pub(crate) fn drain(&mut self) -> impl Iterator<Item = (K, Option<V>)> {
        self.0.drain()
    }

    /// All values of a table, as the batch sees it.
    pub(crate) fn all<'a>(&'a self, under: &'a HashMap<K, V>) -> impl Iterator<Item = &'a V> {
        let unchanged = under.iter().filter(|(key, _)| !self.0.contains_key(key));
        let changed = self.0.values().filter_map(Option::as_ref);
        unchanged.map(|(_, value)| value).chain(changed)
    }

    /// Whether this key is changed.
    pub(crate) fn has(&self, key: &K) -> bool {
        self.0.contains_key(key)
    }

    /// How many keys are changed.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.keys()
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Changes<K, V> {
    /// The value of a key, in `under` unless the batch has changed it.
    pub(crate) fn look<'a>(
        &'a self,
        under: &'a impl Committed<K, V>,
        key: &K,
    ) -> Option<Cow<'a, V>> {
        match self.0.get(key) {
            Some(change) => change.as_ref().map(Cow::Borrowed),
            None => under.find(key),
        }
    }

    /// The value of a key for changing it; copied from `under` the first time.
    pub(crate) fn edit(&mut self, under: &impl Committed<K, V>, key: &K) -> Option<&mut V> {
        if !self.0.contains_key(key) {
            let value = under.find(key)?.into_owned();
            self.0.insert(key.clone(), Some(value));
        }
        self.0.get_mut(key).and_then(Option::as_mut)
    }

    /// The same; the default value where there is none yet.
    pub(crate) fn edit_or_default(&mut self, under: &impl Committed<K, V>, key: K) -> &mut V
    where
        V: Default,
    {
        let committed = || under.find(&key).map(Cow::into_owned);
        let change = match self.0.entry(key.clone()) {
            Entry::Occupied(change) => change.into_mut(),
            Entry::Vacant(free) => free.insert(committed()),
        };
        change.get_or_insert_default()
    }
}

/// What memory must not answer any more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gone {
    /// Up to here a sweep has taken messages, or what they said, away.
    pub(crate) message: i64,
    /// Up to here it has taken events away.
    pub(crate) event: i64,
    /// Single messages whose bodies were taken away, however young.
    pub(crate) bodies: Vec<i64>,
}

impl Gone {
    /// This message, or what it said.
    pub(crate) fn message(&mut self, message: i64) {
        self.message = self.message.max(message);
    }

    /// What this message said, and none that is older.
    pub(crate) fn body(&mut self, message: i64) {
        self.bodies.push(message);
    }

    /// This event.
    pub(crate) fn event(&mut self, event: i64) {
        self.event = self.event.max(event);
    }
}

/// Everything that a batch has changed.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) rows: Changes<Id, i64>,
    pub(crate) ids: Changes<i64, Id>,
    pub(crate) outcomes: Changes<i64, Outcome>,
    pub(crate) waiting: Changes<i64, Waiting>,
    pub(crate) keys: Changes<Key, Kept>,
    pub(crate) provider_ids: Changes<Key, i64>,
    pub(crate) people: Changes<i64, Arc<Person>>,
    pub(crate) addresses: Changes<(i64, Address), i64>,
    pub(crate) ends: Changes<i64, Ends>,
    pub(crate) orphans: Changes<i64, Orphan>,
    pub(crate) orphans_of: Changes<Key, Vec<i64>>,
    pub(crate) cursors: Changes<i64, i64>,
    pub(crate) failing: Changes<i64, Timestamp>,
    pub(crate) exceptions: Changes<(i64, i64), Exception>,
    pub(crate) counts: Changes<(i64, State), u64>,
    /// Slow data, when it was changed.
    pub(crate) catalog: Option<Arc<Catalog>>,
    /// New events and news, in order.
    pub(crate) events: Vec<Happening>,
    /// Bodies of new messages.
    pub(crate) bodies: Vec<(i64, Weighed)>,
    /// What is not as it was.
    pub(crate) gone: Gone,
    /// Whether bytes of files became litter.
    pub(crate) littered: bool,
    /// What the log holds with this batch.
    pub(crate) mark: Mark,
}
