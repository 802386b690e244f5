//! Webhooks that nobody can use.

use dragoman_core::ports::Quarantined;
use dragoman_core::{Id, Raw, Timestamp};
use rusqlite::{Connection, params};

use crate::sqlite::batch::Batch;

/// How many are kept; the oldest make room.
const ROWS: i64 = 10_000;

/// How much of a body is kept: 64 KiB.
const BODY: usize = 64 << 10;

/// How much of the reasons is kept: 4 KiB.
const WHY: usize = 4 << 10;

/// Keeps a webhook aside.
pub(crate) fn run(batch: &mut Batch<'_>, odd: &Quarantined) -> rusqlite::Result<()> {
    let account = batch.row_of(odd.account)?;
    let channel = batch.row_of(odd.channel)?;
    batch.counters.quarantine += 1;
    let id = batch.counters.quarantine;
    batch.sql(
        "INSERT INTO quarantine (id, account, channel, at, why, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            id,
            account,
            channel,
            odd.at.millis(),
            cut(&odd.why, WHY),
            cut(odd.body.as_str(), BODY)
        ],
    )?;
    batch.sql("DELETE FROM quarantine WHERE id <= ?1", [id - ROWS])?;
    Ok(())
}

/// A row, with the channel's row in place of its id.
pub(crate) struct Kept {
    pub(crate) channel: i64,
    at: Timestamp,
    why: Box<str>,
    body: Box<str>,
}

impl Kept {
    /// With ids.
    pub(crate) fn of(self, account: Id, channel: Id) -> Quarantined {
        Quarantined {
            account,
            channel,
            at: self.at,
            why: self.why,
            body: Raw::new(self.body),
        }
    }
}

/// What is kept of an account, newest first, at most `limit`.
pub(crate) fn newest(
    connection: &Connection,
    account: i64,
    limit: usize,
) -> rusqlite::Result<Vec<Kept>> {
    let mut statement = connection.prepare_cached(
        "SELECT channel, at, why, body FROM quarantine WHERE account = ?1
         ORDER BY id DESC LIMIT ?2",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map([account, limit], |row| {
        Ok(Kept {
            channel: row.get(0)?,
            at: Timestamp::from_millis(row.get(1)?),
            why: row.get(2)?,
            body: row.get(3)?,
        })
    })?;
    rows.collect()
}

/// The beginning of a text, in whole characters.
fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}
