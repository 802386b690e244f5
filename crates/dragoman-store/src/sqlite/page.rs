//! What is read together: messages with their bodies, rows with their ids.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use dragoman_core::message::Body;
use dragoman_core::ports::{AttemptedDelivery, Quarantined, StoreError};
use dragoman_core::{Id, MessageId, Tenant};

use super::rows::{self, TryRow};
use super::{SqliteStore, verbs};
use crate::index::Page;

impl SqliteStore {
    pub(super) fn belongs(&self, account: Tenant, message: MessageId) -> bool {
        let index = self.commons.index();
        let outcome = index.message(message);
        outcome.is_some_and(|outcome| index.id(outcome.account) == Some(account.id()))
    }

    /// What is kept aside of an account, newest first.
    pub(super) async fn kept_aside(
        &self,
        account: Tenant,
        limit: usize,
    ) -> Result<Vec<Quarantined>, StoreError> {
        let row = self.commons.index().rows.get(&account.id()).copied();
        let Some(row) = row else {
            return Ok(Vec::new());
        };
        let kept = self
            .read(move |connection| Ok(verbs::quarantine::newest(connection, row, limit)?))
            .await?;
        let index = self.commons.index();
        let with_ids = kept.into_iter().filter_map(|kept| {
            let channel = index.id(kept.channel)?;
            Some(kept.of(account.id(), channel))
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
        let erasures = {
            let recent = self.commons.recent();
            for message in messages {
                match recent.body(message) {
                    Some(body) => drop(bodies.insert(message, body)),
                    None => missing.push(message),
                }
            }
            recent.erasures()
        };
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
            recent.keep_read_body(message, body, erasures);
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

    pub(super) fn tries_of(
        &self,
        message: MessageId,
        rows: Vec<TryRow>,
    ) -> Vec<(Id, AttemptedDelivery)> {
        let index = self.commons.index();
        let tries = rows.into_iter().filter_map(|row| {
            let subscription = index.id(row.subscription)?;
            Some((subscription, row.about(Some(message))))
        });
        tries.collect()
    }
}
