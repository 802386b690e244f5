//! Events that were given up, read back.

use dragoman_core::Timestamp;
use rusqlite::Connection;

use super::ReadError;
use super::tries::NONE;

/// A dead letter, with a row in place of an id.
#[derive(Debug)]
pub(crate) struct DeadRow {
    pub(crate) seq: i64,
    pub(crate) message: Option<i64>,
    pub(crate) at: Timestamp,
    pub(crate) status: Option<u16>,
}

/// The dead letters of a subscription after `seq`, in order.
pub(crate) fn after(
    connection: &Connection,
    subscription: i64,
    seq: i64,
    limit: usize,
) -> Result<Vec<DeadRow>, ReadError> {
    let query = "SELECT event, message, at, status FROM dead_letters
         WHERE subscription = ?1 AND event > ?2 ORDER BY event LIMIT ?3";
    let mut statement = connection.prepare_cached(query)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map([subscription, seq, limit], |row| {
        let message: i64 = row.get(1)?;
        Ok(DeadRow {
            seq: row.get(0)?,
            message: (message != NONE).then_some(message),
            at: Timestamp::from_millis(row.get(2)?),
            status: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
