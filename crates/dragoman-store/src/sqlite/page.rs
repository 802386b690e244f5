//! What is read together: messages with their bodies, events with their messages, rows with
//! their ids.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use dragoman_core::event::Event;
use dragoman_core::message::Body;
use dragoman_core::ports::{AttemptedDelivery, Happened, Quarantined, StoreError};
use dragoman_core::{Id, MessageId};

use super::rows::{self, EventRow, TryRow};
use super::{SqliteStore, verbs};
use crate::index::Page;

impl SqliteStore {
    pub(super) fn belongs(&self, account: Id, message: MessageId) -> bool {
        let index = self.commons.index();
        let outcome = index.message(message);
        outcome.is_some_and(|outcome| index.id(outcome.account) == Some(account))
    }

    /// The events after `seq` with their messages: from memory, or else from the disk.
    pub(super) async fn follow(&self, seq: i64, limit: usize) -> Result<Vec<Happened>, StoreError> {
        let last = self.commons.last_event();
        let recent = self.commons.recent().events_after(seq, limit);
        let events = match recent {
            Some(mut events) => {
                // The writer may be about to publish what comes after `last`.
                events.retain(|event| event.seq <= last);
                events
            }
            None => {
                let rows = self
                    .read(move |connection| rows::events(connection, seq, last, limit))
                    .await?;
                self.with_ids(rows)
            }
        };
        let rows = events.iter().map(|event| event.message.row()).collect();
        let page = self.page(self.bodies(rows).await?);
        let with_message = events.into_iter().filter_map(|event| {
            let stored = Arc::clone(page.get(&event.message.row())?);
            Some(Happened::Message(event, stored))
        });
        Ok(with_message.collect())
    }

    /// What is kept aside of an account, newest first.
    pub(super) async fn kept_aside(
        &self,
        account: Id,
        limit: usize,
    ) -> Result<Vec<Quarantined>, StoreError> {
        let row = self.commons.index().rows.get(&account).copied();
        let Some(row) = row else {
            return Ok(Vec::new());
        };
        let kept = self
            .read(move |connection| Ok(verbs::quarantine::newest(connection, row, limit)?))
            .await?;
        let index = self.commons.index();
        let with_ids = kept.into_iter().filter_map(|kept| {
            let channel = index.id(kept.channel)?;
            Some(kept.of(account, channel))
        });
        Ok(with_ids.collect())
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
            bodies.insert(message, body.body.clone());
            recent.keep_body(message, body);
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
                message: Some(message),
                at: row.at,
                status: row.status,
                answer: None,
                then: row.then,
            };
            Some((index.id(row.subscription)?, attempted))
        });
        tries.collect()
    }
}
