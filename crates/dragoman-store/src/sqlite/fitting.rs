//! Finds the shelf that belongs to a log, or makes room for a new one.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use super::batch::Counters;
use super::open::OpenError;
use crate::index::Index;
use crate::index::mark::Mark;
use crate::index::shelf::{self, Misfit, Shelf};

/// A shelf that fits the log, its mark, and how many messages age together.
pub(crate) struct Fitting {
    pub(crate) shelf: Shelf,
    pub(crate) mark: Mark,
    pub(crate) generation: usize,
}

impl Fitting {
    /// The shelf in this data directory; an empty one when there is none that fits.
    ///
    /// # Errors
    /// The log cannot be read, or no shelf can be made.
    pub(crate) fn find(
        data_dir: &Path,
        connection: &Connection,
        generation: usize,
    ) -> Result<Self, OpenError> {
        let place = shelf::place(data_dir);
        let misfit = match Shelf::open(&place, store(connection)?) {
            Ok((shelf, mark)) if fits(connection, &mark)? => {
                return Ok(Self {
                    shelf,
                    mark,
                    generation,
                });
            }
            // What is open is closed before another takes its place.
            Ok((shelf, _)) => {
                drop(shelf);
                Misfit::Ahead
            }
            Err(misfit) => misfit,
        };
        if Counters::of(connection)?.event > 0 {
            tracing::warn!(why = %misfit, "the index does not fit: it is made again from the log");
        }
        Self::afresh(data_dir, connection, generation)
    }

    /// An empty shelf, in place of what was there.
    ///
    /// # Errors
    /// Its files cannot be made.
    pub(crate) fn afresh(
        data_dir: &Path,
        connection: &Connection,
        generation: usize,
    ) -> Result<Self, OpenError> {
        let place = shelf::place(data_dir);
        Ok(Self {
            shelf: Shelf::afresh(&place, store(connection)?)?,
            mark: Mark::default(),
            generation,
        })
    }

    /// Brings what is young to the shelf, at once.
    ///
    /// # Errors
    /// The shelf cannot be written.
    pub(crate) fn bring(&self, index: &mut Index) -> Result<(), OpenError> {
        if let Some(generation) = index.freeze() {
            self.shelf.write(&generation)?;
            index.let_go(generation.mark);
        }
        Ok(())
    }
}

/// The random id of the store.
fn store(connection: &Connection) -> rusqlite::Result<i64> {
    let query = "SELECT value FROM meta WHERE name = 'store'";
    connection.query_row(query, [], |row| row.get(0))
}

/// Whether the log holds what the mark speaks of: a log that was restored from a backup may not.
fn fits(connection: &Connection, mark: &Mark) -> rusqlite::Result<bool> {
    if mark.is_ahead_of(&Counters::of(connection)?.mark()) {
        return Ok(false);
    }
    if mark.message == 0 {
        return Ok(true);
    }
    let query = "SELECT tail FROM messages WHERE id = ?1";
    let tail = connection.query_row(query, [mark.message], |row| row.get(0));
    Ok(tail.optional()? == Some(mark.tail))
}
