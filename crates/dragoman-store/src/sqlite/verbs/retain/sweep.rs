//! How far a sweep has come.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, params};

use crate::sqlite::batch::Batch;

/// As many messages may be passed because they were needed; then bodies wait for them.
pub(super) const HELD: usize = 100_000;

/// `meta.name`: all bodies up to this message are empty.
const EMPTIED: &str = "emptied";

/// What a sweep does, in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stage {
    #[default]
    Removing,
    /// News, as messages.
    RemovingNews,
    /// Bodies that were needed when earlier sweeps came by.
    Freeing,
    Emptying,
}

/// Where the next step goes on.
#[derive(Debug, Default)]
pub(crate) struct Sweep {
    pub(super) stage: Stage,
    /// The last message that this sweep has looked at for its removal.
    pub(super) removed: i64,
    /// The last piece of news that this sweep has looked at.
    pub(super) news: i64,
    /// The last message whose body any sweep has looked at.
    pub(super) bodies: i64,
    /// Those up to there whose bodies were needed.
    pub(super) held: BTreeSet<i64>,
}

impl Sweep {
    /// Where the last process stopped.
    pub(crate) fn of(connection: &Connection) -> rusqlite::Result<Self> {
        let query = "SELECT value FROM meta WHERE name = ?1";
        let found = connection.query_row(query, [EMPTIED], |row| row.get(0));
        Ok(Self {
            bodies: found.optional()?.unwrap_or_default(),
            ..Self::default()
        })
    }

    /// All bodies up to this message are empty.
    fn emptied(&self) -> i64 {
        self.held.first().map_or(self.bodies, |first| first - 1)
    }
}

/// Writes down how far bodies are empty, for the next process.
pub(super) fn note(batch: &Batch<'_>) -> rusqlite::Result<()> {
    batch.sql(
        "INSERT INTO meta (name, value) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value
         WHERE value <> excluded.value",
        params![EMPTIED, batch.sweep.emptied()],
    )?;
    Ok(())
}
