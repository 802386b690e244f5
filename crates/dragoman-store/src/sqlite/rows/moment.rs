//! Which event was the last one before a time.

use dragoman_core::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::ReadError;

/// The number of the last event, up to `last`, that was recorded before `at`; 0 when there is
/// none. There is no index of times, and none is needed: numbers and times rise together.
pub(crate) fn last_before(
    connection: &Connection,
    last: i64,
    at: Timestamp,
) -> Result<i64, ReadError> {
    let (mut before, mut behind) = (0, last + 1);
    while behind - before > 1 {
        let middle = before + (behind - before) / 2;
        match first_from(connection, middle, behind)? {
            Some((seq, time)) if time < at => before = seq,
            Some(_) | None => behind = middle,
        }
    }
    Ok(before)
}

/// The first event with this number or a higher one below `end`, and its time. Sweeps leave gaps.
fn first_from(
    connection: &Connection,
    seq: i64,
    end: i64,
) -> Result<Option<(i64, Timestamp)>, ReadError> {
    let query = "SELECT seq, at FROM (
             SELECT * FROM (SELECT seq, at FROM events WHERE seq >= ?1 ORDER BY seq LIMIT 1)
             UNION ALL
             SELECT * FROM (SELECT seq, at FROM news WHERE seq >= ?1 ORDER BY seq LIMIT 1)
         ) WHERE seq < ?2 ORDER BY seq LIMIT 1";
    let mut statement = connection.prepare_cached(query)?;
    let found = statement.query_row([seq, end], |row| {
        Ok((row.get(0)?, Timestamp::from_millis(row.get(1)?)))
    });
    Ok(found.optional()?)
}
