//! Aged entries of the index, on the disk: an LSM beside the main file.
//!
//! Everything on it stands in the log too. So a shelf that does not open, or does not fit the log,
//! is thrown away and made again.

mod aged;
mod alarm;
mod expiry;
mod files;
mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use fjall::{Database, OwnedWriteBatch, PersistMode};

pub(crate) use aged::Aged;
pub(crate) use alarm::Alarm;
pub(crate) use files::Files;
pub(crate) use table::Table;

use super::codec;
use super::generation::Generation;
use super::layered::Young;
use super::mark::{FORMAT, Label, Mark};
use expiry::Expiry;

/// Where blocks that were read stay, for all tables.
const CACHE: u64 = 16 << 20;

/// How much of what was written last may be kept a second time, for a crash: the least that the
/// LSM allows.
const JOURNAL: u64 = 64 << 20;

/// What one shelf cannot do.
pub(crate) type Error = fjall::Error;

/// Why what was found does not fit the log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Misfit {
    #[error("there is none")]
    Missing,
    #[error("somebody failed to read it")]
    Doubtful,
    #[error("it does not open: {0}")]
    Shut(String),
    #[error("it has no mark of this format")]
    Unmarked,
    #[error("it belongs to another store")]
    Foreign,
    #[error("it knows of what the log does not hold")]
    Ahead,
}

/// The tables on the disk. One thread writes; everybody reads.
pub(crate) struct Shelf {
    database: Database,
    files: Files,
    store: i64,
    newest: Arc<AtomicI64>,
    alarm: Arc<Alarm>,
}

impl Shelf {
    /// Opens the shelf of this store, and reads its mark.
    ///
    /// # Errors
    /// See [`Misfit`].
    pub(crate) fn open(dir: &Path, store: i64) -> Result<(Self, Mark), Misfit> {
        if !dir.exists() {
            return Err(Misfit::Missing);
        }
        let alarm = Alarm::of(dir);
        if alarm.has_note() {
            return Err(Misfit::Doubtful);
        }
        // The LSM asserts what it expects of its files, so that damage may end the process here:
        // then the next one finds the note, and starts afresh.
        let opened = alarm.leave_note().map_err(Error::from);
        let opened = opened.and_then(|()| Self::start(dir, store));
        let shelf = opened.map_err(|error| Misfit::Shut(error.to_string()))?;
        let mark = shelf.mark()?;
        let trusted = alarm.take_note_away();
        trusted.map_err(|error| Misfit::Shut(error.to_string()))?;
        Ok((shelf, mark))
    }

    /// An empty shelf, in place of what was there.
    ///
    /// # Errors
    /// The files cannot be removed or made.
    pub(crate) fn afresh(dir: &Path, store: i64) -> Result<Self, Error> {
        remove(dir)?;
        let mut folder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        folder.create(dir)?;
        let shelf = Self::start(dir, store)?;
        let mut batch = shelf.database.batch();
        shelf.label(&mut batch, Mark::default());
        batch.durability(Some(PersistMode::SyncData)).commit()?;
        Ok(shelf)
    }

    fn start(dir: &Path, store: i64) -> Result<Self, Error> {
        let newest = Arc::new(AtomicI64::new(0));
        let expiry = Arc::new(Expiry::by(Arc::clone(&newest)));
        let database = Database::builder(dir)
            .cache_size(CACHE)
            .max_journaling_size(JOURNAL)
            .manual_journal_persist(true)
            // A second one would spin while the first one merges.
            .worker_threads(1)
            .with_compaction_filter_factories(Arc::new(move |name| {
                (name == files::KEYS).then(|| Arc::clone(&expiry) as _)
            }))
            .open()?;
        Ok(Self {
            files: Files::of(&database)?,
            database,
            store,
            newest,
            alarm: Arc::new(Alarm::of(dir)),
        })
    }

    fn mark(&self) -> Result<Mark, Misfit> {
        let found = self.files.marks().find(&());
        let found = found.map_err(|error| Misfit::Shut(error.to_string()))?;
        let label = found.and_then(|bytes| codec::read::<Label>(&bytes));
        let label = label.filter(|label| label.format == FORMAT);
        let label = label.ok_or(Misfit::Unmarked)?;
        if label.store == self.store {
            Ok(label.mark)
        } else {
            Err(Misfit::Foreign)
        }
    }

    /// Takes in a generation, all of it or nothing, and keeps it from a crash. Before the index lets
    /// go of it.
    ///
    /// # Errors
    /// The shelf cannot be written.
    pub(crate) fn write(&self, generation: &Generation) -> Result<(), Error> {
        let Generation {
            outcomes,
            keys,
            provider_ids,
            people,
            addresses,
            ends,
            mark,
        } = generation;
        self.newest.store(mark.message, Ordering::Relaxed);
        let batch = self.database.batch();
        // A mark that outlived the entries it speaks of would lose them.
        let mut batch = batch.durability(Some(PersistMode::SyncData));
        let files = &self.files;
        files.outcomes().add(&mut batch, &outcomes.entries);
        files.keys().add(&mut batch, &keys.entries);
        files.provider_ids().add(&mut batch, &provider_ids.entries);
        files.people().add(&mut batch, &people.entries);
        files.addresses().add(&mut batch, &addresses.entries);
        files.ends().add(&mut batch, &ends.entries);
        self.label(&mut batch, *mark);
        batch.commit()?;
        generation.has_aged();
        Ok(())
    }

    fn label(&self, batch: &mut OwnedWriteBatch, mark: Mark) {
        let label = Label {
            format: FORMAT,
            store: self.store,
            mark,
        };
        let label = Young::from_iter([((), Some(label))]);
        self.files.marks().add(batch, &label);
    }

    /// Told of what cannot be read or written.
    pub(crate) fn alarm(&self) -> Arc<Alarm> {
        Arc::clone(&self.alarm)
    }

    /// The tables, for reading.
    pub(crate) fn files(&self) -> &Files {
        &self.files
    }

    /// A table that tells when it cannot be read.
    pub(crate) fn aged<K: codec::Key, V: codec::Value + Clone>(
        &self,
        table: Table<K, V>,
    ) -> Aged<K, V> {
        Aged::new(table, self.alarm())
    }
}

/// Removes a shelf, if there is one.
///
/// # Errors
/// A file cannot be removed.
pub(crate) fn remove(dir: &Path) -> std::io::Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Where the shelf of a data directory stands.
pub(crate) fn place(data_dir: &Path) -> PathBuf {
    data_dir.join("index")
}

#[cfg(test)]
#[path = "shelf_tests.rs"]
mod tests;
