//! What is known about files. Whatever stops to be known leaves its bytes as litter, in the same
//! commit: so they are deleted also when the process ends before that.

use std::time::Duration;

use dragoman_core::content::MediaSource;
use dragoman_core::file::{File, Upload};
use dragoman_core::message::Outbound;
use dragoman_core::ports::StoreError;
use dragoman_core::{Id, Tenant, Timestamp};
use rusqlite::{OptionalExtension, params};

use crate::sqlite::batch::Batch;

/// How far ahead a file is used that a message without an end names.
const ENDLESS: Duration = Duration::from_secs(30 * 24 * 3600);

/// `litter.late`. The numbers are stored: never change one.
#[derive(Clone, Copy)]
pub(super) enum Litter {
    /// All that there may be of it is there.
    Whole = 0,
    /// A try to fetch it may write it yet.
    Late = 1,
}

/// Keeps a file, unless its id is in use: also by bytes that are about to be deleted.
pub(crate) fn keep(batch: &mut Batch<'_>, file: &File) -> rusqlite::Result<Result<(), StoreError>> {
    let query = "SELECT EXISTS (SELECT 1 FROM files WHERE id = ?1)
             OR EXISTS (SELECT 1 FROM litter WHERE file = ?1)";
    let mut statement = batch.connection.prepare_cached(query)?;
    if statement.query_row([key(file.id)], |row| row.get(0))? {
        let taken = format!("the id {}", file.id);
        return Ok(Err(StoreError::Taken(taken.into())));
    }
    drop(statement);
    write(batch, file).map(Ok)
}

/// Writes a file down, in place of what was known of it.
pub(super) fn write(batch: &mut Batch<'_>, file: &File) -> rusqlite::Result<()> {
    let account = batch.row_of(file.account)?;
    let channel = batch.row_of(file.channel)?;
    batch.sql(
        "INSERT OR REPLACE INTO files
             (id, account, channel, mime_type, size, sha256, filename, created_at, used_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            key(file.id),
            account,
            channel,
            file.mime_type,
            i64::try_from(file.size).unwrap_or(i64::MAX),
            file.sha256,
            file.filename,
            file.created_at.millis(),
            file.used_at.millis()
        ],
    )?;
    Ok(())
}

/// Removes a file of this account. Answers whether there was one.
pub(crate) fn remove(batch: &mut Batch<'_>, account: Tenant, file: Id) -> rusqlite::Result<bool> {
    let query = "SELECT EXISTS (SELECT 1 FROM files WHERE id = ?1 AND account = ?2)";
    let mut statement = batch.connection.prepare_cached(query)?;
    let account = batch.known_row(account.id());
    if !statement.query_row(params![key(file), account], |row| row.get(0))? {
        return Ok(false);
    }
    drop(statement);
    take_away(batch, file)
}

/// Removes those of these files that nobody has used since. Answers how many there were.
pub(crate) fn remove_unused(
    batch: &mut Batch<'_>,
    files: &[Id],
    since: Timestamp,
) -> rusqlite::Result<usize> {
    let query = "SELECT EXISTS (SELECT 1 FROM files WHERE id = ?1 AND used_at < ?2)";
    let mut removed = 0;
    for file in files {
        let mut statement = batch.connection.prepare_cached(query)?;
        let is_unused: bool =
            statement.query_row(params![key(*file), since.millis()], |row| row.get(0))?;
        drop(statement);
        if is_unused && take_away(batch, *file)? {
            removed += 1;
        }
    }
    Ok(removed)
}

/// Removes what came with a customer's message, and ends the fetch of it.
pub(crate) fn remove_of_message(batch: &mut Batch<'_>, message: i64) -> rusqlite::Result<()> {
    let outcome = batch.outcome(message);
    let Some(outcome) = outcome.filter(|known| !known.is_outbound()) else {
        return Ok(());
    };
    let id = outcome.id(message);
    drop(outcome);
    let advertisement =
        "DELETE FROM fetches WHERE message = ?1 RETURNING advertisement IS NOT NULL";
    let mut statement = batch.connection.prepare_cached(advertisement)?;
    let fetched: Option<bool> = statement
        .query_row([message], |row| row.get(0))
        .optional()?;
    drop(statement);
    if let Some(is_advertisement) = fetched {
        let late = if is_advertisement {
            id.advertisement()
        } else {
            id.file()
        };
        litter(batch, late, Litter::Late)?;
    }
    take_away(batch, id.advertisement())?;
    take_away(batch, id.file())?;
    Ok(())
}

fn take_away(batch: &mut Batch<'_>, file: Id) -> rusqlite::Result<bool> {
    if batch.sql("DELETE FROM files WHERE id = ?1", [key(file)])? == 0 {
        return Ok(false);
    }
    batch.sql("DELETE FROM uploads WHERE file = ?1", [key(file)])?;
    litter(batch, file, Litter::Whole)?;
    Ok(true)
}

/// Notes that the bytes of a file are to be deleted. What may come late stays noted as that.
pub(super) fn litter(batch: &mut Batch<'_>, file: Id, litter: Litter) -> rusqlite::Result<()> {
    batch.sql(
        "INSERT INTO litter (file, late) VALUES (?1, ?2)
         ON CONFLICT (file) DO UPDATE SET late = min(1, max(late, excluded.late))",
        params![key(file), litter as i64],
    )?;
    batch.draft.littered = true;
    Ok(())
}

/// The same for bytes that came too late, unless there is a file of that id.
pub(super) fn litter_unless_kept(batch: &mut Batch<'_>, file: Id) -> rusqlite::Result<()> {
    let query = "SELECT EXISTS (SELECT 1 FROM files WHERE id = ?1)";
    let mut statement = batch.connection.prepare_cached(query)?;
    if statement.query_row([key(file)], |row| row.get(0))? {
        return Ok(());
    }
    drop(statement);
    litter(batch, file, Litter::Whole)
}

/// Notes that the bytes of these are gone.
pub(crate) fn swept(batch: &Batch<'_>, files: &[Id]) -> rusqlite::Result<()> {
    for file in files {
        let file = key(*file);
        batch.sql("DELETE FROM litter WHERE file = ?1 AND late = 0", [file])?;
        batch.sql("UPDATE litter SET late = 2 WHERE file = ?1", [file])?;
    }
    Ok(())
}

/// Nobody fetches anything yet: what may have come late is there.
pub(super) fn nothing_comes_late(batch: &Batch<'_>) -> rusqlite::Result<()> {
    batch.sql("UPDATE litter SET late = 0 WHERE late <> 0", [])?;
    Ok(())
}

/// Notes that a file was used.
pub(crate) fn used(batch: &Batch<'_>, file: Id, at: Timestamp) -> rusqlite::Result<()> {
    batch.sql(
        "UPDATE files SET used_at = max(used_at, ?2) WHERE id = ?1",
        params![key(file), at.millis()],
    )?;
    Ok(())
}

/// Keeps the file that a message names from being cleared away while the message may wait: until
/// its end, and as long after that as every other file. Of one that does not end, as if it were
/// used a while from now.
pub(super) fn reserve(
    batch: &Batch<'_>,
    message: &Outbound,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let media = message.content.media();
    let Some(MediaSource::Stored(file)) = media.map(|media| &media.source) else {
        return Ok(());
    };
    let until = match message.expires_at {
        Timestamp::NEVER => now.plus(ENDLESS),
        end => end,
    };
    used(batch, *file, until)
}

/// Notes where the provider of a channel has a file, while we have it ourselves.
pub(crate) fn keep_upload(
    batch: &mut Batch<'_>,
    file: Id,
    channel: Id,
    upload: &Upload,
) -> rusqlite::Result<()> {
    let channel = batch.row_of(channel)?;
    batch.sql(
        "INSERT OR REPLACE INTO uploads (file, channel, provider_id, until)
         SELECT id, ?2, ?3, ?4 FROM files WHERE id = ?1",
        params![
            key(file),
            channel,
            upload.provider_id,
            upload.until.millis()
        ],
    )?;
    Ok(())
}

fn key(file: Id) -> [u8; 16] {
    file.as_u128().to_be_bytes()
}
