//! Files, locks, settings and the schema.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::rows::ReadError;
use crate::index::shelf;
use crate::record::Unreadable;
use crate::sealing::KeyError;

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has the directory.
    #[error("the data directory is in use by another process")]
    Locked,
    /// A newer version of the program has written it.
    #[error("the store has schema {found}, and this version knows up to {known}")]
    Newer {
        /// The schema in the file.
        found: u32,
        /// The newest that we know.
        known: u32,
    },
    /// A file or thread cannot be made, or the index beside the database cannot.
    #[error("cannot open the data directory: {0}")]
    Io(#[from] io::Error),
    /// The database does not open.
    #[error("cannot open the database: {0}")]
    Database(#[from] rusqlite::Error),
    /// A record cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The master key is missing, or is not the one of this store.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl From<ReadError> for OpenError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Database(error) => Self::Database(error),
            ReadError::Unreadable(error) => Self::Unreadable(error),
        }
    }
}

impl From<shelf::Error> for OpenError {
    fn from(error: shelf::Error) -> Self {
        Self::Io(io::Error::other(error))
    }
}

/// Each raises `user_version` by one. Append only.
const MIGRATIONS: [&str; 9] = [
    include_str!("../../migrations/0001_log.sql"),
    include_str!("../../migrations/0002_quarantine.sql"),
    include_str!("../../migrations/0003_message_of_a_delivery.sql"),
    include_str!("../../migrations/0004_shelf.sql"),
    include_str!("../../migrations/0005_news.sql"),
    include_str!("../../migrations/0006_people.sql"),
    include_str!("../../migrations/0007_answers.sql"),
    include_str!("../../migrations/0008_files.sql"),
    include_str!("../../migrations/0009_sealed.sql"),
];

/// Makes the directory and takes it for this process.
///
/// # Errors
/// [`OpenError::Locked`], or the directory cannot be made.
pub(crate) fn lock(dir: &Path) -> Result<File, OpenError> {
    fs::create_dir_all(dir)?;
    let lock = private_file(&dir.join("lock"))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// The writer's connection, with the schema brought up to date.
///
/// # Errors
/// See [`OpenError`].
pub(crate) fn main_connection(file: &Path) -> Result<Connection, OpenError> {
    // Made before SQLite opens it, so that nobody else can read it; its log gets the same mode.
    private_file(file)?;
    if let Some(dir) = file.parent() {
        File::open(dir)?.sync_all()?;
    }
    let mut connection = Connection::open(file)?;
    settle_in(&connection)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", 16_000)?;
    connection.pragma_update(None, "journal_size_limit", 256 << 20)?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// The one connection of a store in memory.
///
/// # Errors
/// See [`OpenError`].
pub(crate) fn memory_connection() -> Result<Connection, OpenError> {
    let mut connection = Connection::open_in_memory()?;
    settle_in(&connection)?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// A connection that reads.
///
/// # Errors
/// The database does not open.
pub(crate) fn read_connection(file: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    settle_in(&connection)?;
    Ok(connection)
}

/// A connection beside the writer's that may write: for checkpoints.
///
/// # Errors
/// The database does not open.
pub(crate) fn side_connection(file: &Path) -> Result<Connection, OpenError> {
    let connection = Connection::open(file)?;
    settle_in(&connection)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(connection)
}

fn settle_in(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(64);
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    // Negative: KiB.
    connection.pragma_update(None, "cache_size", -8192)
}

fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    let found: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = MIGRATIONS.len() as u32;
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    for (version, migration) in (1..)
        .zip(MIGRATIONS)
        .filter(|(version, _)| *version > found)
    {
        let transaction = connection.transaction()?;
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
