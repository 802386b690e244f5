//! Columns that hold a value of core's.

use dragoman_core::{Id, Timestamp};
use rusqlite::Row;

pub(crate) fn id(row: &Row<'_>, column: usize) -> rusqlite::Result<Id> {
    row.get(column)
        .map(|bytes| Id::from_u128(u128::from_be_bytes(bytes)))
}

pub(crate) fn optional_id(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Id>> {
    let bytes: Option<[u8; 16]> = row.get(column)?;
    Ok(bytes.map(|bytes| Id::from_u128(u128::from_be_bytes(bytes))))
}

pub(crate) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    row.get(column).map(Timestamp::from_millis)
}

pub(crate) fn optional_time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    let millis: Option<i64> = row.get(column)?;
    Ok(millis.map(Timestamp::from_millis))
}
