//! Messages, their keys, what happened to them, and who was told.

use std::sync::Arc;

use dragoman_core::Timestamp;
use dragoman_core::event::What;
use dragoman_core::state::Fold;
use rusqlite::Row;

use super::Walk;
use crate::index::entry::{Kept, Outcome, RECEIVED, key_lives};
use crate::index::key::{self, Key};
use crate::record;
use crate::record::outbound::priority_from;
use crate::sqlite::columns::time;
use crate::sqlite::rows::{IN, INBOUND, OUT, ReadError};

pub(super) const MESSAGES: &str =
    "SELECT m.id, m.tail, m.account, m.channel, m.conversation, m.direction, m.kind, m.priority,
         m.refused, m.referral, m.at, m.expires_at, c.contact
     FROM messages AS m JOIN conversations AS c ON c.id = m.conversation
     WHERE m.id > ?1 ORDER BY m.id";

/// In the place of a scope: a row of `twins`, whose key is made of its fingerprint.
const TWIN: i64 = 3;

pub(super) const KEYS: &str = "SELECT id, scope, key, fingerprint FROM keys WHERE id > ?1
     UNION ALL SELECT id, 3, fingerprint, fingerprint FROM twins WHERE id > ?1 ORDER BY id";

/// The provider's own text is left on the disk: the fold does not look at it.
pub(super) const EVENTS: &str =
    "SELECT seq, message, at, version, kind, data FROM events WHERE seq > ?1 ORDER BY seq";

pub(super) const TRIES: &str =
    "SELECT id, event, message FROM delivery_log WHERE id > ?1 ORDER BY id";

pub(super) struct MessageRow {
    id: i64,
    outcome: Outcome,
    /// Of an inbound one: what decides about the window.
    heard: Option<(i64, Timestamp, bool)>,
}

pub(super) struct KeyRow {
    message: i64,
    scope: i64,
    key: Key,
    fingerprint: Option<Key>,
}

pub(super) struct EventRow {
    pub(super) seq: i64,
    pub(super) message: i64,
    at: Timestamp,
    what: What,
}

pub(super) struct TryRow {
    id: i64,
    event: i64,
    message: i64,
}

pub(super) fn message(row: &Row<'_>) -> Result<MessageRow, ReadError> {
    let direction: i64 = row.get(5)?;
    let heard = (row.get(6)?, time(row, 10)?, row.get(9)?);
    Ok(MessageRow {
        id: row.get(0)?,
        outcome: Outcome {
            tail: row.get(1)?,
            account: row.get(2)?,
            channel: row.get(3)?,
            contact: row.get(12)?,
            conversation: row.get(4)?,
            priority: priority_from(row.get(7)?),
            refused: row.get(8)?,
            expires_at: time(row, 11)?,
            fold: if direction == OUT {
                Fold::ACCEPTED
            } else {
                RECEIVED
            },
            provider_id: None,
            last_event: 0,
            last_delivery: 0,
        },
        heard: (direction == IN).then_some(heard),
    })
}

pub(super) fn key(row: &Row<'_>) -> Result<KeyRow, ReadError> {
    let (scope, key) = (row.get(1)?, row.get(2)?);
    Ok(KeyRow {
        message: row.get(0)?,
        scope,
        key: if scope == TWIN {
            key::of_twin(&key)
        } else {
            key
        },
        fingerprint: row.get(3)?,
    })
}

pub(super) fn event(row: &Row<'_>) -> Result<EventRow, ReadError> {
    let data: Option<String> = row.get(5)?;
    Ok(EventRow {
        seq: row.get(0)?,
        message: row.get(1)?,
        at: time(row, 2)?,
        what: record::event::from_columns(row.get(3)?, row.get(4)?, data.as_deref(), None)?,
    })
}

pub(super) fn attempted(row: &Row<'_>) -> Result<TryRow, ReadError> {
    Ok(TryRow {
        id: row.get(0)?,
        event: row.get(1)?,
        message: row.get(2)?,
    })
}

impl Walk<'_> {
    pub(super) fn messages_up_to(&mut self, last: i64) -> Result<(), ReadError> {
        while let Some(row) = self.messages.next_if(|next| next.id <= last)? {
            let MessageRow { id, outcome, heard } = row;
            self.conversations_up_to(outcome.conversation)?;
            self.index.go_on(outcome.conversation, id);
            if let Some((kind, at, referral)) = heard
                && let Some(person) = self.index.people.edit(outcome.contact)
                && let Some(head) = Arc::make_mut(person).numbered_mut(outcome.conversation)
            {
                head.hear(kind, at, referral);
            }
            let tail = outcome.tail;
            self.index.outcomes.put(id, outcome);
            self.keys_up_to(id)?;
            let mark = self.mark();
            (mark.message, mark.tail) = (id, tail);
            self.read.messages += 1;
        }
        Ok(())
    }

    fn keys_up_to(&mut self, last: i64) -> Result<(), ReadError> {
        while let Some(row) = self.keys.next_if(|next| next.message <= last)? {
            if row.scope == INBOUND {
                self.index.provider_ids.put(row.key, row.message);
            } else if let Some(fingerprint) = row.fingerprint
                && key_lives(row.message, self.newest)
            {
                let kept = Kept {
                    fingerprint,
                    message: row.message,
                };
                self.index.keys.put(row.key, kept);
            }
        }
        Ok(())
    }

    pub(super) fn happened(&mut self, event: EventRow) {
        let EventRow {
            seq,
            message,
            at,
            what,
        } = event;
        self.read.events += 1;
        self.read.last_event = self.read.last_event.max(at);
        self.mark().event = seq;
        let Some(outcome) = self.index.outcomes.edit(message) else {
            return;
        };
        outcome.last_event = seq;
        if !outcome.is_outbound() {
            return;
        }
        outcome.fold.apply(&what, at);
        if let What::Submitted { provider_id, .. } = what
            && let Some(channel) = self.index.ids.get(&outcome.channel)
        {
            outcome.provider_id = Some((&*provider_id).into());
            let key = key::of_provider_id(*channel, &provider_id);
            self.index.provider_ids.put(key, message);
        }
    }

    /// Deliveries of events before this one: their messages are known.
    pub(super) fn tries_before(&mut self, event: i64) -> Result<(), ReadError> {
        while let Some(row) = self.tries.next_if(|next| next.event < event)? {
            if let Some(outcome) = self.index.outcomes.edit(row.message) {
                outcome.last_delivery = row.id;
            }
            self.mark().delivery = row.id;
        }
        Ok(())
    }
}
