//! Keeps a message that the rules have let through.

use std::sync::Arc;

use dragoman_core::assignment::Assignment;
use dragoman_core::event::What;
use dragoman_core::message::{Body, Outbound};
use dragoman_core::news::ContactNews;
use dragoman_core::ports::{Acceptance, Accepted, Moment, StoreError};
use dragoman_core::state::Fold;
use dragoman_core::submission::IdempotencyKey;
use dragoman_core::{Id, MessageId, Refusal, State, Timestamp};
use rusqlite::params;

use super::people::{self, Caller};
use super::{files, guard, repeat};
use crate::index::entry::{Kept, Outcome, Person, Place, Waiting};
use crate::record::outbound::OutboundRecord;
use crate::record::{VERSION, to_json};
use crate::sqlite::acquaintances::Acquaintance;
use crate::sqlite::batch::Batch;
use crate::sqlite::rows::{IDEMPOTENCY, OUT};

/// Keeps it, unless it repeats what was kept, or what must not be stale has changed. Without the
/// departure, which is handed out after the commit. Whoever is written to may be known already.
pub(crate) fn run(
    batch: &mut Batch<'_>,
    acceptance: &Acceptance,
    known: Option<Acquaintance>,
) -> rusqlite::Result<Result<Accepted, StoreError>> {
    match guard::judge(batch, acceptance) {
        Ok(Some(first)) => Ok(Ok(repeat::answer_again(batch, first))),
        Ok(None) => keep_if_wanted(batch, acceptance, known),
        Err(why) => Ok(Err(why)),
    }
}

/// Keeps it, unless the customer has opted out since the rules judged. What has failed already
/// goes to nobody.
fn keep_if_wanted(
    batch: &mut Batch<'_>,
    acceptance: &Acceptance,
    known: Option<Acquaintance>,
) -> rusqlite::Result<Result<Accepted, StoreError>> {
    let admitted = &acceptance.admitted;
    let known = match known.filter(|known| batch.still_knows(known)) {
        Some(known) => Some((known.contact, known.person)),
        None => people::reached_at(batch, admitted.tenant(), &admitted.body().to),
    };
    let opted_out = known
        .as_ref()
        .map(|(_, person)| person.contact.is_opted_out());
    if admitted.failure().is_none() && opted_out == Some(true) {
        return Ok(Err(StoreError::Refused(Refusal::OptedOut)));
    }
    keep(batch, acceptance, known).map(Ok)
}

fn keep(
    batch: &mut Batch<'_>,
    acceptance: &Acceptance,
    known: Option<(i64, Arc<Person>)>,
) -> rusqlite::Result<Accepted> {
    let Acceptance {
        admitted,
        random: [tail, ..],
        machine,
        now,
        departure: _,
        queue_limit: _,
        account_limit: _,
        patience: _,
    } = acceptance;
    let (place, conversation) = find_place(batch, acceptance, known.as_ref())?;
    assign(batch, place, admitted.assignment(), *now)?;

    let message = batch.next_message(*machine, *tail);
    let outcome = Outcome {
        tail: message.tail(),
        account: place.account,
        channel: place.channel,
        contact: place.contact,
        conversation,
        priority: Some(admitted.body().priority),
        refused: admitted.failure().is_some(),
        expires_at: admitted.body().expires_at,
        fold: Fold::ACCEPTED,
        provider_id: None,
        last_event: 0,
        last_delivery: 0,
    };
    let bytes = write_message(batch, message, &outcome, admitted.body(), *now)?;
    batch.draft.outcomes.put(message.row(), outcome);
    write_key(batch, message, admitted.key())?;
    repeat::keep_twin(batch, message, admitted.duplicate())?;
    write_events(batch, message.row(), acceptance)?;
    write_queue(batch, message.row(), place.channel, acceptance)?;
    files::reserve(batch, admitted.body(), *now)?;
    let body = Body::Outbound(Arc::clone(admitted.body()));
    batch.remember(message.row(), body, bytes);
    let unchanged = known.filter(|(contact, _)| !batch.draft.people.has(contact));
    let person = match unchanged {
        Some((_, person)) => person,
        None => batch.person(place.contact).into_owned(),
    };
    Ok(repeat::answer_to_first(batch, message.row(), &person))
}

/// Where the message belongs, and the number of its conversation; made where they are new.
fn find_place(
    batch: &mut Batch<'_>,
    acceptance: &Acceptance,
    known: Option<&(i64, Arc<Person>)>,
) -> rusqlite::Result<(Place, i64)> {
    let admitted = &acceptance.admitted;
    let [_, for_contact, for_conversation] = acceptance.random;
    let account = batch.row_of(admitted.account())?;
    let channel = batch.row_of(admitted.channel())?;
    let at = Moment {
        machine: acceptance.machine,
        now: acceptance.now,
    };
    let head = known.and_then(|(_, person)| person.on(channel));
    let going_on = head.map(|head| head.conversation.number);
    let caller = Caller {
        account,
        addresses: std::slice::from_ref(&admitted.body().to),
        name: None,
        id: Id::fresh(at.machine, for_contact),
        at,
    };
    let contact = match known {
        Some((contact, _)) => *contact,
        None => people::make(batch, &caller)?,
    };
    let place = Place {
        account,
        channel,
        contact,
    };
    let conversation = match going_on {
        Some(number) => number,
        None => people::begin(batch, place, at, for_conversation)?,
    };
    Ok((place, conversation))
}

/// The parts of the wish that were granted; the others stay as they are.
fn assign(
    batch: &mut Batch<'_>,
    place: Place,
    assignment: &Assignment,
    now: Timestamp,
) -> rusqlite::Result<()> {
    if assignment.user.is_none() && assignment.team.is_none() {
        return Ok(());
    }
    let conversation = &mut batch.edit_head(place).conversation;
    let before = (conversation.user, conversation.team);
    conversation.user = assignment.user.or(conversation.user);
    conversation.team = assignment.team.or(conversation.team);
    if (conversation.user, conversation.team) == before {
        return Ok(());
    }
    people::save_conversation(batch, place)?;
    let (who, channel) = ((place.account, place.contact), Some(place.channel));
    people::tell(batch, who, channel, ContactNews::Updated, now)
}

/// Answers the size of its record.
fn write_message(
    batch: &mut Batch<'_>,
    message: MessageId,
    outcome: &Outcome,
    body: &Outbound,
    now: Timestamp,
) -> rusqlite::Result<usize> {
    let record = to_json::<OutboundRecord, _>(body);
    let previous = batch.go_on(outcome.conversation, message.row());
    batch.sql(
        "INSERT INTO messages (id, tail, account, channel, conversation, previous, direction, kind,
             priority, refused, referral, at, expires_at, version, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11, ?12, ?13, ?14)",
        params![
            message.row(),
            message.tail(),
            outcome.account,
            outcome.channel,
            outcome.conversation,
            previous,
            OUT,
            body.content.kind() as u8,
            body.priority as u8,
            outcome.refused,
            now.millis(),
            body.expires_at.millis(),
            VERSION,
            record
        ],
    )?;
    Ok(record.len())
}

pub(super) fn write_key(
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
        wish: acceptance.admitted.body().after,
    };
    batch.enqueue(message, waiting)
}
