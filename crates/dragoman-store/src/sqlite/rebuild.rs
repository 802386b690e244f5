//! Makes the index again from the log, at start.

mod columns;
mod deliveries;
mod people;

use dragoman_core::catalog::Catalog;
use dragoman_core::event::What;
use dragoman_core::id::AttemptId;
use dragoman_core::state::Fold;
use dragoman_core::{MessageId, Timestamp};
use rusqlite::{Connection, Row};

use columns::{id, time};

use super::batch::{Counters, queue_state};
use super::rows::{IDEMPOTENCY, IN, ReadError};
use super::verbs::{change, heartbeat};
use crate::index::Index;
use crate::index::entry::{Kept, Orphan, Outcome, RECEIVED, Waiting, key_lives};
use crate::index::key;
use crate::record::inbound::StatusRecord;
use crate::record::outbound::priority_from;
use crate::record::{self, Unreadable};

/// What the log says.
pub(crate) struct Rebuilt {
    pub(crate) index: Index,
    pub(crate) catalog: Catalog,
    pub(crate) counters: Counters,
    /// The last instant that the last process wrote down.
    pub(crate) last_seen: Timestamp,
}

/// Reads the whole log once, each table in its order.
pub(crate) fn from_log(connection: &Connection) -> Result<Rebuilt, ReadError> {
    let mut log = Log {
        connection,
        index: Index::default(),
        counters: Counters::default(),
        last_seen: heartbeat::last(connection)?.unwrap_or_default(),
    };
    log.ids()?;
    log.contacts()?;
    log.addresses()?;
    log.conversations()?;
    log.messages()?;
    log.keys()?;
    log.events()?;
    log.queue()?;
    log.orphans()?;
    log.cursors()?;
    log.deliveries()?;
    log.delivery_log()?;
    log.quarantine()?;
    Ok(Rebuilt {
        index: log.index,
        catalog: change::load(connection)?,
        counters: log.counters,
        last_seen: log.last_seen,
    })
}

struct Log<'a> {
    connection: &'a Connection,
    index: Index,
    counters: Counters,
    last_seen: Timestamp,
}

impl Log<'_> {
    fn each(
        &mut self,
        query: &str,
        mut take: impl FnMut(&mut Self, &Row<'_>) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        let mut statement = self.connection.prepare(query)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            take(self, row)?;
        }
        Ok(())
    }

    fn ids(&mut self) -> Result<(), ReadError> {
        self.each("SELECT row, id FROM ids ORDER BY row", |log, row| {
            let (number, id) = (row.get(0)?, id(row, 1)?);
            log.index.rows.insert(id, number);
            log.index.ids.insert(number, id);
            log.counters.id = number;
            Ok(())
        })
    }

    fn messages(&mut self) -> Result<(), ReadError> {
        let query = "SELECT id, tail, account, channel, conversation, direction, kind, priority,
                         refused, referral, at, expires_at
                     FROM messages ORDER BY id";
        self.each(query, |log, row| {
            let message = row.get(0)?;
            let inbound = row.get::<_, i64>(5)? == IN;
            let outcome = Outcome {
                tail: row.get(1)?,
                account: row.get(2)?,
                channel: row.get(3)?,
                conversation: row.get(4)?,
                priority: priority_from(row.get(7)?),
                refused: row.get(8)?,
                expires_at: time(row, 11)?,
                fold: if inbound { RECEIVED } else { Fold::ACCEPTED },
                provider_id: None,
                last_event: 0,
                last_delivery: 0,
            };
            if let Some(head) = log.index.heads.get_mut(&outcome.conversation) {
                head.last = message;
                if inbound {
                    head.hear(row.get(6)?, time(row, 10)?, row.get(9)?);
                }
            }
            log.index.outcomes.insert(message, outcome);
            log.counters.message = message;
            Ok(())
        })
    }

    /// After the messages: the newest of them says which keys have had their time.
    fn keys(&mut self) -> Result<(), ReadError> {
        let newest = MessageId::from_parts(self.counters.message, 0).at();
        let query = "SELECT id, scope, key, fingerprint FROM keys ORDER BY id";
        self.each(query, |log, row| {
            let (message, key) = (row.get(0)?, row.get(2)?);
            if row.get::<_, i64>(1)? != IDEMPOTENCY {
                log.index.provider_ids.insert(key, message);
            } else if key_lives(message, newest) {
                let fingerprint = row.get(3)?;
                let kept = Kept {
                    fingerprint,
                    message,
                };
                log.index.keep_key(key, kept);
            }
            Ok(())
        })
    }

    fn events(&mut self) -> Result<(), ReadError> {
        // The provider's own text is left on the disk: the fold does not look at it.
        let query = "SELECT seq, message, at, version, kind, data FROM events ORDER BY seq";
        self.each(query, |log, row| {
            let (seq, message, at) = (row.get(0)?, row.get(1)?, time(row, 2)?);
            let data: Option<String> = row.get(5)?;
            let what =
                record::event::from_columns(row.get(3)?, row.get(4)?, data.as_deref(), None)?;
            log.counters.event = seq;
            log.last_seen = log.last_seen.max(at);
            log.happened(seq, message, &what, at);
            Ok(())
        })
    }

    fn happened(&mut self, seq: i64, message: i64, what: &What, at: Timestamp) {
        let Some(outcome) = self.index.outcomes.get_mut(&message) else {
            return;
        };
        outcome.last_event = seq;
        if !outcome.is_outbound() {
            return;
        }
        outcome.fold.apply(what, at);
        if let What::Submitted { provider_id, .. } = what
            && let Some(channel) = self.index.ids.get(&outcome.channel)
        {
            let key = key::of_provider_id(*channel, provider_id);
            self.index.provider_ids.entry(key).or_insert(message);
            outcome.provider_id = Some(provider_id.clone());
        }
    }

    fn queue(&mut self) -> Result<(), ReadError> {
        let query = "SELECT id, channel, state, due_at, starts, attempt FROM queue ORDER BY id";
        self.each(query, |log, row| {
            let number: i64 = row.get(2)?;
            let state = queue_state(number)
                .ok_or_else(|| Unreadable::new("row of the queue", format!("state {number}")))?;
            let attempt: Option<[u8; 16]> = row.get(5)?;
            let waiting = Waiting {
                channel: row.get(1)?,
                state,
                due_at: time(row, 3)?,
                starts: row.get(4)?,
                attempt: attempt.map(|bytes| AttemptId(u128::from_be_bytes(bytes))),
            };
            let counts = &mut log.index.counts;
            *counts.entry((waiting.channel, state)).or_default() += 1;
            log.index.waiting.insert(row.get(0)?, waiting);
            Ok(())
        })
    }

    fn orphans(&mut self) -> Result<(), ReadError> {
        let query = "SELECT id, key, version, body FROM orphans ORDER BY id";
        self.each(query, |log, row| {
            let (id, key) = (row.get(0)?, row.get(1)?);
            let body: String = row.get(3)?;
            let status = record::from_json::<StatusRecord, _>("status", row.get(2)?, &body)?;
            log.index.orphans.insert(id, Orphan { key, status });
            log.index.orphans_of.entry(key).or_default().push(id);
            log.counters.orphan = id;
            Ok(())
        })
    }

    /// What was kept aside stays on the disk.
    fn quarantine(&mut self) -> Result<(), ReadError> {
        self.each("SELECT max(id) FROM quarantine", |log, row| {
            let last: Option<i64> = row.get(0)?;
            log.counters.quarantine = last.unwrap_or_default();
            Ok(())
        })
    }
}

#[cfg(test)]
#[path = "rebuild_tests.rs"]
mod tests;
