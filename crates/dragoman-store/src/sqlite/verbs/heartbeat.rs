//! The note that the installation is up.

use dragoman_core::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::sqlite::batch::Batch;

const NAME: &str = "heartbeat";

/// Notes `now`.
pub(crate) fn run(batch: &mut Batch<'_>, now: Timestamp) -> rusqlite::Result<()> {
    batch.heard(now);
    batch.sql(
        "INSERT INTO meta (name, value) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        params![NAME, now.millis()],
    )?;
    Ok(())
}

/// The last note.
pub(crate) fn last(connection: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    let found = statement.query_row([NAME], |row| row.get(0).map(Timestamp::from_millis));
    found.optional()
}
