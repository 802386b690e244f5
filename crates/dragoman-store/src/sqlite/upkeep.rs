//! What is done to a data directory that nobody uses.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::fitting::Fitting;
use super::{OpenError, Options, SqliteStore, open, rebuild};
use crate::index::shelf;
use crate::objects::MEDIA;
use crate::sealing::KeyFile;

/// An empty data directory. Nobody else can take it until this is dropped.
#[derive(Debug)]
pub struct Erased {
    _lock: File,
}

/// What a new index was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// Messages in the log.
    pub messages: u64,
    /// Events in the log.
    pub events: u64,
}

impl SqliteStore {
    /// Makes the index of a directory again, whatever is there.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn rebuild_index(dir: &Path) -> Result<Rebuilt, OpenError> {
        let _lock = open::lock(dir)?;
        let connection = open::main_connection(&dir.join("dragoman.db"))?;
        let fitting = Fitting::afresh(dir, &connection, Options::default().generation)?;
        let mut rebuilt = rebuild::from_log(&connection, Some(&fitting))?;
        fitting.bring(&mut rebuilt.index)?;
        Ok(Rebuilt {
            messages: rebuilt.read.messages,
            events: rebuilt.read.events,
        })
    }

    /// Looks at every page of the main file of a directory that nobody uses. What is only another
    /// letter in a text it does not find.
    ///
    /// # Errors
    /// [`OpenError::Damaged`], or another [`OpenError`].
    pub fn check(dir: &Path) -> Result<(), OpenError> {
        let _lock = open::lock(dir)?;
        open::check(&dir.join("dragoman.db"))
    }

    /// Removes what a store has kept in a directory, the bytes of files in [`MEDIA`], and the key
    /// that it has made.
    ///
    /// # Errors
    /// [`OpenError::Locked`] while somebody uses it, or a file cannot be removed.
    pub fn erase(dir: &Path) -> Result<Erased, OpenError> {
        let lock = open::lock(dir)?;
        // The main file goes last: without it, what else is left would be taken for a loss.
        unless_gone(fs::remove_dir_all(dir.join(MEDIA)))?;
        KeyFile::of(dir).erase()?;
        shelf::remove(&shelf::place(dir))?;
        for name in ["dragoman.db-wal", "dragoman.db-shm", "dragoman.db"] {
            unless_gone(fs::remove_file(dir.join(name)))?;
        }
        Ok(Erased { _lock: lock })
    }
}

fn unless_gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
