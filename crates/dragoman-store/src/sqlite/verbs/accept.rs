//! Keeps a message that the rules have let through.

use std::sync::Arc;
use std::time::Duration;

use dragoman_core::assignment::Assignment;
use dragoman_core::event::What;
use dragoman_core::message::{Admitted, Body, Contact, Conversation, Outbound, Priority};
use dragoman_core::ports::{Acceptance, StoreError};
use dragoman_core::state::Fold;
use dragoman_core::submission::IdempotencyKey;
use dragoman_core::{MessageId, State, Timestamp};
use rusqlite::params;

use super::people;
use crate::index::entry::{Kept, Outcome, Waiting};
use crate::record::outbound::OutboundRecord;
use crate::record::{VERSION, to_json};
use crate::sqlite::batch::Batch;
use crate::sqlite::rows::{IDEMPOTENCY, OUT};

/// How long a key names its first message.
const KEY_LIFE: Duration = Duration::from_secs(72 * 3600);

/// What is answered when the commit is done.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) message: MessageId,
    pub(crate) contact: Contact,
    pub(crate) conversation: Conversation,
    pub(crate) priority: Priority,
    pub(crate) replayed: bool,
    pub(crate) failed: bool,
}

pub(crate) fn run(
    batch: &mut Batch<'_>,
    acceptance: &Acceptance,
) -> rusqlite::Result<Result<Told, StoreError>> {
    let Acceptance {
        admitted,
        random: [tail, for_contact, for_conversation],
        machine,
        now,
        departure: _,
    } = acceptance;
    if let Some(first) = first_of(batch, admitted.key(), *machine) {
        let key = admitted.key().expect("only a key has a first message");
        return Ok(if first.fingerprint == key.fingerprint {
            Ok(replay(batch, first.message))
        } else {
            Err(StoreError::KeyReused)
        });
    }
    let account = batch.row_of(admitted.account())?;
    let channel = batch.row_of(admitted.channel())?;
    let to = std::slice::from_ref(&admitted.body().to);
    let contact = people::contact(batch, account, to, *machine, *for_contact)?;
    let place = (account, channel, contact);
    let conversation = people::conversation(batch, place, *machine, *for_conversation)?;
    assign(batch, conversation, admitted.assignment())?;

    let message = batch.next_message(*machine, *tail);
    let place = Place {
        account,
        channel,
        conversation,
    };
    write_message(batch, message, place, admitted, *now)?;
    write_key(batch, message, admitted.key())?;
    write_events(batch, message.row(), acceptance)?;
    write_queue(batch, message.row(), channel, acceptance)?;
    batch.remember(message.row(), Body::Outbound(Arc::clone(admitted.body())));
    Ok(Ok(told(batch, message.row(), false)))
}

#[derive(Clone, Copy)]
struct Place {
    account: i64,
    channel: i64,
    conversation: i64,
}

/// The message that the key was first used for, within the life of keys.
fn first_of(batch: &Batch<'_>, key: Option<&IdempotencyKey>, machine: Timestamp) -> Option<Kept> {
    let kept = *batch.draft.keys.look(&batch.index.keys, &key?.key)?;
    let first = batch.outcome(kept.message)?.id(kept.message);
    (machine.since(first.at()) < KEY_LIFE).then_some(kept)
}

fn replay(batch: &Batch<'_>, message: i64) -> Told {
    told(batch, message, true)
}

fn told(batch: &Batch<'_>, message: i64, replayed: bool) -> Told {
    let outcome = batch
        .outcome(message)
        .expect("a message that was just written, or that a key names, is in the index");
    let head = batch.head(outcome.conversation);
    Told {
        message: outcome.id(message),
        contact: batch.contact(head.contact).clone(),
        conversation: head.conversation.clone(),
        priority: outcome.priority.unwrap_or(Priority::Normal),
        replayed,
        failed: outcome.refused,
    }
}

/// The parts of the wish that were granted; the others stay as they are.
fn assign(batch: &mut Batch<'_>, number: i64, assignment: &Assignment) -> rusqlite::Result<()> {
    let before = &batch.head(number).conversation;
    let user = assignment.user.or(before.user);
    let team = assignment.team.or(before.team);
    if (user, team) == (before.user, before.team) {
        return Ok(());
    }
    batch.sql(
        "UPDATE conversations SET user = ?2, team = ?3 WHERE id = ?1",
        params![
            number,
            user.map(|id| id.as_u128().to_be_bytes()),
            team.map(|id| id.as_u128().to_be_bytes())
        ],
    )?;
    let conversation = &mut batch.edit_head(number).conversation;
    (conversation.user, conversation.team) = (user, team);
    Ok(())
}

fn write_message(
    batch: &mut Batch<'_>,
    message: MessageId,
    place: Place,
    admitted: &Admitted,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let body: &Outbound = admitted.body();
    let refused = admitted.failure().is_some();
    let head = batch.edit_head(place.conversation);
    let previous = std::mem::replace(&mut head.last, message.row());
    batch.sql(
        "INSERT INTO messages (id, tail, account, channel, conversation, previous, direction, kind,
             priority, refused, referral, at, expires_at, version, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11, ?12, ?13, ?14)",
        params![
            message.row(),
            message.tail(),
            place.account,
            place.channel,
            place.conversation,
            previous,
            OUT,
            body.content.kind() as u8,
            body.priority as u8,
            refused,
            now.millis(),
            body.expires_at.millis(),
            VERSION,
            to_json::<OutboundRecord, _>(body)
        ],
    )?;
    let outcome = Outcome {
        tail: message.tail(),
        account: place.account,
        channel: place.channel,
        conversation: place.conversation,
        priority: Some(body.priority),
        refused,
        expires_at: body.expires_at,
        fold: Fold::ACCEPTED,
        provider_id: None,
        last_event: 0,
        last_delivery: 0,
    };
    batch.draft.outcomes.put(message.row(), outcome);
    Ok(())
}

fn write_key(
    batch: &mut Batch<'_>,
    message: MessageId,
    key: Option<&IdempotencyKey>,
) -> rusqlite::Result<()> {
    let Some(key) = key else { return Ok(()) };
    batch.sql(
        "INSERT INTO keys (id, scope, key, fingerprint) VALUES (?1, ?2, ?3, ?4)",
        params![message.row(), IDEMPOTENCY, key.key, key.fingerprint],
    )?;
    let kept = Kept {
        fingerprint: key.fingerprint,
        message: message.row(),
    };
    batch.draft.keys.put(key.key, kept);
    Ok(())
}

fn write_events(
    batch: &mut Batch<'_>,
    message: i64,
    acceptance: &Acceptance,
) -> rusqlite::Result<()> {
    let (admitted, now) = (&acceptance.admitted, acceptance.now);
    batch.happened(message, What::Accepted, now)?;
    if let Some(why) = admitted.assignment().refused {
        batch.happened(message, What::NotAssigned(why), now)?;
    }
    if let Some(failure) = admitted.failure() {
        let failure = failure.clone();
        let what = What::Failed { failure, raw: None };
        return batch.happened(message, what, now);
    }
    match acceptance.departure {
        Some(departure) => {
            let attempt = departure.attempt;
            batch.happened(message, What::Departed { attempt }, now)
        }
        None => Ok(()),
    }
}

fn write_queue(
    batch: &mut Batch<'_>,
    message: i64,
    channel: i64,
    acceptance: &Acceptance,
) -> rusqlite::Result<()> {
    if acceptance.admitted.failure().is_some() {
        return Ok(());
    }
    let attempt = acceptance.departure.map(|departure| departure.attempt);
    let waiting = Waiting {
        channel,
        state: attempt.map_or(State::Queued, |_| State::InFlight),
        due_at: acceptance.now,
        starts: attempt.map_or(0, |_| 1),
        attempt,
    };
    batch.enqueue(message, waiting)
}
