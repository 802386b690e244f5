//! A customer's message.

use std::sync::Arc;

use dragoman_core::Id;
use dragoman_core::event::What;
use dragoman_core::inbound::Inbound;
use dragoman_core::message::Body;
use dragoman_core::ports::Moment;
use rusqlite::params;

use super::fetching;
use super::line::Line;
use super::people::{self, Caller};
use crate::index::entry::{self, Outcome};
use crate::index::key;
use crate::record::inbound::InboundRecord;
use crate::record::to_json;
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
    let caller = Caller {
        account,
        addresses: &inbound.from,
        name: inbound.profile_name.as_deref(),
        id: Id::fresh(machine, batch.random()?),
        at,
    };
    let contact = people::recognise(batch, &caller)?;
    if let Some(identity) = &inbound.identity {
        people::know_keys(batch, contact, identity)?;
    }
    let random = batch.random()?;
    let place = entry::Place {
        account,
        channel,
        contact,
    };
    let conversation = people::conversation(batch, place, at, random)?;
    let random = batch.random()?;
    let message = batch.next_message(machine, random);
    let outcome = Outcome::received(message.tail(), place, conversation);
    let line = heard(batch, place, &inbound);
    let bytes = line.write(batch, message, &outcome)?;
    people::take_up(batch, place, inbound.content.kind(), now)?;
    batch.sql(
        "INSERT INTO keys (id, scope, key) VALUES (?1, ?2, ?3)",
        params![message.row(), INBOUND, key],
    )?;
    batch.draft.provider_ids.put(key, message.row());
    batch.draft.outcomes.put(message.row(), outcome);
    // Whoever reads of a file finds it: so a message with one is announced when that is here.
    let what = if fetching::begin(batch, message.row(), place, &inbound, now)? {
        What::Arrived
    } else {
        What::Received
    };
    batch.happened(message.row(), what, now)?;
    let body = Body::Inbound(Arc::new(inbound));
    batch.remember(message.row(), body, bytes);
    Ok(true)
}

/// The window follows what the customer said.
fn heard(batch: &mut Batch<'_>, place: entry::Place, inbound: &Inbound) -> Line {
    let kind = inbound.content.kind();
    let referral = inbound.referral.is_some();
    batch
        .edit_head(place)
        .hear(kind as i64, inbound.at, referral);
    Line {
        direction: IN,
        kind,
        referral,
        at: inbound.at,
        record: to_json::<InboundRecord, _>(inbound),
    }
}
