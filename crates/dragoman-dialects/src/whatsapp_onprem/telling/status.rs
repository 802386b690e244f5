//! What became of a message that was sent, as the webhook tells it.

use dragoman_core::doubt::Resolution;
use dragoman_core::event::What;
use dragoman_core::message::Outbound;
use dragoman_core::outcome::Failure;
use dragoman_core::ports::View;
use dragoman_core::submission::Dialect;
use dragoman_core::{Raw, Timestamp};
use serde_json::{Value, json};

use crate::whatsapp_onprem::settings::application::{Application, Receipt};
use crate::whatsapp_onprem::{codes, ids};

/// `{"statuses": […]}` with one entry; `None` when the client does not hear of it.
pub(in crate::whatsapp_onprem) fn body(view: &View<'_>, message: &Outbound) -> Option<Value> {
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
    let provider = news.raw.map_or(Value::Null, provided);
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
    } else if news.receipt != Some(Receipt::Read) && application.tells_price() {
        price(&provider, &mut status);
    }
    if let Some(own) = own_data(message) {
        status["biz_opaque_callback_data"] = own;
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
        What::Resolved {
            resolution: Resolution::Sent,
            ..
        } => Some(News {
            word: "sent",
            at,
            receipt: Some(Receipt::Sent),
            failure: None,
            raw: None,
        }),
        What::Resolved {
            resolution: Resolution::Failed,
            ..
        } => {
            let failure = own(
                codes::INTERNAL,
                "The provider's answer was lost; it may have arrived.",
            );
            Some(failed(failure, None, at))
        }
        What::Resolved {
            resolution: Resolution::Hold | Resolution::Resend | Resolution::Final,
            ..
        }
        | What::Accepted
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
        // Several of theirs can be one of ours: then their title tells more.
        Some(code) if *failure.title != *codes::title(code) => {
            (code, details.or_else(|| Some(failure.title.clone())))
        }
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

/// What the client has sent along, when it came through this API, to be given back.
fn own_data(message: &Outbound) -> Option<Value> {
    let kept = message.metadata.as_ref()?;
    let is_ours = message.dialect == Dialect::Onprem;
    Some(read(kept)).filter(|data| is_ours && data.is_string())
}

/// Passes on to which conversation the message was counted, and at which price.
fn price(provider: &Value, status: &mut Value) {
    let told = |key| provider.get(key).filter(|found| found.is_object());
    if let Some(conversation) = told("conversation") {
        status["conversation"] = counted(conversation, status["status"] == "sent");
    }
    if let Some(pricing) = told("pricing") {
        status["pricing"] = json!({
            "pricing_model": pricing["pricing_model"],
            "billable": pricing["billable"] != false,
            "category": category(&pricing["category"]),
        });
    }
}

/// A conversation, whose end is told once, and as a number, which is text in the Cloud API.
fn counted(conversation: &Value, with_end: bool) -> Value {
    let origin = &conversation["origin"]["type"];
    let mut counted = json!({
        "id": conversation["id"],
        "origin": { "type": category(origin) },
    });
    let end = conversation.get("expiration_timestamp");
    if let Some(end) = end
        .filter(|_| with_end)
        .and_then(crate::whatsapp_onprem::fields::whole)
    {
        counted["expiration_timestamp"] = end.into();
    }
    counted
}

/// The categories of this API; the Cloud API has finer ones.
fn category(theirs: &Value) -> Value {
    let word = theirs.as_str().map(|word| match word {
        "authentication-international" | "authentication_international" => "authentication",
        "marketing_lite" => "marketing",
        _ => word,
    });
    json!(word)
}

/// The provider's time of a status.
fn time(raw: &Raw) -> Option<Timestamp> {
    let status = provided(raw);
    let seconds = crate::whatsapp_onprem::fields::whole(status.get("timestamp")?)?;
    Some(Timestamp::from_seconds(seconds))
}

/// The provider's status, which is kept with what came around it.
fn provided(raw: &Raw) -> Value {
    let mut kept = read(raw);
    match kept.pointer_mut("/statuses/0") {
        Some(status) => status.take(),
        None => kept,
    }
}

fn read(raw: &Raw) -> Value {
    serde_json::from_str(raw.as_str()).unwrap_or_default()
}
