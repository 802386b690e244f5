//! What was said in conversations, found by their chains.

use std::collections::BinaryHeap;

use rusqlite::{CachedStatement, Connection, OptionalExtension, Row};

use crate::index::entry::Thread;

/// Messages and notes of some conversations, the newest first. A chain ends at the first message
/// that is gone.
pub(crate) struct Chains<'c> {
    previous: CachedStatement<'c>,
    /// Where each conversation goes on.
    next: BinaryHeap<i64>,
}

impl<'c> Chains<'c> {
    /// Everything.
    pub(crate) fn of(connection: &'c Connection, threads: &[Thread]) -> rusqlite::Result<Self> {
        let ends = threads.iter().map(|thread| thread.last);
        Self::from_ends(connection, ends)
    }

    /// What is older than this message. Its own conversation is taken up there; only others are
    /// walked.
    pub(crate) fn before(
        connection: &'c Connection,
        threads: &[Thread],
        message: i64,
    ) -> rusqlite::Result<Self> {
        let query = "SELECT conversation, previous FROM messages WHERE id = ?1";
        let columns = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
        let mut statement = connection.prepare_cached(query)?;
        let own = statement.query_row([message], columns).optional()?;
        let ends = threads.iter().map(|thread| match own {
            Some((conversation, previous)) if conversation == thread.conversation => previous,
            Some(_) | None => thread.last,
        });
        let mut chains = Self::from_ends(connection, ends)?;
        while chains.next.peek().is_some_and(|next| *next >= message) {
            chains.step()?;
        }
        Ok(chains)
    }

    fn from_ends(
        connection: &'c Connection,
        ends: impl Iterator<Item = i64>,
    ) -> rusqlite::Result<Self> {
        Ok(Self {
            previous: connection.prepare_cached("SELECT previous FROM messages WHERE id = ?1")?,
            next: ends.filter(|end| *end != 0).collect(),
        })
    }

    /// Takes the newest message that is left; `None` when it is gone, or nothing is left.
    fn step(&mut self) -> rusqlite::Result<Option<i64>> {
        let Some(message) = self.next.pop() else {
            return Ok(None);
        };
        let previous = self.previous.query_row([message], |row| row.get(0));
        let previous: Option<i64> = previous.optional()?;
        self.next.extend(previous.filter(|previous| *previous != 0));
        Ok(previous.map(|_| message))
    }
}

impl Iterator for Chains<'_> {
    type Item = rusqlite::Result<i64>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.next.is_empty() {
            if let Some(message) = self.step().transpose() {
                return Some(message);
            }
        }
        None
    }
}
