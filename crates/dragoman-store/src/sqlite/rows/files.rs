//! Files and fetches.

use dragoman_core::file::{Fetch, File, Upload, Wanted};
use dragoman_core::{Id, MessageId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::sqlite::columns::{id, time};

const FILE: &str = "SELECT files.id, accounts.id, channels.id, files.mime_type, files.size,
         files.sha256, files.filename, files.created_at, files.used_at
     FROM files JOIN ids AS accounts ON accounts.row = files.account
         JOIN ids AS channels ON channels.row = files.channel";

fn as_file(row: &Row<'_>) -> rusqlite::Result<File> {
    Ok(File {
        id: id(row, 0)?,
        account: id(row, 1)?,
        channel: id(row, 2)?,
        mime_type: row.get(3)?,
        size: row.get::<_, i64>(4)?.unsigned_abs(),
        sha256: row.get(5)?,
        filename: row.get(6)?,
        created_at: time(row, 7)?,
        used_at: time(row, 8)?,
    })
}

/// The file with this id.
pub(crate) fn one(connection: &Connection, file: Id) -> rusqlite::Result<Option<File>> {
    let mut statement = connection.prepare_cached(&format!("{FILE} WHERE files.id = ?1"))?;
    statement.query_row([key(file)], as_file).optional()
}

/// Files that were last used before an instant, the longest unused first.
pub(crate) fn unused(
    connection: &Connection,
    since: Timestamp,
    limit: usize,
) -> rusqlite::Result<Vec<File>> {
    let query = format!("{FILE} WHERE files.used_at < ?1 ORDER BY files.used_at LIMIT ?2");
    let mut statement = connection.prepare_cached(&query)?;
    let found = statement.query_map([since.millis(), number(limit)], as_file)?;
    found.collect()
}

/// Where the provider of the channel in this row of `ids` has a file.
pub(crate) fn upload(
    connection: &Connection,
    file: Id,
    channel: i64,
) -> rusqlite::Result<Option<Upload>> {
    let query = "SELECT provider_id, until FROM uploads WHERE file = ?1 AND channel = ?2";
    let mut statement = connection.prepare_cached(query)?;
    let found = statement.query_row(params![key(file), channel], |row| {
        Ok(Upload {
            provider_id: row.get(0)?,
            until: time(row, 1)?,
        })
    });
    found.optional()
}

/// What is to be fetched, by the time at which it is due.
pub(crate) fn fetches(connection: &Connection, limit: usize) -> rusqlite::Result<Vec<Fetch>> {
    let mut statement = connection.prepare_cached(
        "SELECT fetches.message, messages.tail, accounts.id, channels.id,
             fetches.advertisement, fetches.provider_media_id, fetches.filename, fetches.tries,
             fetches.due_at
         FROM fetches JOIN messages ON messages.id = fetches.message
             JOIN ids AS accounts ON accounts.row = fetches.account
             JOIN ids AS channels ON channels.row = fetches.channel
         ORDER BY fetches.due_at, fetches.message LIMIT ?1",
    )?;
    let found = statement.query_map([number(limit)], |row| {
        let (wanted, filename) = match row.get(4)? {
            Some(link) => (Wanted::Advertisement(link), None),
            None => (Wanted::File(row.get(5)?), row.get(6)?),
        };
        Ok(Fetch {
            message: MessageId::from_parts(row.get(0)?, row.get(1)?),
            account: id(row, 2)?,
            channel: id(row, 3)?,
            wanted,
            filename,
            tries: row.get(7)?,
            due_at: time(row, 8)?,
        })
    })?;
    found.collect()
}

/// Files whose bytes are to be deleted.
pub(crate) fn litter(connection: &Connection, limit: usize) -> rusqlite::Result<Vec<Id>> {
    let query = "SELECT file FROM litter WHERE late < 2 ORDER BY rowid LIMIT ?1";
    let mut statement = connection.prepare_cached(query)?;
    let found = statement.query_map([number(limit)], |row| id(row, 0))?;
    found.collect()
}

fn key(file: Id) -> [u8; 16] {
    file.as_u128().to_be_bytes()
}

fn number(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
