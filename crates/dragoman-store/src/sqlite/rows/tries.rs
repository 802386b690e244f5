//! Tries of deliveries, read back.

use std::collections::HashSet;

use dragoman_core::ports::{Attempted, AttemptedDelivery};
use dragoman_core::{MessageId, Raw, Timestamp};
use rusqlite::{Connection, Row};

use super::ReadError;
use crate::record::Unreadable;

/// `delivery_log.outcome`.
pub(crate) const DONE: i64 = 1;
/// `delivery_log.outcome`.
pub(crate) const AGAIN: i64 = 2;
/// `delivery_log.outcome`.
pub(crate) const EXHAUSTED: i64 = 3;

/// In the place of a message: the event is news.
pub(crate) const NONE: i64 = 0;

/// How many tries are looked at for the last ones of some subscriptions.
const LOOKED_AT: i64 = 100_000;

/// A try of a delivery, with rows in place of ids.
#[derive(Debug)]
pub(crate) struct TryRow {
    pub(crate) subscription: i64,
    pub(crate) seq: i64,
    /// [`NONE`] where it is news that was told.
    message: i64,
    at: Timestamp,
    status: Option<u16>,
    answer: Option<Box<str>>,
    then: Attempted,
}

impl TryRow {
    /// The message that it was about, if it was about one.
    pub(crate) fn message(&self) -> Option<i64> {
        (self.message != NONE).then_some(self.message)
    }

    /// The try, which was about this message.
    pub(crate) fn about(self, message: Option<MessageId>) -> AttemptedDelivery {
        AttemptedDelivery {
            seq: self.seq,
            message,
            at: self.at,
            status: self.status,
            answer: self.answer.map(Raw::new),
            then: self.then,
        }
    }
}

const TRY: &str =
    "previous, subscription, event, message, at, status, outcome, due_at, tries, answer";

fn attempted(row: &Row<'_>) -> Result<TryRow, ReadError> {
    Ok(TryRow {
        subscription: row.get(1)?,
        seq: row.get(2)?,
        message: row.get(3)?,
        at: Timestamp::from_millis(row.get(4)?),
        status: row.get(5)?,
        answer: row.get(9)?,
        then: outcome(row)?,
    })
}

fn outcome(row: &Row<'_>) -> Result<Attempted, ReadError> {
    match row.get::<_, i64>(6)? {
        DONE => Ok(Attempted::Done),
        AGAIN => Ok(Attempted::Again {
            due_at: Timestamp::from_millis(row.get(7)?),
            tries: row.get(8)?,
        }),
        EXHAUSTED => Ok(Attempted::Exhausted),
        other => Err(Unreadable::new("delivery", format!("no outcome {other}")).into()),
    }
}

/// The chain of tries that ends with `last`, in order.
pub(crate) fn chain(connection: &Connection, last: i64) -> Result<Vec<TryRow>, ReadError> {
    let query = format!("SELECT {TRY} FROM delivery_log WHERE id = ?1");
    let mut statement = connection.prepare_cached(&query)?;
    let mut tries = Vec::new();
    let mut next = last;
    while next != 0 {
        let mut rows = statement.query([next])?;
        let Some(row) = rows.next()? else { break };
        next = row.get(0)?;
        tries.push(attempted(row)?);
    }
    tries.reverse();
    Ok(tries)
}

/// The last tries of these subscriptions, the newest first.
pub(crate) fn newest(
    connection: &Connection,
    subscriptions: &HashSet<i64>,
    limit: usize,
) -> Result<Vec<TryRow>, ReadError> {
    let query = format!(
        "SELECT {TRY} FROM delivery_log
         WHERE id > (SELECT max(id) FROM delivery_log) - ?1 ORDER BY id DESC"
    );
    let mut statement = connection.prepare_cached(&query)?;
    let mut rows = statement.query([LOOKED_AT])?;
    let mut tries = Vec::new();
    while tries.len() < limit
        && let Some(row) = rows.next()?
    {
        if subscriptions.contains(&row.get(1)?) {
            tries.push(attempted(row)?);
        }
    }
    Ok(tries)
}
