//! A table of the index that may be larger than memory.
//!
//! Young entries are in memory, aged ones on the shelf. In between an entry is frozen: the shelf is
//! being given it, and until it has it, memory answers.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::Arc;

use foldhash::HashMap;

use super::codec::{Key, Value};
use super::draft::Changes;
use super::generation::Frozen;
use super::shelf::{Aged, Files, Shelf, Table};

/// New values by key, and keys that are gone: what lies beneath may still hold them. A tree,
/// because it grows a little with every commit: a table would move all that it holds now and then,
/// and everybody would wait for it.
pub(crate) type Young<K, V> = BTreeMap<K, Option<V>>;

/// Where a batch looks for what it has not changed itself.
pub(crate) trait Committed<K, V: Clone> {
    /// The committed value of a key.
    fn find(&self, key: &K) -> Option<Cow<'_, V>>;
}

impl<K: Eq + Hash, V: Clone> Committed<K, V> for HashMap<K, V> {
    fn find(&self, key: &K) -> Option<Cow<'_, V>> {
        self.get(key).map(Cow::Borrowed)
    }
}

impl<K: Ord, V: Clone> Committed<K, V> for BTreeMap<K, V> {
    fn find(&self, key: &K) -> Option<Cow<'_, V>> {
        self.get(key).map(Cow::Borrowed)
    }
}

/// Three layers: active, frozen, aged. A look-up asks them in this order.
#[derive(Debug)]
pub(crate) struct Layered<K, V> {
    active: Young<K, V>,
    frozen: Option<Arc<Young<K, V>>>,
    /// `None` where there is no shelf: then nothing ever ages.
    aged: Option<Arc<Aged<K, V>>>,
}

impl<K: Key, V: Value + Clone> Layered<K, V> {
    /// This table of the shelf, where there is one. Nothing is young yet.
    pub(crate) fn over(shelf: Option<&Shelf>, table: fn(&Files) -> Table<K, V>) -> Self {
        Self {
            active: Young::new(),
            frozen: None,
            aged: shelf.map(|shelf| Arc::new(shelf.aged(table(shelf.files())))),
        }
    }
}

impl<K, V> Layered<K, V> {
    /// How many keys are active.
    pub(crate) fn young(&self) -> usize {
        self.active.len()
    }

    /// Ends the active layer. It is answered from, and does not change any more, until
    /// [`Layer::let_go`].
    pub(crate) fn freeze(&mut self) -> Frozen<K, V> {
        let entries = Arc::new(std::mem::take(&mut self.active));
        self.frozen = Some(Arc::clone(&entries));
        Frozen {
            entries,
            aged: self.aged.clone(),
        }
    }
}

/// What is done to all tables alike.
pub(crate) trait Layer {
    /// The shelf has what was frozen.
    fn let_go(&mut self);

    /// Gives the shelf up. From now on only what is young is found.
    fn leave_shelf(&mut self);
}

impl<K, V> Layer for Layered<K, V> {
    fn let_go(&mut self) {
        self.frozen = None;
    }

    fn leave_shelf(&mut self) {
        self.aged = None;
    }
}

impl<K: Key, V: Value + Clone> Layered<K, V> {
    pub(crate) fn put(&mut self, key: K, value: V) {
        self.active.insert(key, Some(value));
    }

    /// Takes in what a commit has changed.
    pub(crate) fn absorb(&mut self, changes: &mut Changes<K, V>) {
        for (key, change) in changes.drain() {
            match change {
                Some(value) => self.put(key, value),
                None => self.remove(key),
            }
        }
    }

    pub(crate) fn remove(&mut self, key: K) {
        if self.aged.is_none() && self.frozen.is_none() {
            self.active.remove(&key);
        } else {
            self.active.insert(key, None);
        }
    }
}

impl<K: Key, V: Value + Clone> Layered<K, V> {
    pub(crate) fn get(&self, key: &K) -> Option<Cow<'_, V>> {
        let frozen = || self.frozen.as_ref().and_then(|frozen| frozen.get(key));
        if let Some(known) = self.active.get(key).or_else(frozen) {
            return known.as_ref().map(Cow::Borrowed);
        }
        self.aged.as_ref()?.get(key).map(Cow::Owned)
    }

    /// The value of a key for changing it, made young when it is not.
    pub(crate) fn edit(&mut self, key: K) -> Option<&mut V> {
        if !self.active.contains_key(&key) {
            let value = self.get(&key)?.into_owned();
            self.active.insert(key.clone(), Some(value));
        }
        self.active.get_mut(&key).and_then(Option::as_mut)
    }
}

impl<K: Key, V: Value + Clone> Committed<K, V> for Layered<K, V> {
    fn find(&self, key: &K) -> Option<Cow<'_, V>> {
        self.get(key)
    }
}
