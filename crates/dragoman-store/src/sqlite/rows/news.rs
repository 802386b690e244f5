//! News, read back.

use dragoman_core::Timestamp;
use dragoman_core::news::Tidings;
use rusqlite::{Connection, Row};

use super::ReadError;
use crate::record;

/// News with rows in place of ids.
#[derive(Debug)]
pub(crate) struct NewsRow {
    pub(crate) seq: i64,
    pub(crate) account: i64,
    pub(crate) contact: Option<i64>,
    pub(crate) at: Timestamp,
    pub(crate) what: Tidings,
}

const NEWS: &str = "seq, account, contact, at, version, kind, data";

fn news(row: &Row<'_>) -> Result<NewsRow, ReadError> {
    let contact: i64 = row.get(2)?;
    let data: String = row.get(6)?;
    Ok(NewsRow {
        seq: row.get(0)?,
        account: row.get(1)?,
        contact: (contact != 0).then_some(contact),
        at: Timestamp::from_millis(row.get(3)?),
        what: record::news::from_columns(row.get(4)?, row.get(5)?, &data)?,
    })
}

/// The news after `seq` and up to `last`, in order.
pub(crate) fn after(
    connection: &Connection,
    seq: i64,
    last: i64,
    limit: usize,
) -> Result<Vec<NewsRow>, ReadError> {
    let query =
        format!("SELECT {NEWS} FROM news WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3");
    let mut statement = connection.prepare_cached(&query)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query([seq, last, limit])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(news(row)?);
    }
    Ok(found)
}
