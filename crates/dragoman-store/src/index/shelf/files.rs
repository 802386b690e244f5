//! Which table stands in which file of the LSM: those that are asked alike stand together.

use std::sync::Arc;

use dragoman_core::Address;
use fjall::config::{PartitioningPolicy, PinningPolicy, RestartIntervalPolicy};
use fjall::{Database, Keyspace, KeyspaceCreateOptions};

use super::table::Table;
use crate::index::entry::{Ends, Kept, Outcome, Person};
use crate::index::key::Key;
use crate::index::mark::Label;

/// How much of a file may be in memory before it is written.
const MEMORY: u64 = 8 << 20;

/// How many people, and how many addresses, stay in memory when they were read: some hundred bytes
/// each.
const PEOPLE: usize = 131_072;

/// The same of ends: those of a quarter of a million conversations.
const ENDS: usize = 8_192;

/// The file of keys.
pub(super) const KEYS: &str = "keys";

/// Tables are told apart by the first byte of their keys.
mod tag {
    pub(super) const OUTCOME: u8 = 1;
    pub(super) const KEY: u8 = 2;
    pub(super) const PROVIDER_ID: u8 = 3;
    pub(super) const PERSON: u8 = 4;
    pub(super) const ADDRESS: u8 = 5;
    pub(super) const MARK: u8 = 6;
    pub(super) const ENDS: u8 = 7;
}

/// Whether an entry of the file of keys is an idempotency key.
pub(super) fn is_key(bytes: &[u8]) -> bool {
    bytes.first() == Some(&tag::KEY)
}

/// The files.
pub(crate) struct Files {
    /// Grows at its end, and is asked for what is there.
    messages: Keyspace,
    /// Grows everywhere, and is mostly asked for what is not there.
    keys: Keyspace,
    /// Changes everywhere, and is mostly asked for what is there.
    people: Keyspace,
    /// The same, small, and much of it changes with every generation.
    ends: Keyspace,
}

impl Files {
    pub(super) fn of(database: &Database) -> fjall::Result<Self> {
        Ok(Self {
            messages: database.keyspace("messages", || settings().expect_point_read_hits(true))?,
            keys: database.keyspace(KEYS, settings)?,
            people: database.keyspace("people", || settings().expect_point_read_hits(true))?,
            ends: database.keyspace("ends", || settings().expect_point_read_hits(true))?,
        })
    }

    pub(crate) fn outcomes(&self) -> Table<i64, Outcome> {
        Table::new(&self.messages, tag::OUTCOME)
    }

    pub(crate) fn keys(&self) -> Table<Key, Kept> {
        Table::new(&self.keys, tag::KEY)
    }

    pub(crate) fn provider_ids(&self) -> Table<Key, i64> {
        Table::new(&self.keys, tag::PROVIDER_ID)
    }

    pub(crate) fn people(&self) -> Table<i64, Arc<Person>> {
        Table::new(&self.people, tag::PERSON).read_again(PEOPLE)
    }

    pub(crate) fn addresses(&self) -> Table<(i64, Address), i64> {
        Table::new(&self.people, tag::ADDRESS).read_again(PEOPLE)
    }

    pub(crate) fn ends(&self) -> Table<i64, Ends> {
        Table::new(&self.ends, tag::ENDS).read_again(ENDS)
    }

    pub(super) fn marks(&self) -> Table<(), Label> {
        Table::new(&self.people, tag::MARK)
    }
}

/// Filters and indexes of all files stay in memory: without them a look-up of a key that nobody
/// has seen reads the disk.
fn settings() -> KeyspaceCreateOptions {
    KeyspaceCreateOptions::default()
        .manual_journal_persist(true)
        .max_memtable_size(MEMORY)
        // A look-up reads the entries between two restarts one by one.
        .data_block_restart_interval_policy(RestartIntervalPolicy::all(4))
        .filter_block_pinning_policy(PinningPolicy::all(true))
        .filter_block_partitioning_policy(PartitioningPolicy::all(false))
        .index_block_pinning_policy(PinningPolicy::all(true))
        .index_block_partitioning_policy(PartitioningPolicy::all(false))
}
