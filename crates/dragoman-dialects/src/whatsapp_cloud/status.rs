//! What became of a message that was sent.

use dragoman_core::doubt::Resolution;
use dragoman_core::event::What;
use dragoman_core::message::Outbound;
use dragoman_core::outcome::Failure;
use dragoman_core::ports::View;
use dragoman_core::submission::Dialect;
use dragoman_core::{Raw, State, Timestamp};
use serde_json::{Value, json};

use super::ids;
use crate::telling::{self, Origin};

/// The provider's code for what went wrong without a word of its own.
const GENERIC: i64 = 131_000;
/// And for a message that was not sent in its time.
const EXPIRED: i64 = 131_026;

/// The word of a status; `None` for what this API has none for.
pub(super) fn word(what: &What) -> Option<&'static str> {
    match what.reports()? {
        State::Sent => Some("sent"),
        State::Delivered => Some("delivered"),
        State::Read => Some("read"),
        State::Failed | State::Expired | State::Dead => Some("failed"),
        State::Cancelled
        | State::Queued
        | State::Claimed
        | State::InFlight
        | State::Submitted
        | State::Unknown
        | State::Unresolved => None,
    }
}

/// `{"statuses": […]}` with one entry, as the provider told it, with our id and the client's own
/// data; `None` when this client does not hear of the message.
pub(super) fn body(view: &View<'_>, message: &Outbound, word: &str) -> Option<Value> {
    let is_ours = message.dialect == Dialect::Cloud;
    match telling::origin(view.subscription) {
        Origin::Own if !is_ours => return None,
        Origin::Own | Origin::All => {}
    }
    let (raw, failure) = (view.event.what.raw(), failure(&view.event.what));
    let mut provider = raw.map(read).unwrap_or_default();
    let contacts = provider.get_mut("contacts").map(Value::take);
    let mut status = match provider.pointer_mut("/statuses/0") {
        Some(status) => status.take(),
        None => provider,
    };
    if !status.is_object() {
        status = json!({
            "status": word,
            "timestamp": seconds(view.event.at),
            "recipient_id": recipient(view, message),
        });
    }
    status["id"] = ids::outbound(view.message.id).into();
    let own = message.metadata.as_ref().map(read);
    match own.filter(|own| is_ours && own.is_string()) {
        Some(own) => status["biz_opaque_callback_data"] = own,
        None => {
            let known = status.as_object_mut();
            known.and_then(|known| known.remove("biz_opaque_callback_data"));
        }
    }
    if let Some(failure) = failure.filter(|_| status.get("errors").is_none()) {
        status["errors"] = json!([error(&failure)]);
    }
    let mut told = json!({ "statuses": [status] });
    if let Some(contacts) = contacts.filter(Value::is_array) {
        told["contacts"] = contacts;
    }
    Some(told)
}

fn failure(what: &What) -> Option<Failure> {
    let own = |code, title, details: &str| Some(Failure::new(code, title).because(details));
    match what {
        What::Failed { failure, .. } => Some(failure.clone()),
        What::Expired => own(
            EXPIRED,
            "Message undeliverable",
            "Its time to live ran out.",
        ),
        What::Dead => own(
            GENERIC,
            "Something went wrong",
            "The message could not be handled.",
        ),
        What::Resolved {
            resolution: Resolution::Failed,
            ..
        } => own(
            GENERIC,
            "Something went wrong",
            "The provider's answer was lost; it may have arrived.",
        ),
        What::Accepted
        | What::Departed { .. }
        | What::Withdrawn { .. }
        | What::Submitted { .. }
        | What::Retried { .. }
        | What::Unknown { .. }
        | What::Sent { .. }
        | What::Delivered { .. }
        | What::Read { .. }
        | What::Cancelled
        | What::Resolved {
            resolution: Resolution::Hold | Resolution::Sent | Resolution::Resend | Resolution::Final,
            ..
        }
        | What::Arrived
        | What::Received
        | What::Undownloaded(_)
        | What::NotAssigned(_)
        | What::Noted
        | What::Erased => None,
    }
}

/// A failure in the provider's form.
pub(super) fn error(failure: &Failure) -> Value {
    let details = failure.details.as_deref().unwrap_or(&failure.title);
    json!({
        "code": failure.code,
        "title": failure.title,
        "message": failure.title,
        "error_data": { "details": details },
    })
}

/// As we know the recipient, who was named by the client.
fn recipient(view: &View<'_>, message: &Outbound) -> String {
    let contact = &view.message.contact;
    let known = contact.phone().or_else(|| contact.user_id());
    known.unwrap_or_else(|| message.to.value()).to_owned()
}

/// Times are text in this API.
pub(super) fn seconds(at: Timestamp) -> String {
    at.seconds().to_string()
}

/// The provider's JSON; `null` when it is none.
pub(super) fn read(raw: &Raw) -> Value {
    serde_json::from_str(raw.as_str()).unwrap_or_default()
}
