//! Tables that do not grow with messages, or are short: read whole.

use dragoman_core::id::AttemptId;
use dragoman_core::ports::Due;
use dragoman_core::{MessageId, Timestamp};
use rusqlite::{Connection, Row};

use crate::index::Index;
use crate::index::entry::{Exception, Orphan, Waiting};
use crate::record::inbound::StatusRecord;
use crate::record::{self, Unreadable};
use crate::sqlite::batch::{queue_state, queue_wish};
use crate::sqlite::columns::{id, time};
use crate::sqlite::rows::ReadError;

pub(super) struct Small<'a> {
    pub(super) connection: &'a Connection,
    pub(super) index: Index,
}

impl Small<'_> {
    fn each(
        &mut self,
        query: &str,
        mut take: impl FnMut(&mut Index, &Row<'_>) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        let mut statement = self.connection.prepare(query)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            take(&mut self.index, row)?;
        }
        Ok(())
    }

    pub(super) fn ids(&mut self) -> Result<(), ReadError> {
        self.each("SELECT row, id FROM ids ORDER BY row", |index, row| {
            let (number, id) = (row.get(0)?, id(row, 1)?);
            index.rows.insert(id, number);
            index.ids.insert(number, id);
            Ok(())
        })
    }

    pub(super) fn queue(&mut self) -> Result<(), ReadError> {
        let query =
            "SELECT id, channel, state, due_at, starts, attempt, wish FROM queue ORDER BY id";
        self.each(query, |index, row| {
            let number: i64 = row.get(2)?;
            let state = queue_state(number)
                .ok_or_else(|| Unreadable::new("row of the queue", format!("state {number}")))?;
            let attempt: Option<[u8; 16]> = row.get(5)?;
            let wish: Option<i64> = row.get(6)?;
            let waiting = Waiting {
                channel: row.get(1)?,
                state,
                due_at: time(row, 3)?,
                starts: row.get(4)?,
                attempt: attempt.map(|bytes| AttemptId(u128::from_be_bytes(bytes))),
                wish: wish.and_then(queue_wish),
            };
            *index.counts.entry((waiting.channel, state)).or_default() += 1;
            index.waiting.insert(row.get(0)?, waiting);
            Ok(())
        })
    }

    pub(super) fn orphans(&mut self) -> Result<(), ReadError> {
        let query = "SELECT id, key, version, body FROM orphans ORDER BY id";
        self.each(query, |index, row| {
            let (id, key) = (row.get(0)?, row.get(1)?);
            let body: String = row.get(3)?;
            let status = record::from_json::<StatusRecord, _>("status", row.get(2)?, &body)?;
            index.orphans.insert(id, Orphan { key, status });
            index.orphans_of.entry(key).or_default().push(id);
            Ok(())
        })
    }

    pub(super) fn cursors(&mut self) -> Result<(), ReadError> {
        let query = "SELECT subscription, cursor, failing_since FROM subscription_cursors";
        self.each(query, |index, row| {
            let subscription = row.get(0)?;
            index.cursors.insert(subscription, row.get(1)?);
            if let Some(since) = row.get(2)? {
                let since = Timestamp::from_millis(since);
                index.failing.insert(subscription, since);
            }
            Ok(())
        })
    }

    pub(super) fn deliveries(&mut self) -> Result<(), ReadError> {
        let query = "SELECT id, subscription, event, message, due_at, tries
                     FROM deliveries ORDER BY id";
        self.each(query, |index, row| {
            let (id, seq) = (row.get(0)?, row.get(2)?);
            let message: i64 = row.get(3)?;
            let known = index.outcomes.get(&message);
            let due = Due {
                seq,
                message: (message != 0).then(|| {
                    // The tail of a message that is gone is not known any more.
                    known.map_or(MessageId::from_parts(message, 0), |known| known.id(message))
                }),
                due_at: time(row, 4)?,
                tries: row.get(5)?,
            };
            let key = (row.get(1)?, seq);
            index.exceptions.insert(key, Exception { id, due });
            Ok(())
        })
    }
}
