//! The newest messages, without what was said.

use dragoman_core::Timestamp;
use rusqlite::Connection;

use super::{NOTE, ReadError};

/// How many messages of the installation are looked at for those of one channel.
const LOOKED_AT: i64 = 100_000;

/// A message of a channel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sighted {
    pub(crate) message: i64,
    /// When it was accepted; of a customer's, the provider's time.
    pub(crate) at: Timestamp,
}

/// The messages of a channel since `since`, the newest first. Notes are none.
pub(crate) fn newest(
    connection: &Connection,
    channel: i64,
    since: Timestamp,
    limit: usize,
) -> Result<Vec<Sighted>, ReadError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, channel, direction, at FROM messages WHERE id >= ?1 ORDER BY id DESC LIMIT ?2",
    )?;
    // Rows begin with the millisecond in which they were made.
    let first = since.millis() << 12;
    let mut rows = statement.query([first, LOOKED_AT])?;
    let mut sighted = Vec::new();
    while sighted.len() < limit
        && let Some(row) = rows.next()?
    {
        if row.get::<_, i64>(1)? == channel && row.get::<_, i64>(2)? != NOTE {
            sighted.push(Sighted {
                message: row.get(0)?,
                at: Timestamp::from_millis(row.get(3)?),
            });
        }
    }
    Ok(sighted)
}
