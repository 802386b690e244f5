//! Deliveries: cursors, exceptions and tries.

use dragoman_core::MessageId;
use dragoman_core::ports::Due;

use super::Log;
use super::columns::time;
use crate::index::entry::Exception;
use crate::sqlite::rows::ReadError;

impl Log<'_> {
    pub(super) fn cursors(&mut self) -> Result<(), ReadError> {
        let query = "SELECT subscription, cursor FROM subscription_cursors";
        self.each(query, |log, row| {
            log.index.cursors.insert(row.get(0)?, row.get(1)?);
            Ok(())
        })
    }

    pub(super) fn deliveries(&mut self) -> Result<(), ReadError> {
        let query = "SELECT id, subscription, event, message, due_at, tries
                     FROM deliveries ORDER BY id";
        self.each(query, |log, row| {
            let (id, seq) = (row.get(0)?, row.get(2)?);
            let message: i64 = row.get(3)?;
            let known = log.index.outcomes.get(&message);
            let due = Due {
                seq,
                // The tail of a message that is gone is not known any more.
                message: known.map_or(MessageId::from_parts(message, 0), |known| known.id(message)),
                due_at: time(row, 4)?,
                tries: row.get(5)?,
            };
            let key = (row.get(1)?, seq);
            log.index.exceptions.insert(key, Exception { id, due });
            log.counters.delivery = id;
            Ok(())
        })
    }

    pub(super) fn delivery_log(&mut self) -> Result<(), ReadError> {
        let query = "SELECT id, message FROM delivery_log ORDER BY id";
        self.each(query, |log, row| {
            log.counters.log = row.get(0)?;
            if let Some(outcome) = log.index.outcomes.get_mut(&row.get(1)?) {
                outcome.last_delivery = log.counters.log;
            }
            Ok(())
        })
    }
}
