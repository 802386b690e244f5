//! How the last messages of a channel fare.

use std::sync::Arc;

use async_trait::async_trait;
use dragoman_core::event::What;
use dragoman_core::ports::{Reckoner, StoreError};
use dragoman_core::reckoning::Fared;
use dragoman_core::{Id, State, Timestamp};
use rusqlite::Connection;

use super::SqliteStore;
use super::commons::Commons;
use super::rows::{self, ReadError, Sighted};
use crate::index::Index;
use crate::index::people::People;

/// How many messages are looked up before others may have the index.
const CHUNK: usize = 1024;

#[async_trait]
impl Reckoner for SqliteStore {
    async fn fared(
        &self,
        channel: Id,
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<Fared>, StoreError> {
        let row = self.commons.index().rows.get(&channel).copied();
        let Some(channel) = row else {
            return self.sound(Vec::new());
        };
        let commons = Arc::clone(&self.commons);
        let fared = self
            .read(move |connection| {
                let sighted = rows::newest_messages(connection, channel, since, limit)?;
                fates(connection, &commons, &sighted)
            })
            .await?;
        self.sound(fared)
    }
}

fn fates(
    connection: &Connection,
    commons: &Commons,
    sighted: &[Sighted],
) -> Result<Vec<Fared>, ReadError> {
    let mut all = Vec::with_capacity(sighted.len());
    for some in sighted.chunks(CHUNK) {
        let index = commons.index();
        all.extend(some.iter().filter_map(|one| fate(&index, one)));
    }
    for (fared, last_event) in &mut all {
        if let Fared::Ours { fold, code, .. } = fared
            && fold.state == State::Failed
        {
            *code = why(connection, *last_event)?;
        }
    }
    Ok(all.into_iter().map(|(fared, _)| fared).collect())
}

/// What became of a message, and the end of the chain of its events. `None` when it is gone, or who
/// is on the other side was forgotten.
fn fate(index: &Index, sighted: &Sighted) -> Option<(Fared, i64)> {
    let outcome = index.outcomes.get(&sighted.message)?;
    let (_, person) = index.acquainted(outcome.contact)?;
    let contact = person.contact.id;
    let fared = if outcome.is_outbound() {
        Fared::Ours {
            contact,
            accepted_at: sighted.at,
            fold: outcome.fold,
            code: None,
        }
    } else {
        Fared::Theirs {
            contact,
            at: sighted.at,
        }
    };
    Some((fared, outcome.last_event))
}

/// The code of the last failure in a chain of events.
fn why(connection: &Connection, last_event: i64) -> Result<Option<i64>, ReadError> {
    let events = rows::chain(connection, last_event)?;
    Ok(events.iter().rev().find_map(|event| {
        let What::Failed { failure, .. } = &event.what else {
            return None;
        };
        Some(failure.code)
    }))
}
