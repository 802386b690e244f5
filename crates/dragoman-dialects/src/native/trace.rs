//! What happened to a message?

use axum::Json;
use axum::extract::{Path, State};
use dragoman_core::doubt::Resolution;
use dragoman_core::event::{Event, What};
use dragoman_core::message::{Body, Stored};
use dragoman_core::outcome::Failure;
use dragoman_core::ports::{Attempted, AttemptedDelivery, Timeline, WaitingFor};
use dragoman_core::{Id, MessageId};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answer::Problem;
use super::attempts::{Tried, attempts};
use super::call::Caller;
use super::operation::Operation;
use super::{Native, Room, doubts};
use crate::whatsapp_onprem;

/// Why a message counts as failed of which nobody knows.
const OUTCOME_UNKNOWN: &str = "outcome_unknown";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/api/v1/messages/{id}", trace)
            .named(
                "trace_message",
                "What happened to a message? Takes every form of its id: ours, the one that a \
                 dialect gave out, or the provider's.",
            )
            .answers::<Trace>(200),
        Operation::get("/api/v1/messages", doubts::list)
            .named(
                "list_messages",
                "The oldest messages of which nobody knows whether the provider has taken them: \
                 the answer of their attempt was lost.",
            )
            .asks::<doubts::Wanted>()
            .answers::<doubts::InDoubt>(200),
    ]
}

/// Everything that happened to a message.
#[derive(Serialize, ToSchema)]
pub(super) struct Trace {
    /// The message as it stands.
    #[schema(value_type = Object)]
    message: Value,
    /// In the order in which they departed.
    #[schema(value_type = Vec<Object>)]
    attempts: Vec<Tried>,
    /// In the order in which they happened.
    #[schema(value_type = Vec<Object>)]
    events: Vec<Value>,
    /// Every try to tell somebody.
    #[schema(value_type = Vec<Object>)]
    deliveries: Vec<Value>,
}

/// Accepts every form of an id: ours, the dialects', the provider's.
async fn trace(
    State(native): Room,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Trace>, Problem> {
    let timeline = find(&native, caller, &id)
        .await?
        .ok_or(Problem::NotFound("message"))?;
    let waiting = native.services.lines.waiting_for(&timeline.message);
    Ok(Json(shown(&timeline, waiting)))
}

pub(super) async fn find(
    native: &Native,
    caller: Caller,
    id: &str,
) -> Result<Option<Timeline>, Problem> {
    let catalog = native.catalog();
    let store = &native.services.store;
    let message = match id.parse().ok().or_else(|| whatsapp_onprem::message_id(id)) {
        Some(message) => Some(message),
        None => by_provider_id(native, caller, id).await?,
    };
    let Some(message) = message else {
        return Ok(None);
    };
    for account in catalog
        .accounts
        .iter()
        .filter(|account| caller.may(account.id))
    {
        if let Some(timeline) = store.timeline(account.tenant(), message).await? {
            return Ok(Some(timeline));
        }
    }
    Ok(None)
}

async fn by_provider_id(
    native: &Native,
    caller: Caller,
    id: &str,
) -> Result<Option<MessageId>, Problem> {
    let catalog = native.catalog();
    for channel in catalog
        .channels
        .iter()
        .filter(|channel| caller.may(channel.account))
    {
        if let Some(found) = native.services.store.by_provider_id(channel.id, id).await? {
            return Ok(Some(found.message));
        }
    }
    Ok(None)
}

fn shown(timeline: &Timeline, waiting: Option<WaitingFor>) -> Trace {
    let deliveries = timeline.deliveries.iter();
    Trace {
        message: message(&timeline.message, waiting),
        attempts: attempts(&timeline.events),
        events: timeline.events.iter().map(event).collect(),
        deliveries: deliveries.map(|(to, tried)| delivery(*to, tried)).collect(),
    }
}

/// A message as it stands.
pub(super) fn message(stored: &Stored, waiting: Option<WaitingFor>) -> Value {
    let (direction, kind, text) = match &stored.body {
        Body::Outbound(body) => ("out", body.content.kind().word(), body.content.text()),
        Body::Inbound(body) => ("in", body.content.kind().word(), body.content.text()),
        Body::Note(body) => ("note", "note", Some(&*body.text)),
    };
    json!({
        "id": stored.id.simple(),
        "direction": direction,
        "kind": kind,
        "text": text,
        "state": stored.fold.state.word(),
        "failure": stored.fold.is_presumed().then_some(OUTCOME_UNKNOWN),
        "provider_id": stored.provider_id,
        "channel": stored.channel.simple(),
        "contact": stored.contact.id.simple(),
        "accepted_at": stored.id.at().iso().to_string(),
        "waiting_for": waiting.map(|waiting| waiting.message.simple()),
        "waiting_since": waiting.map(|waiting| waiting.since.iso().to_string()),
    })
}

fn event(event: &Event) -> Value {
    let mut shown =
        json!({ "seq": event.seq, "at": event.at.iso().to_string(), "event": event.what.word() });
    if let (Value::Object(shown), Value::Object(more)) = (&mut shown, details(&event.what)) {
        shown.extend(more);
    }
    shown
}

/// What is special about an event; `null` where nothing is.
pub(super) fn details(what: &What) -> Value {
    match what {
        What::Submitted { provider_id, .. } => json!({ "provider_id": provider_id }),
        What::Retried {
            failure, due_at, ..
        } => {
            json!({ "failure": failed(failure), "due_at": due_at.iso().to_string() })
        }
        What::Failed { failure, .. } | What::Undownloaded(failure) => {
            json!({ "failure": failed(failure) })
        }
        What::Unknown { reason } => json!({ "reason": reason }),
        What::Sent { at, .. } | What::Delivered { at, .. } | What::Read { at, .. } => {
            json!({ "provider_at": at.iso().to_string() })
        }
        What::Resolved { resolution, by } => {
            let failed = *resolution == Resolution::Failed;
            json!({ "by": by.word(), "reason": failed.then_some(OUTCOME_UNKNOWN) })
        }
        What::NotAssigned(why) => json!({ "reason": format!("{why:?}") }),
        What::Accepted
        | What::Departed { .. }
        | What::Withdrawn { .. }
        | What::Expired
        | What::Cancelled
        | What::Dead
        | What::Arrived
        | What::Received
        | What::Noted
        | What::Erased => Value::Null,
    }
}

fn failed(failure: &Failure) -> Value {
    json!({ "code": failure.code, "title": failure.title, "details": failure.details })
}

fn delivery(subscription: Id, tried: &AttemptedDelivery) -> Value {
    let then = match tried.then {
        Attempted::Done => "delivered",
        Attempted::Again { .. } => "again",
        Attempted::Exhausted => "given_up",
        Attempted::Overtaken => "waiting",
    };
    json!({
        "subscription": subscription.simple(),
        "event": tried.seq,
        "at": tried.at.iso().to_string(),
        "status": tried.status,
        "outcome": then,
    })
}
