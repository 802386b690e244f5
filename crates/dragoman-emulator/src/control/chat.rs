//! `/emulator/v1/customers/{id}/messages` and `…/read`: what a phone shows, and what its owner does.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::http::HeaderMap;
use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{
    Answer, ControlError, Ours, attachments, customer_id, phone_number_id, read_json, written,
};
use crate::state::{Held, State, fresh_wamid};
use crate::statuses;
use crate::world::{
    Customer, Direction, Entry, Shown, Status, World, Wrote, default_number, words,
};

#[derive(Debug, Serialize)]
struct Item<'a> {
    id: &'a str,
    direction: Direction,
    #[serde(flatten)]
    shown: &'a Shown,
    #[serde(skip_serializing_if = "Option::is_none")]
    quoted: Option<Value>,
    status: Status,
    at: String,
    phone_number_id: &'a str,
}

/// Oldest first; what has not reached the phone is not on it.
pub(crate) async fn list(
    Shared(state): Shared<Arc<State>>,
    Ours(Path(id)): Ours<Path<String>>,
) -> Answer<Json<Value>> {
    let id = customer_id(&id)?;
    let held = state.hold();
    let chat = held
        .customer(&id)
        .map_or(&[][..], |customer| &customer.chat);
    let items: Vec<_> = chat
        .iter()
        .map(|index| &held.messages[*index as usize])
        .filter(|message| message.on_the_phone())
        .map(|message| Item {
            id: &message.wamid,
            direction: message.direction,
            shown: &message.shown,
            quoted: message.quoted.map(|index| {
                let quoted = &held.messages[index as usize];
                json!({"id": quoted.wamid, "text": quoted.shown.text})
            }),
            status: message.status,
            at: message.at.rfc3339(),
            phone_number_id: &message.phone_number_id,
        })
        .collect();
    Ok(Json(json!({"messages": items})))
}

/// The customer writes; that also opens the window, and the chat.
pub(crate) async fn write(
    Shared(state): Shared<Arc<State>>,
    Ours(Path(id)): Ours<Path<String>>,
    headers: HeaderMap,
    Ours(body): Ours<Bytes>,
) -> Answer<Json<Value>> {
    let id = customer_id(&id)?;
    let (written_message, form) = match attachments::form(&headers, &body)? {
        Some((message, file)) => (message, Some(file)),
        None => (read_json(&body)?, None),
    };
    let mut message = message(written_message)?;
    let phone_number_id = match named_business(&mut message)? {
        Some(named) => named,
        None => addressee(&state.hold(), &id)?,
    };
    let file = match form {
        Some(file) => Some(file),
        None => attachments::of_message(&state, &message).await?,
    };
    if let Some(file) = file {
        attachments::attach(&state, &mut message, &phone_number_id, file).await?;
    }
    let wamid = {
        let mut held = state.hold();
        let id = held.customer(&id).map_or(id, |known| known.id.clone());
        add_context_from(&mut message, &held, &phone_number_id);
        statuses::open_chat(&state, &mut held, &id, Some(&phone_number_id));
        hand_over(
            &state,
            &mut held,
            &id,
            &phone_number_id,
            Value::Object(message),
        )
    };
    written(&state).await?;
    Ok(Json(json!({"id": wamid})))
}

/// The customer opens the chat.
pub(crate) async fn read(
    Shared(state): Shared<Arc<State>>,
    Ours(Path(id)): Ours<Path<String>>,
) -> Answer<Json<Value>> {
    let id = customer_id(&id)?;
    {
        let mut held = state.hold();
        let Some(id) = held.customer(&id).map(|customer| customer.id.clone()) else {
            return Err(ControlError::unknown(format!(
                "nobody has written to or from {id}"
            )));
        };
        statuses::open_chat(&state, &mut held, &id, None);
    }
    written(&state).await?;
    Ok(Json(json!({"success": true})))
}

/// The message reaches the business: what the customer wrote, or a notice about them.
pub(super) fn hand_over(
    state: &Arc<State>,
    held: &mut Held<'_>,
    id: &str,
    phone_number_id: &str,
    message: Value,
) -> String {
    let peer = held
        .customer(id)
        .and_then(|customer| customer.shown_number().or(customer.bsuid.as_ref()).cloned());
    let wamid = fresh_wamid(peer.as_deref().unwrap_or(id));
    let webhook = held.webhooks(phone_number_id, 1).pop();
    held.record(Entry::Wrote(Wrote {
        at: state.clock.now(),
        phone_number_id: phone_number_id.to_owned(),
        customer: id.to_owned(),
        wamid: wamid.clone(),
        message,
        webhook,
    }));
    if let Some(webhook) = webhook {
        state
            .deliveries
            .push(state, phone_number_id, webhook, std::time::Duration::ZERO);
    }
    wamid
}

/// `{"text":"Hi"}` is short for a text message; anything else is a message object.
fn message(body: Value) -> Answer<Map<String, Value>> {
    let Value::Object(mut message) = body else {
        return Err(ControlError::bad("a message is an object"));
    };
    if let Some(text) = message.get("text").and_then(Value::as_str) {
        let text = json!({"body": text});
        message.insert("type".to_owned(), json!("text"));
        message.insert("text".to_owned(), text);
    }
    for ours in ["id", "from", "from_user_id", "timestamp"] {
        message.remove(ours);
    }
    let Some(kind) = message.get("type").and_then(Value::as_str) else {
        return Err(ControlError::bad("a message needs \"text\" or a \"type\""));
    };
    let fits = match message.get(kind) {
        Some(content) if kind == "contacts" => content.is_array(),
        Some(content) => content.is_object(),
        None => matches!(kind, "unsupported" | "request_welcome"),
    };
    if !fits {
        let wanted = if kind == "contacts" {
            "a list"
        } else {
            "an object"
        };
        return Err(ControlError::bad(format!(
            "a message of type {kind} needs {wanted} \"{kind}\""
        )));
    }
    for beside in ["context", "referral"] {
        if message.get(beside).is_some_and(|value| !value.is_object()) {
            return Err(ControlError::bad(format!("\"{beside}\" is an object")));
        }
    }
    Ok(message)
}

/// The business that the message names; not a part of it.
fn named_business(message: &mut Map<String, Value>) -> Answer<Option<String>> {
    let Some(named) = message.remove("phone_number_id") else {
        return Ok(None);
    };
    let id = phone_number_id(named.as_str().unwrap_or_default())?;
    Ok(Some(id.to_owned()))
}

/// The number that wrote last, else the first that somebody listens to.
fn addressee(world: &World, id: &str) -> Answer<String> {
    let last = world
        .customer(id)
        .and_then(|customer: &Customer| customer.last_business.clone());
    last.or_else(|| world.first_app.clone()).ok_or_else(|| {
        ControlError::bad("no business to write to: register an app, or name a phone_number_id")
    })
}

/// A reply says whose message it answers.
fn add_context_from(message: &mut Map<String, Value>, world: &World, phone_number_id: &str) {
    let Some(Value::Object(context)) = message.get_mut("context") else {
        return;
    };
    let Some(quoted) = context
        .get("id")
        .and_then(Value::as_str)
        .and_then(|id| world.message(id))
    else {
        return;
    };
    let from = match quoted.direction {
        Direction::In => world.apps.get(phone_number_id).map_or_else(
            || default_number(phone_number_id),
            |app| app.display_phone_number(),
        ),
        Direction::Out => {
            let customer = &world.customers[quoted.customer as usize];
            match customer.shown_number() {
                Some(number) => number.clone(),
                None => return,
            }
        }
    };
    if words(&Value::Object(context.clone()), "from").is_empty() {
        context.insert("from".to_owned(), json!(from));
    }
}
