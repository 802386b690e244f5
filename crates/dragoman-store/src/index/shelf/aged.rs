//! One table of the shelf, as the index asks it.

use std::sync::Arc;

use super::alarm::Alarm;
use super::table::Table;
use crate::index::codec::{self, Key, Value};
use crate::warm::{Warm, warm};

/// Entries that have aged.
pub(crate) struct Aged<K, V> {
    table: Table<K, V>,
    /// Those that were read lately, where they are likely to be read again.
    warm: Option<Warm<K, V>>,
    alarm: Arc<Alarm>,
}

impl<K: Key, V: Value + Clone> Aged<K, V> {
    pub(super) fn new(table: Table<K, V>, alarm: Arc<Alarm>) -> Self {
        Self {
            warm: table.warmth().map(warm),
            table,
            alarm,
        }
    }

    /// The value of a key. What cannot be read is not there, and raises the alarm: nothing that
    /// was decided by it may be believed.
    pub(crate) fn get(&self, key: &K) -> Option<V> {
        let known = self.warm.as_ref().and_then(|warm| warm.get(key));
        if known.is_some() {
            return known;
        }
        let value = self.read(key)?;
        if let Some(warm) = &self.warm {
            warm.insert(key.clone(), value.clone());
        }
        Some(value)
    }

    /// Whether anything that was read is kept.
    pub(crate) const fn keeps(&self) -> bool {
        self.warm.is_some()
    }

    /// The table has this value now, or this key no more.
    pub(crate) fn renew(&self, key: &K, value: Option<&V>) {
        if let Some(warm) = &self.warm {
            match value {
                Some(value) => warm.insert(key.clone(), value.clone()),
                None => drop(warm.remove(key)),
            }
        }
    }

    fn read(&self, key: &K) -> Option<V> {
        let bytes = match self.table.find(key) {
            Ok(found) => found?,
            Err(error) => {
                self.alarm.raise(&error);
                return None;
            }
        };
        let value = codec::read(&bytes);
        if value.is_none() {
            self.alarm.raise(&"an entry is no such thing");
        }
        value
    }
}

impl<K, V> std::fmt::Debug for Aged<K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Aged").finish_non_exhaustive()
    }
}
