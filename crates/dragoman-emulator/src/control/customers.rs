//! `/emulator/v1/customers`: the phones.

use std::cmp::Reverse;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State as Shared};
use bytes::Bytes;
use serde_json::{Value, json};

use super::{Answer, ControlError, Ours, customer_id, moved, phone_number, read_json, written};
use crate::state::State;
use crate::statuses;
use crate::world::{Customer, CustomerChange, Entry, World, default_name, is_bsuid};

/// Makes a customer, or changes what is named; what is not named stays.
pub(crate) async fn put(
    Shared(state): Shared<Arc<State>>,
    Ours(Path(id)): Ours<Path<String>>,
    Ours(body): Ours<Bytes>,
) -> Answer<Json<Value>> {
    let mut change: CustomerChange = if body.is_empty() {
        CustomerChange::default()
    } else {
        read_json(&body)?
    };
    let id = customer_id(&id)?;
    for number in [&mut change.phone, &mut change.wa_id].into_iter().flatten() {
        *number = phone_number(number)?;
    }
    if let Some(bsuid) = change.bsuid.as_ref().filter(|bsuid| !is_bsuid(bsuid)) {
        return Err(ControlError::bad(format!("{bsuid} is not a BSUID")));
    }
    let view = {
        let mut held = state.hold();
        // Any spelling of a known customer means that customer.
        let id = held.customer(&id).map_or(id, |known| known.id.clone());
        is_nobody_elses(&change, &id, &held)?;
        can_be_reached(&change, &id, &held)?;
        let notice = held
            .customer(&id)
            .and_then(|before| moved::notice(before, &change));
        let was_offline = held.customer(&id).is_some_and(|customer| !customer.online);
        change.id.clone_from(&id);
        held.record(Entry::Customer(change));
        if let Some(notice) = notice {
            moved::tell(&state, &mut held, &id, &notice);
        }
        if was_offline {
            statuses::phone_is_back(&state, &held, &id);
        }
        held.customer(&id).map(|customer| view(&held, customer))
    };
    written(&state).await?;
    Ok(Json(view.unwrap_or_default()))
}

/// What names one customer cannot name another as well: the second would never be found again.
fn is_nobody_elses(change: &CustomerChange, id: &str, world: &World) -> Answer<()> {
    let names = [&change.phone, &change.wa_id, &change.bsuid];
    for name in names.into_iter().flatten() {
        if let Some(other) = world.customer(name).filter(|other| other.id != id) {
            return Err(ControlError::bad(format!(
                "{name} is customer {}",
                other.id
            )));
        }
    }
    Ok(())
}

/// Who hides the number can be named by a BSUID only.
fn can_be_reached(change: &CustomerChange, id: &str, world: &World) -> Answer<()> {
    let known = world.customer(id);
    let has_bsuid = is_bsuid(id)
        || change.bsuid.is_some()
        || known.is_some_and(|customer| customer.bsuid.is_some());
    if change.hides_number == Some(true) && !has_bsuid {
        return Err(ControlError::bad("who hides the number needs a bsuid"));
    }
    Ok(())
}

/// All phones, the newest chat first.
pub(crate) async fn list(Shared(state): Shared<Arc<State>>) -> Json<Value> {
    let held = state.hold();
    let mut customers: Vec<_> = held.customers.iter().collect();
    customers.sort_by_key(|customer| {
        Reverse(last(&held, customer).map(|index| held.messages[index].at))
    });
    let customers: Vec<_> = customers
        .into_iter()
        .map(|customer| view(&held, customer))
        .collect();
    Json(json!({"customers": customers}))
}

fn view(world: &World, customer: &Customer) -> Value {
    let last = last(world, customer).map(|index| {
        let message = &world.messages[index];
        let text = if message.shown.text.is_empty() {
            format!("[{}]", message.shown.kind)
        } else {
            message.shown.text.clone()
        };
        json!({"text": text, "at": message.at.rfc3339(), "direction": message.direction})
    });
    let business = customer
        .last_business
        .as_ref()
        .or(world.first_app.as_ref())
        .map(|id| {
            let name = world
                .apps
                .get(id)
                .map_or_else(|| default_name(id), |app| app.name());
            json!({"phone_number_id": id, "name": name})
        });
    json!({
        "id": customer.id,
        "phone": customer.phone,
        "bsuid": customer.bsuid,
        "username": customer.username,
        "hides_number": customer.hides_number,
        "name": customer.name,
        "online": customer.online,
        "read_receipts": customer.read_receipts,
        "blocked": customer.blocked,
        "unread": customer.unread,
        "last": last,
        "business": business,
    })
}

/// The newest message that the phone shows.
fn last(world: &World, customer: &Customer) -> Option<usize> {
    let shown = customer.chat.iter().rev().map(|index| *index as usize);
    shown
        .into_iter()
        .find(|index| world.messages[*index].on_the_phone())
}
