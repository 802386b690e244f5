//! What became of a message that was sent, as the webhook tells it.

use dragoman_core::event::What;
use dragoman_core::message::Outbound;
use dragoman_core::outcome::Failure;
use dragoman_core::ports::View;
use dragoman_core::submission::Dialect;
use dragoman_core::{Raw, Timestamp};
use serde_json::{Value, json};

use super::application::{Application, Receipt};
use super::{codes, ids};

/// `{"statuses": […]}` with one entry; `None` when the client does not hear of it.
pub(super) fn body(view: &View<'_>, message: &Outbound) -> Option<Value> {
    let application = Application::read(view.subscription.settings.as_ref());
    if message.dialect != Dialect::Onprem && !application.hears_all() {
        return None;
    }
    let news = news(&view.event.what, view.event.at)?;
    if news
        .receipt
        .is_some_and(|receipt| !application.wants(receipt))
    {
        return None;
    }
    let provider = news.raw.map_or(Value::Null, read);
    let recipient = recipient(view, message, &provider);
    let mut status = json!({
        "id": ids::outbound(&message.to, view.message.id),
        "status": news.word,
        "timestamp": news.at.seconds().to_string(),
        // Consumers of different age read the recipient in different places.
        "recipient_id": recipient,
        "message": { "recipient_id": recipient },
        "type": "message",
    });
    if let Some(failure) = news.failure {
        status["errors"] = json!([error(&failure)]);
    } else if application.tells_price() {
        price(&provider, &mut status);
    }
    Some(json!({ "statuses": [status] }))
}

/// What an event is to a client of this API.
struct News<'a> {
    word: &'static str,
    at: Timestamp,
    /// What the client may have declined.
    receipt: Option<Receipt>,
    failure: Option<Failure>,
    raw: Option<&'a Raw>,
}

/// Statuses of the provider, and our own final failures. Nothing else was ever told.
fn news(what: &What, at: Timestamp) -> Option<News<'_>> {
    let told = |word, receipt, at, raw| News {
        word,
        at,
        receipt: Some(receipt),
        failure: None,
        raw: Some(raw),
    };
    let own = |code, details: &str| Failure::new(code, codes::title(code)).because(details);
    match what {
        What::Sent { at, raw } => Some(told("sent", Receipt::Sent, *at, raw)),
        What::Delivered { at, raw } => Some(told("delivered", Receipt::Delivered, *at, raw)),
        What::Read { at, raw } => Some(told("read", Receipt::Read, *at, raw)),
        What::Failed { failure, raw } => Some(failed(translated(failure), raw.as_ref(), at)),
        What::Expired => {
            let failure = own(codes::EXPIRED, "Its time to live ran out.");
            Some(failed(failure, None, at))
        }
        What::Dead => {
            let failure = own(codes::INTERNAL, "The message could not be handled.");
            Some(failed(failure, None, at))
        }
        What::Accepted
        | What::Departed { .. }
        | What::Withdrawn { .. }
        | What::Submitted { .. }
        | What::Retried { .. }
        | What::Unknown { .. }
        | What::Cancelled
        | What::Arrived
        | What::Received
        | What::Undownloaded(_)
        | What::NotAssigned(_)
        | What::Noted
        | What::Erased => None,
    }
}

/// A failure, at the provider's time when it came from there.
fn failed(failure: Failure, raw: Option<&Raw>, at: Timestamp) -> News<'_> {
    News {
        word: "failed",
        at: raw.and_then(time).unwrap_or(at),
        receipt: None,
        failure: Some(failure),
        raw,
    }
}

/// The failure in this API's numbers. What has no counterpart keeps its own words as details.
fn translated(failure: &Failure) -> Failure {
    let details = failure.details.clone();
    let (code, details) = match codes::from_cloud(failure.code) {
        Some(code) => (code, details),
        None => {
            let own = format!("{} ({})", failure.title, failure.code);
            let details = details.map_or_else(|| own.clone(), |more| format!("{own}: {more}"));
            (codes::GENERIC, Some(details.into()))
        }
    };
    Failure {
        code,
        title: codes::title(code).into(),
        details,
    }
}

fn error(failure: &Failure) -> Value {
    let mut error = json!({ "code": failure.code, "title": failure.title });
    if let Some(details) = &failure.details {
        error["details"] = (**details).into();
    }
    error
}

/// As the provider knows the recipient, or as we do.
fn recipient(view: &View<'_>, message: &Outbound, provider: &Value) -> String {
    let contact = &view.message.contact;
    let told = provider["recipient_id"]
        .as_str()
        .filter(|id| !id.is_empty());
    told.or_else(|| contact.phone())
        .or_else(|| contact.user_id())
        .unwrap_or_else(|| message.to.value())
        .to_owned()
}

/// Passes on to which conversation the message was counted, and at which price.
fn price(provider: &Value, status: &mut Value) {
    if let Some(conversation) = provider
        .get("conversation")
        .filter(|found| found.is_object())
    {
        let mut conversation = conversation.clone();
        // Text in the Cloud API, a number here.
        let end = conversation
            .get("expiration_timestamp")
            .and_then(Value::as_str);
        if let Some(end) = end.and_then(|end| end.parse::<i64>().ok()) {
            conversation["expiration_timestamp"] = end.into();
        }
        status["conversation"] = conversation;
    }
    if let Some(pricing) = provider.get("pricing").filter(|found| found.is_object()) {
        status["pricing"] = pricing.clone();
    }
}

/// The provider's time of a status.
fn time(raw: &Raw) -> Option<Timestamp> {
    let status = read(raw);
    let seconds = super::fields::whole(status.get("timestamp")?)?;
    Some(Timestamp::from_seconds(seconds))
}

fn read(raw: &Raw) -> Value {
    serde_json::from_str(raw.as_str()).unwrap_or_default()
}
