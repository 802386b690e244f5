//! A customer's message.

use std::sync::Arc;

use dragoman_core::event::What;
use dragoman_core::inbound::Inbound;
use dragoman_core::message::Body;
use dragoman_core::ports::Moment;
use dragoman_core::{Id, MessageId};
use rusqlite::params;

use super::people;
use crate::index::entry::{self, Outcome};
use crate::index::key;
use crate::record::inbound::InboundRecord;
use crate::record::{VERSION, to_json};
use crate::sqlite::batch::Batch;
use crate::sqlite::rows::{IN, INBOUND};

/// Whom the customer wrote to.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) account: Id,
    pub(crate) channel: Id,
}

/// Records a customer's message; answers `false` when it is known.
pub(crate) fn record(
    batch: &mut Batch<'_>,
    place: Place,
    inbound: Inbound,
    at: Moment,
) -> rusqlite::Result<bool> {
    let key = key::of_provider_id(place.channel, &inbound.provider_id);
    let known = &batch.index.provider_ids;
    if batch.draft.provider_ids.look(known, &key).is_some() {
        return Ok(false);
    }
    let Moment { machine, now } = at;
    let account = batch.row_of(place.account)?;
    let channel = batch.row_of(place.channel)?;
    let random = batch.random()?;
    let contact = people::contact(batch, account, &inbound.from, machine, random)?;
    if let Some(name) = &inbound.profile_name {
        people::name(batch, contact, name)?;
    }
    let random = batch.random()?;
    let place = entry::Place {
        account,
        channel,
        contact,
    };
    let conversation = people::conversation(batch, place, machine, random)?;
    let random = batch.random()?;
    let message = batch.next_message(machine, random);
    let outcome = Outcome::received(message.tail(), place, conversation);
    let bytes = write(batch, message, &outcome, &inbound)?;
    batch.sql(
        "INSERT INTO keys (id, scope, key) VALUES (?1, ?2, ?3)",
        params![message.row(), INBOUND, key],
    )?;
    batch.draft.provider_ids.put(key, message.row());
    batch.draft.outcomes.put(message.row(), outcome);
    batch.happened(message.row(), What::Received, now)?;
    let body = Body::Inbound(Arc::new(inbound));
    batch.remember(message.row(), body, bytes);
    Ok(true)
}

/// Answers the size of its record.
fn write(
    batch: &mut Batch<'_>,
    message: MessageId,
    outcome: &Outcome,
    inbound: &Inbound,
) -> rusqlite::Result<usize> {
    let record = to_json::<InboundRecord, _>(inbound);
    let kind = inbound.content.kind() as i64;
    let referral = inbound.referral.is_some();
    let head = batch.edit_head(outcome.place());
    head.hear(kind, inbound.at, referral);
    let previous = std::mem::replace(&mut head.last, message.row());
    batch.sql(
        "INSERT INTO messages (id, tail, account, channel, conversation, previous, direction, kind,
             priority, refused, referral, at, expires_at, version, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, ?9, ?10, ?11, ?12, ?13)",
        params![
            message.row(),
            message.tail(),
            outcome.account,
            outcome.channel,
            outcome.conversation,
            previous,
            IN,
            kind,
            referral,
            inbound.at.millis(),
            outcome.expires_at.millis(),
            VERSION,
            record
        ],
    )?;
    Ok(record.len())
}
