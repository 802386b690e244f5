//! `POST /{phone-number-id}/messages`: a message comes in.

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Value, json};

use super::address::{self, Checkable};
use super::disturbance::page_502;
use super::rules::{self, Scene};
use super::{Caller, GraphError, success};
use crate::faults::Turn;
use crate::server::CloseConnection;
use crate::state::{State, fresh_wamid};
use crate::statuses;
use crate::world::{Accepted, Direction, Entry, Quirks, Turned, kind_of, words};

pub(super) async fn send(
    state: &Arc<State>,
    phone_number_id: &str,
    caller: &Caller,
    bytes: &Bytes,
) -> Response {
    let body: Value = match serde_json::from_slice(bytes) {
        Ok(body) => body,
        Err(error) => {
            let unread = Value::String(String::from_utf8_lossy(bytes).into_owned());
            let refusal = GraphError::parameter("Invalid JSON").with(error.to_string());
            return refuse(state, phone_number_id, unread, refusal).await;
        }
    };
    if let Err(error) = caller.may_use_number(state, phone_number_id) {
        return refuse(state, phone_number_id, body, error).await;
    }
    if !state.hold().number(phone_number_id).registered {
        let refusal = GraphError::known(133_010);
        return refuse(state, phone_number_id, body, refusal).await;
    }
    if body.get("status").is_some() {
        return mark_read(state, phone_number_id, &body).await;
    }
    let checked = address::address(&body).and_then(|checkable| {
        let held = state.hold();
        let scene = Scene {
            phone_number_id,
            strict: state.strict,
            now: state.clock.now(),
            world: &held,
        };
        address::is_somebody_else(&checkable, scene)?;
        address::is_still_the_same(&body, &checkable, scene)?;
        rules::content(&body, &checkable, scene)?;
        Ok(checkable)
    });
    let checkable = match checked {
        Ok(checkable) => checkable,
        Err(error) => return refuse(state, phone_number_id, body, error).await,
    };

    let hit = state.faults().draw(&checkable.customer, &checkable.kind);
    if !hit.delay.is_zero() {
        tokio::time::sleep(hit.delay).await;
    }
    match hit.turn {
        Some(Turn::Error(code)) => {
            refuse(state, phone_number_id, body, GraphError::known(code)).await
        }
        Some(Turn::Reset) => {
            turn(state, phone_number_id, body, "dropped".to_owned()).await;
            CloseConnection.into_response()
        }
        Some(Turn::Page502) => {
            turn(state, phone_number_id, body, "dropped".to_owned()).await;
            page_502()
        }
        None => accept(state, phone_number_id, body, &checkable, hit.quirks).await,
    }
}

/// Takes the message, and answers when the journal has it.
async fn accept(
    state: &Arc<State>,
    phone_number_id: &str,
    body: Value,
    checkable: &Checkable,
    quirks: Quirks,
) -> Response {
    let wamid = fresh_wamid(&checkable.customer);
    let link = if state.fetch_links {
        media_link(&body, &checkable.kind)
    } else {
        None
    };
    let (contact, is_held, written) = {
        let mut held = state.hold();
        let known = held.customer(&checkable.customer);
        let customer = known.map_or_else(
            || checkable.customer.clone(),
            |customer| customer.id.clone(),
        );
        let contact = address::contact(
            checkable,
            known.and_then(|customer| customer.wa_id.as_deref()),
        );
        let at = state.clock.now();
        let accepted = Accepted {
            n: held.next_request(),
            at,
            phone_number_id: phone_number_id.to_owned(),
            fate: held
                .fate(&customer, phone_number_id, &checkable.kind, at)
                .or_else(|| rules::fate(&body, &checkable.kind, &held)),
            customer,
            wamid: wamid.clone(),
            body,
            quirks,
        };
        held.record(Entry::Accepted(accepted));
        let message = held.message(&wamid).expect("it was recorded just now");
        if link.is_none() {
            statuses::plan(state, message);
        }
        let outbound = message.outbound.as_ref();
        let is_held = outbound.is_some_and(|outbound| outbound.held_for.is_some());
        (contact, is_held, state.written())
    };
    if let Some(link) = link {
        tokio::spawn(fetch(
            state.clone(),
            wamid.clone(),
            (checkable.kind.clone(), link),
        ));
    }
    if let Err(error) = written.await {
        tracing::error!(%error, "accepted message is not in the journal");
        return GraphError::known(131_016).into_response();
    }
    if quirks.answer_lost {
        return CloseConnection.into_response();
    }
    let mut message = json!({"id": wamid});
    if checkable.kind == "template" {
        message["message_status"] = json!(if is_held {
            "held_for_quality_assessment"
        } else {
            "accepted"
        });
    }
    Json(json!({"messaging_product": "whatsapp", "contacts": [contact], "messages": [message]}))
        .into_response()
}

fn media_link(body: &Value, kind: &str) -> Option<String> {
    let link = words(body.get(kind)?, "link");
    link.starts_with("http://").then_some(link)
}

/// Looks whether a linked file is there, and of a type for its kind, before the message goes on its way.
async fn fetch(state: Arc<State>, wamid: String, (kind, link): (String, String)) {
    let found = state.client.type_of(&link).await;
    let fits = found.is_ok_and(|mime| kind == "document" || kind_of(&mime) == kind);
    if !fits {
        statuses::fail(&state, &wamid, 131_053);
    } else if let Some(message) = state.hold().message(&wamid) {
        statuses::plan(&state, message);
    }
}

async fn refuse(state: &State, phone_number_id: &str, body: Value, error: GraphError) -> Response {
    turn(
        state,
        phone_number_id,
        body,
        format!("refused:{}", error.code),
    )
    .await;
    error.into_response()
}

/// Notes in the ledger that a request was not taken.
async fn turn(state: &State, phone_number_id: &str, body: Value, decision: String) {
    let written = {
        let mut held = state.hold();
        let turned = Turned {
            n: held.next_request(),
            at: state.clock.now(),
            phone_number_id: phone_number_id.to_owned(),
            body,
            decision,
        };
        held.record(Entry::Turned(turned));
        state.written()
    };
    if let Err(error) = written.await {
        tracing::error!(%error, "refusal is not in the journal");
    }
}

/// `{"status":"read","message_id":…}`: not a message, and not in the ledger.
async fn mark_read(state: &State, phone_number_id: &str, body: &Value) -> Response {
    if words(body, "messaging_product") != "whatsapp" {
        return GraphError::parameter("The parameter messaging_product is required.")
            .into_response();
    }
    if words(body, "status") != "read" {
        return GraphError::parameter("Param status must be one of {READ}").into_response();
    }
    let wamid = words(body, "message_id");
    let written = {
        let mut held = state.hold();
        let is_theirs = held.message(&wamid).is_some_and(|message| {
            message.direction == Direction::Out && message.phone_number_id == phone_number_id
        });
        if !is_theirs {
            return GraphError::invalid("message_id is not a message of this number")
                .into_response();
        }
        held.record(Entry::BusinessRead { wamid });
        state.written()
    };
    success(written).await
}
