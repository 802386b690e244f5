//! A repeated call: the same key, or for a while the same content to the same recipient, names the
//! same message and hears the same answer.

use std::borrow::Cow;

use dragoman_core::message::Priority;
use dragoman_core::ports::{Accepted, StoreError};
use dragoman_core::submission::{Duplicate, IdempotencyKey};
use dragoman_core::{MessageId, State, Timestamp};
use rusqlite::params;

use crate::index::Index;
use crate::index::entry::{Kept, Outcome, Person, key_lives};
use crate::index::key;
use crate::index::people::People;
use crate::sqlite::batch::Batch;

/// The message that a key was first used for, as the batch sees it.
///
/// # Errors
/// [`StoreError::KeyReused`].
pub(crate) fn first_message(
    batch: &Batch<'_>,
    key: &IdempotencyKey,
    machine: Timestamp,
) -> Result<Option<i64>, StoreError> {
    let kept = batch.draft.keys.look(&batch.index.keys, &key.key);
    // A message that a sweep has taken away leaves its key nothing to name.
    let kept = kept.filter(|kept| batch.outcome(kept.message).is_some());
    named(kept.map(Cow::into_owned), key, machine)
}

/// The message with the same fingerprint that was accepted within the window before now. No window
/// is longer than the life of keys. What was cancelled, or belongs to somebody who was forgotten,
/// reaches nobody: whoever says it again means it.
pub(crate) fn first_twin(
    batch: &Batch<'_>,
    duplicate: &Duplicate,
    machine: Timestamp,
) -> Option<i64> {
    let key = key::of_twin(&duplicate.fingerprint);
    let first = batch.draft.keys.look(&batch.index.keys, &key)?.message;
    let age = machine.since(MessageId::from_parts(first, 0).at());
    let outcome = batch.outcome(first)?;
    let counts = age < duplicate.window
        && key_lives(first, machine)
        && outcome.fold.state != State::Cancelled
        && batch.acquainted(outcome.contact).is_some();
    counts.then_some(first)
}

/// Remembers what a message looks like, for those that come after it.
pub(crate) fn keep_twin(
    batch: &mut Batch<'_>,
    message: MessageId,
    duplicate: Option<&Duplicate>,
) -> rusqlite::Result<()> {
    let Some(Duplicate { fingerprint, .. }) = duplicate else {
        return Ok(());
    };
    batch.sql(
        "INSERT INTO twins (id, fingerprint) VALUES (?1, ?2)",
        params![message.row(), fingerprint],
    )?;
    let kept = Kept {
        fingerprint: *fingerprint,
        message: message.row(),
    };
    batch.draft.keys.put(key::of_twin(fingerprint), kept);
    Ok(())
}

/// What the first call was answered, by what is committed.
///
/// # Errors
/// [`StoreError::KeyReused`].
pub(crate) fn first_answer(
    index: &Index,
    key: &IdempotencyKey,
    machine: Timestamp,
) -> Result<Option<Accepted>, StoreError> {
    let kept = index.keys.get(&key.key).map(Cow::into_owned);
    let kept = kept.filter(|kept| index.outcomes.get(&kept.message).is_some());
    let first = named(kept, key, machine)?;
    Ok(first.and_then(|message| {
        let outcome = index.outcomes.get(&message)?;
        let (_, person) = index.survivor(outcome.contact)?;
        Some(again(answer(message, &outcome, &person)?))
    }))
}

/// What the caller hears of a message that the batch has just written to somebody.
pub(crate) fn answer_to_first(batch: &Batch<'_>, message: i64, person: &Person) -> Accepted {
    let outcome = batch
        .outcome(message)
        .expect("a message that was just written, or that a key names, is in the index");
    answer(message, &outcome, person).expect("a message belongs to a conversation of its contact")
}

/// What the caller hears of a message that its key names.
pub(crate) fn answer_again(batch: &Batch<'_>, message: i64) -> Accepted {
    let contact = batch.outcome(message).map(|outcome| outcome.contact);
    let person = batch.person(contact.expect("a message that a key names is in the index"));
    again(answer_to_first(batch, message, &person))
}

/// The message that a key names for this request, within the life of keys.
fn named(
    kept: Option<Kept>,
    key: &IdempotencyKey,
    machine: Timestamp,
) -> Result<Option<i64>, StoreError> {
    match kept.filter(|kept| key_lives(kept.message, machine)) {
        Some(kept) if kept.fingerprint != key.fingerprint => Err(StoreError::KeyReused),
        living => Ok(living.map(|kept| kept.message)),
    }
}

/// The departure is not part of it: it is handed out after the commit, and once.
fn answer(message: i64, outcome: &Outcome, person: &Person) -> Option<Accepted> {
    Some(Accepted {
        message: outcome.id(message),
        contact: person.contact.clone(),
        conversation: person.on(outcome.channel)?.conversation.clone(),
        priority: outcome.priority.unwrap_or(Priority::Normal),
        replayed: false,
        failed: outcome.refused,
        held: false,
        in_flight: None,
    })
}

fn again(accepted: Accepted) -> Accepted {
    Accepted {
        replayed: true,
        ..accepted
    }
}
