//! The highest numbers in the log.

use dragoman_core::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use crate::sqlite::batch::Counters;
use crate::sqlite::verbs::forget;

/// Events and news share one count.
const EVENT: &str = "SELECT max(seq) FROM
    (SELECT max(seq) AS seq FROM events UNION ALL SELECT max(seq) FROM news)";

impl Counters {
    /// What the tables hold. Those whose numbers must never be given again keep their last row,
    /// or say in `meta` what was the last.
    pub(crate) fn of(connection: &Connection) -> rusqlite::Result<Self> {
        let last = |query| -> rusqlite::Result<i64> {
            let number: Option<i64> = connection.query_row(query, [], |row| row.get(0))?;
            Ok(number.unwrap_or_default())
        };
        let newest = connection
            .query_row(
                "SELECT id, tail FROM messages ORDER BY id DESC LIMIT 1",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let (message, tail) = newest.unwrap_or_default();
        let taken_away = "SELECT value FROM meta WHERE name = ?1";
        let taken_away: Option<i64> = connection
            .query_row(taken_away, [forget::ADDRESSES], |row| row.get(0))
            .optional()?;
        let taken_away = taken_away.unwrap_or_default();
        Ok(Self {
            id: last("SELECT max(row) FROM ids")?,
            message,
            tail,
            event: last(EVENT)?,
            contact: last("SELECT max(id) FROM contacts")?,
            address: last("SELECT max(id) FROM addresses")?.max(taken_away),
            conversation: last("SELECT max(id) FROM conversations")?,
            orphan: last("SELECT max(id) FROM orphans")?,
            delivery: last("SELECT max(id) FROM deliveries")?,
            log: last("SELECT max(id) FROM delivery_log")?,
            quarantine: last("SELECT max(id) FROM quarantine")?,
            touched: last("SELECT max(id) FROM touched")?,
            latest: Timestamp::default(),
        })
    }
}
