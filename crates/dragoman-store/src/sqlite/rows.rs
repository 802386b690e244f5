//! Rows that are read back.

mod dead;
pub(crate) mod files;
mod moment;
mod news;
mod sighted;
mod tries;

use std::sync::Arc;

use dragoman_core::Timestamp;
use dragoman_core::event::What;
use dragoman_core::message::Body;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::index::entry::Weighed;
use crate::record::inbound::InboundRecord;
use crate::record::note::NoteRecord;
use crate::record::outbound::OutboundRecord;
use crate::record::{self, Unreadable};

pub(crate) use dead::after as dead_letters;
pub(crate) use moment::last_before;
pub(crate) use news::{NewsRow, after as news};
pub(crate) use sighted::{Sighted, newest as newest_messages};
pub(crate) use tries::{
    AGAIN, DONE, EXHAUSTED, NONE, TryRow, chain as tries, newest as newest_tries,
};

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
    /// The record is not understood.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// `messages.direction`.
pub(crate) const OUT: i64 = 1;
/// `messages.direction`.
pub(crate) const IN: i64 = 2;
/// `messages.direction`.
pub(crate) const NOTE: i64 = 3;

/// `keys.scope`.
pub(crate) const IDEMPOTENCY: i64 = 1;
/// `keys.scope`.
pub(crate) const INBOUND: i64 = 2;

/// The body of a message.
pub(crate) fn body(connection: &Connection, message: i64) -> Result<Option<Weighed>, ReadError> {
    let mut statement =
        connection.prepare_cached("SELECT direction, version, body FROM messages WHERE id = ?1")?;
    let found = statement
        .query_row([message], |row| {
            let text: String = row.get(2)?;
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, text))
        })
        .optional()?;
    let Some((direction, version, text)) = found else {
        return Ok(None);
    };
    let body = if direction == IN {
        let inbound = record::from_json::<InboundRecord, _>("inbound message", version, &text)?;
        Body::Inbound(Arc::new(inbound))
    } else if direction == NOTE {
        let note = record::from_json::<NoteRecord, _>("note", version, &text)?;
        Body::Note(Arc::new(note))
    } else {
        let outbound = record::from_json::<OutboundRecord, _>("message", version, &text)?;
        Body::Outbound(Arc::new(outbound))
    };
    let bytes = text.len();
    Ok(Some(Weighed { body, bytes }))
}

/// An event with rows in place of ids.
#[derive(Debug)]
pub(crate) struct EventRow {
    pub(crate) seq: i64,
    pub(crate) previous: i64,
    pub(crate) account: i64,
    pub(crate) message: i64,
    pub(crate) at: Timestamp,
    pub(crate) what: What,
}

const EVENT: &str = "seq, previous, account, message, at, version, kind, data, raw";

fn event(row: &Row<'_>) -> Result<EventRow, ReadError> {
    let data: Option<String> = row.get(7)?;
    let raw: Option<String> = row.get(8)?;
    Ok(EventRow {
        seq: row.get(0)?,
        previous: row.get(1)?,
        account: row.get(2)?,
        message: row.get(3)?,
        at: Timestamp::from_millis(row.get(4)?),
        what: record::event::from_columns(
            row.get(5)?,
            row.get(6)?,
            data.as_deref(),
            raw.as_deref(),
        )?,
    })
}

/// The events after `seq` and up to `last`, in order.
pub(crate) fn events(
    connection: &Connection,
    seq: i64,
    last: i64,
    limit: usize,
) -> Result<Vec<EventRow>, ReadError> {
    let query =
        format!("SELECT {EVENT} FROM events WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3");
    let mut statement = connection.prepare_cached(&query)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query([seq, last, limit])?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        events.push(event(row)?);
    }
    Ok(events)
}

/// The chain of a message's events that ends with `last`, in order.
pub(crate) fn chain(connection: &Connection, last: i64) -> Result<Vec<EventRow>, ReadError> {
    let query = format!("SELECT {EVENT} FROM events WHERE seq = ?1");
    let mut statement = connection.prepare_cached(&query)?;
    let mut events = Vec::new();
    let mut next = last;
    while next != 0 {
        let mut rows = statement.query([next])?;
        // A chain ends at the first row that is gone.
        let Some(row) = rows.next()? else { break };
        let event = event(row)?;
        next = event.previous;
        events.push(event);
    }
    events.reverse();
    Ok(events)
}
