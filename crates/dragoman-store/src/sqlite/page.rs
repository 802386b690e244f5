//! Messages read together: claimed, with their bodies, with their ids.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use dragoman_core::event::Event;
use dragoman_core::message::Body;
use dragoman_core::ports::{AttemptedDelivery, StoreError};
use dragoman_core::{Id, MessageId, State};

use super::SqliteStore;
use super::rows::{self, EventRow, TryRow};
use crate::index::Page;

impl SqliteStore {
    /// Claims those that are queued and that nobody has claimed. Nothing is written.
    pub(super) fn take_claims(&self, messages: &[MessageId]) -> Vec<MessageId> {
        let mut claims = self.commons.claims();
        let index = self.commons.index();
        let mut taken = Vec::with_capacity(messages.len());
        for message in messages {
            let row = message.row();
            let queued = index
                .waiting
                .get(&row)
                .filter(|waiting| waiting.state == State::Queued);
            let Some(waiting) = queued.filter(|_| index.message(*message).is_some()) else {
                continue;
            };
            if let Entry::Vacant(free) = claims.entry(row) {
                free.insert(waiting.channel);
                taken.push(*message);
            }
        }
        taken
    }

    pub(super) fn belongs(&self, account: Id, message: MessageId) -> bool {
        let index = self.commons.index();
        let outcome = index.message(message);
        outcome.is_some_and(|outcome| index.id(outcome.account) == Some(account))
    }

    /// The bodies of these messages: from memory, or else from the disk.
    pub(super) async fn bodies(
        &self,
        messages: BTreeSet<i64>,
    ) -> Result<HashMap<i64, Body>, StoreError> {
        let mut bodies = HashMap::with_capacity(messages.len());
        let mut missing = Vec::new();
        {
            let recent = self.commons.recent();
            for message in messages {
                match recent.body(message) {
                    Some(body) => drop(bodies.insert(message, body)),
                    None => missing.push(message),
                }
            }
        }
        if missing.is_empty() {
            return Ok(bodies);
        }
        let read = self
            .read(move |connection| {
                let mut found = Vec::with_capacity(missing.len());
                for message in missing {
                    let body = rows::body(connection, message)?;
                    found.extend(body.map(|body| (message, body)));
                }
                Ok(found)
            })
            .await?;
        let mut recent = self.commons.recent();
        for (message, body) in read {
            recent.keep_body(message, body.clone());
            bodies.insert(message, body);
        }
        Ok(bodies)
    }

    pub(super) fn page(&self, bodies: HashMap<i64, Body>) -> Page {
        let stored = bodies.into_iter().filter_map(|(row, body)| {
            let stored = self.commons.stored(row, body)?;
            Some((row, Arc::new(stored)))
        });
        stored.collect()
    }

    pub(super) fn with_ids(&self, rows: Vec<EventRow>) -> Vec<Event> {
        let index = self.commons.index();
        let events = rows.into_iter().filter_map(|row| {
            Some(Event {
                seq: row.seq,
                account: index.id(row.account)?,
                message: index.outcomes.get(&row.message)?.id(row.message),
                at: row.at,
                what: row.what,
            })
        });
        events.collect()
    }

    pub(super) fn tries_of(
        &self,
        message: MessageId,
        rows: Vec<TryRow>,
    ) -> Vec<(Id, AttemptedDelivery)> {
        let index = self.commons.index();
        let tries = rows.into_iter().filter_map(|row| {
            let attempted = AttemptedDelivery {
                seq: row.seq,
                message,
                at: row.at,
                status: row.status,
                then: row.then,
            };
            Some((index.id(row.subscription)?, attempted))
        });
        tries.collect()
    }
}
