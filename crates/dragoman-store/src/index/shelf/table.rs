//! A table of the shelf: a part of a file's keys.

use std::marker::PhantomData;

use fjall::{Keyspace, OwnedWriteBatch, Slice};

use crate::index::codec::{self, Key, Value};
use crate::index::layered::Young;

/// All keys that begin with a tag.
pub(crate) struct Table<K, V> {
    file: Keyspace,
    tag: u8,
    read_again: Option<usize>,
    holds: PhantomData<fn(K) -> V>,
}

impl<K, V> Table<K, V> {
    pub(super) fn new(file: &Keyspace, tag: u8) -> Self {
        Self {
            file: file.clone(),
            tag,
            read_again: None,
            holds: PhantomData,
        }
    }

    /// The same entries are asked for again and again: this many may stay in memory.
    pub(super) fn read_again(self, most: usize) -> Self {
        Self {
            read_again: Some(most),
            ..self
        }
    }

    /// How many entries may stay in memory when they were read; `None` where none is worth it.
    pub(super) const fn warmth(&self) -> Option<usize> {
        self.read_again
    }
}

impl<K: Key, V: Value> Table<K, V> {
    /// The bytes of a key's value.
    ///
    /// # Errors
    /// They cannot be read.
    pub(super) fn find(&self, key: &K) -> fjall::Result<Option<Slice>> {
        self.file.get(key.bytes(self.tag))
    }

    /// Adds what is young, sorted.
    pub(super) fn add(&self, batch: &mut OwnedWriteBatch, young: &Young<K, V>) {
        let mut sorted: Vec<(Slice, &Option<V>)> = Vec::with_capacity(young.len());
        sorted.extend(
            young
                .iter()
                .map(|(key, value)| (key.bytes(self.tag), value)),
        );
        sorted.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        for (key, value) in sorted {
            match value {
                Some(value) => batch.insert(&self.file, key, codec::written(value)),
                None => batch.remove(&self.file, key),
            }
        }
    }
}
