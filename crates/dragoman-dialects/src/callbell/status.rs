//! What became of a message, in Callbell's words. Pure.

use dragoman_core::catalog::Catalog;
use dragoman_core::doubt::Resolution;
use dragoman_core::event::{Event, What};
use dragoman_core::message::Stored;
use dragoman_core::outcome::Failure;
use dragoman_core::ports::Timeline;
use dragoman_core::{Raw, State};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use super::{render, wire};

/// Taken over, and no status yet.
pub(super) const ENQUEUED: &str = "enqueued";

/// The status of a message in this state.
pub(super) const fn word(state: State) -> &'static str {
    match state {
        State::Queued
        | State::Claimed
        | State::InFlight
        | State::Submitted
        | State::Unknown
        | State::Unresolved => ENQUEUED,
        State::Sent => "sent",
        State::Delivered => "delivered",
        State::Read => "read",
        State::Failed | State::Expired | State::Cancelled | State::Dead => "failed",
    }
}

/// The status that an event reports; `None` when it reports none.
pub(super) fn reported(what: &What) -> Option<&'static str> {
    what.reports().map(word)
}

/// The last event that reports the status in which the message is. Statuses can arrive out of
/// order, and then the last one recorded would contradict the status beside it.
pub(super) fn latest(timeline: &Timeline) -> Option<&Event> {
    let now = word(timeline.message.fold.state);
    let mut backwards = timeline.events.iter().rev();
    backwards.find(|event| reported(&event.what) == Some(now))
}

/// The provider's status as it came, in the envelope of its webhook; for failures of our own one
/// of the same shape, in the words of the Cloud API, whose clients these are.
pub(super) fn payload(
    event: &Event,
    message: &Stored,
    catalog: &Catalog,
) -> Option<wire::StatusPayload> {
    let undeliverable = |why: &str| Failure::new(131_026, "Message undeliverable").because(why);
    let ours = |failure: &Failure| to_raw_value(&failed(event, failure, message, catalog)).ok();
    let value = match &event.what {
        What::Sent { raw, .. }
        | What::Delivered { raw, .. }
        | What::Read { raw, .. }
        | What::Failed { raw: Some(raw), .. } => provided(raw, message, catalog),
        What::Failed { failure, raw: None } => ours(failure),
        What::Expired => ours(&undeliverable("its time ran out before it could be sent")),
        What::Cancelled => ours(&undeliverable("cancelled before it was sent")),
        What::Dead => ours(
            &Failure::new(131_000, "Something went wrong")
                .because("set aside by the gateway; see its log"),
        ),
        What::Resolved {
            resolution: Resolution::Failed,
            ..
        } => ours(
            &Failure::new(131_000, "Something went wrong")
                .because("the provider's answer was lost; the message may have arrived"),
        ),
        What::Resolved { .. }
        | What::Accepted
        | What::Departed { .. }
        | What::Withdrawn { .. }
        | What::Submitted { .. }
        | What::Retried { .. }
        | What::Unknown { .. }
        | What::Arrived
        | What::Received
        | What::Undownloaded(_)
        | What::NotAssigned(_)
        | What::Noted
        | What::Erased => None,
    };
    Some(wire::StatusPayload {
        messaging: wire::Messaging {
            field: "messages",
            value: value?,
        },
    })
}

/// What a provider sent: the whole `value` of its webhook unchanged, or one status put into such
/// a value.
fn provided(raw: &Raw, message: &Stored, catalog: &Catalog) -> Option<Box<RawValue>> {
    #[derive(Deserialize)]
    struct Probe {
        statuses: Option<IgnoredAny>,
    }
    let kept = render::kept(raw)?;
    match serde_json::from_str::<Probe>(kept.get()) {
        Ok(Probe { statuses: None }) => {
            let status: Value = serde_json::from_str(kept.get()).ok()?;
            to_raw_value(&around(status, message, catalog)).ok()
        }
        Ok(Probe { statuses: Some(_) }) | Err(_) => Some(kept),
    }
}

/// A failure that no provider reported, as the Cloud API would tell it.
fn failed(event: &Event, failure: &Failure, message: &Stored, catalog: &Catalog) -> Value {
    let mut error = json!({
        "code": failure.code,
        "title": failure.title,
        "message": failure.title,
    });
    if let Some(details) = &failure.details {
        error["error_data"] = json!({ "details": details });
    }
    let own_id = message.id.simple();
    let status = json!({
        "id": message.provider_id.as_deref().unwrap_or(&own_id),
        "status": "failed",
        "timestamp": event.at.seconds().to_string(),
        "recipient_id": message.outbound().map(|body| body.to.value()),
        "errors": [error],
    });
    around(status, message, catalog)
}

/// A status in the `value` of a webhook.
fn around(status: Value, message: &Stored, catalog: &Catalog) -> Value {
    let channel = catalog.channel(message.channel);
    json!({
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": channel.and_then(|channel| channel.phone.as_deref()),
            "phone_number_id": channel.map(|channel| &*channel.provider_id),
        },
        "statuses": [status],
    })
}
