//! Removes a message with its file and everything that happened to it, or a piece of news.

use std::borrow::Cow;

use rusqlite::{OptionalExtension, Row};

use super::news::Old;
use crate::index::key::{self, Key};
use crate::sqlite::batch::{Batch, Touched};
use crate::sqlite::rows::{IDEMPOTENCY, NONE};
use crate::sqlite::verbs::files;

/// Its events and tries are found by their chains; of the conversation's chain it is the end from
/// now on.
pub(super) fn run(batch: &mut Batch<'_>, message: i64) -> rusqlite::Result<()> {
    files::remove_of_message(batch, message)?;
    if let Some(outcome) = batch.outcome(message).map(Cow::into_owned) {
        let remove_event = "DELETE FROM events WHERE seq = ?1 RETURNING previous";
        remove_chain(batch, remove_event, outcome.last_event)?;
        tries(batch, outcome.last_delivery)?;
        if let Some(provider_id) = &outcome.provider_id {
            let key = key::of_provider_id(batch.id_of(outcome.channel), provider_id);
            forget_provider_id(batch, key, message);
        }
        batch.draft.outcomes.remove(message);
        batch.draft.gone.event(outcome.last_event);
    }
    let remove_key = "DELETE FROM keys WHERE id = ?1 RETURNING scope, key";
    let columns = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, Key>(1)?));
    let mut statement = batch.connection.prepare_cached(remove_key)?;
    match statement.query_row([message], columns).optional()? {
        Some((IDEMPOTENCY, key)) => forget_key(batch, key, message),
        Some((_, key)) => forget_provider_id(batch, key, message),
        None => {}
    }
    forget_twin(batch, message)?;
    let drop_dead = "DELETE FROM dead_letters WHERE message = ?1";
    batch.sql(drop_dead, [message])?;
    batch.sql("DELETE FROM messages WHERE id = ?1", [message])?;
    batch.draft.gone.message(message);
    batch.touch(Touched::Message, message)
}

/// Removes a piece of news with its tries.
pub(super) fn news(batch: &mut Batch<'_>, old: Old) -> rusqlite::Result<()> {
    tries(batch, old.last_try)?;
    let drop_dead = "DELETE FROM dead_letters WHERE message = ?1 AND event = ?2";
    batch.sql(drop_dead, [NONE, old.seq])?;
    batch.sql("DELETE FROM news WHERE seq = ?1", [old.seq])?;
    batch.draft.gone.event(old.seq);
    Ok(())
}

/// Removes the chain of tries that ends with this one.
fn tries(batch: &Batch<'_>, last: i64) -> rusqlite::Result<()> {
    let remove_try = "DELETE FROM delivery_log WHERE id = ?1 RETURNING previous";
    remove_chain(batch, remove_try, last)
}

fn remove_chain(batch: &Batch<'_>, query: &str, last: i64) -> rusqlite::Result<()> {
    let mut statement = batch.connection.prepare_cached(query)?;
    let mut next = last;
    while next != 0 {
        let previous = statement.query_row([next], |row| row.get(0)).optional()?;
        next = previous.unwrap_or_default();
    }
    Ok(())
}

fn forget_twin(batch: &mut Batch<'_>, message: i64) -> rusqlite::Result<()> {
    let query = "DELETE FROM twins WHERE id = ?1 RETURNING fingerprint";
    let mut statement = batch.connection.prepare_cached(query)?;
    let fingerprint: Option<Key> = statement
        .query_row([message], |row| row.get(0))
        .optional()?;
    if let Some(fingerprint) = fingerprint {
        forget_key(batch, key::of_twin(&fingerprint), message);
    }
    Ok(())
}

/// A key may name a younger message by now, which keeps it.
fn forget_key(batch: &mut Batch<'_>, key: Key, message: i64) {
    let kept = batch.draft.keys.look(&batch.index.keys, &key);
    if kept.is_some_and(|kept| kept.message == message) {
        batch.draft.keys.remove(key);
    }
}

fn forget_provider_id(batch: &mut Batch<'_>, key: Key, message: i64) {
    let known = &batch.index.provider_ids;
    let named = batch.draft.provider_ids.look(known, &key);
    if named.is_some_and(|named| *named == message) {
        batch.draft.provider_ids.remove(key);
    }
}
