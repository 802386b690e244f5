//! A table of the shelf: a part of a file's keys.

use std::marker::PhantomData;

use fjall::{Keyspace, OwnedWriteBatch, Slice};

use crate::index::codec::{self, Key, Value};
use crate::index::layered::Young;

/// All keys that begin with a tag.
pub(crate) struct Table<K, V> {
    file: Keyspace,
    tag: u8,
    read_again: bool,
    holds: PhantomData<fn(K) -> V>,
}

impl<K, V> Table<K, V> {
    pub(super) fn new(file: &Keyspace, tag: u8) -> Self {
        Self {
            file: file.clone(),
            tag,
            read_again: false,
            holds: PhantomData,
        }
    }

    /// The same entries are asked for again and again.
    pub(super) fn read_again(self) -> Self {
        Self {
            read_again: true,
            ..self
        }
    }

    pub(super) const fn is_read_again(&self) -> bool {
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
