//! Files, locks, settings and the schema.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::rows::ReadError;
use crate::index::shelf;
use crate::objects::MEDIA;
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
    /// The main file is gone or empty, and what stood beside it is still there: to start would be to
    /// forget everything.
    #[error("the database is gone, but what belongs to it is there: restore dragoman.db")]
    Lost,
    /// The main file is not what was written.
    #[error("the database is damaged: {0}")]
    Damaged(Box<str>),
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

/// The size of a page of the main file, in bytes: SQLite's own choice.
const PAGE: u64 = 4096;

/// Each raises `user_version` by one. Append only.
const MIGRATIONS: [&str; 13] = [
    include_str!("../../migrations/0001_log.sql"),
    include_str!("../../migrations/0002_quarantine.sql"),
    include_str!("../../migrations/0003_message_of_a_delivery.sql"),
    include_str!("../../migrations/0004_shelf.sql"),
    include_str!("../../migrations/0005_news.sql"),
    include_str!("../../migrations/0006_people.sql"),
    include_str!("../../migrations/0007_answers.sql"),
    include_str!("../../migrations/0008_files.sql"),
    include_str!("../../migrations/0009_sealed.sql"),
    include_str!("../../migrations/0010_dead_letters.sql"),
    include_str!("../../migrations/0011_advertisements.sql"),
    include_str!("../../migrations/0012_settings.sql"),
    include_str!("../../migrations/0013_wish.sql"),
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
    if is_lost(file) {
        return Err(OpenError::Lost);
    }
    if is_cut(file) {
        return Err(OpenError::Damaged("its last page is not whole".into()));
    }
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
    if schema(&connection)? == 0 && has_company(file) {
        return Err(OpenError::Lost);
    }
    migrate(&mut connection)?;
    Ok(connection)
}

/// Looks at every page of a main file.
///
/// # Errors
/// [`OpenError::Damaged`] with what was found first, or the file does not open.
pub(crate) fn check(file: &Path) -> Result<(), OpenError> {
    let connection = read_connection(file)?;
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    match found.as_str() {
        "ok" => Ok(()),
        damage => Err(OpenError::Damaged(damage.into())),
    }
}

/// Whether the main file says nothing, although there was a store. SQLite would take the place for
/// a new one, and remove the write-ahead log.
fn is_lost(file: &Path) -> bool {
    let says_nothing = fs::metadata(file).map_or(true, |file| file.len() == 0);
    let log = fs::metadata(file.with_extension("db-wal"));
    says_nothing && (log.is_ok_and(|log| log.len() > 0) || has_company(file))
}

/// Whether the last page is not whole, and no write-ahead log holds it: SQLite would read zeros.
fn is_cut(file: &Path) -> bool {
    let has_log = fs::metadata(file.with_extension("db-wal")).is_ok_and(|log| log.len() > 0);
    let length = fs::metadata(file).map_or(0, |file| file.len());
    !has_log && !length.is_multiple_of(PAGE)
}

/// Whether something stands beside the main file that only a store with a schema makes.
fn has_company(file: &Path) -> bool {
    let dir = file.parent().unwrap_or(Path::new("."));
    shelf::place(dir).exists() || dir.join(MEDIA).exists()
}

fn schema(connection: &Connection) -> rusqlite::Result<u32> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
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
    let found = schema(connection)?;
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
