//! A customer's message.

use dragoman_core::content::Location;
use dragoman_core::inbound::{Context, Inbound, InboundContent, InboundMedia};
use dragoman_core::outcome::Failure;
use dragoman_core::ports::View;
use dragoman_core::{Address, Id, Timestamp};
use serde_json::{Map, Value, json};

use super::{ids, status};
use crate::links::{Linked, Links};

/// Where the file of a message is fetched, or why it cannot be had.
type File<'a> = Result<(&'a Links, Timestamp), &'a Failure>;

/// `{"contacts": […], "messages": […]}` with one of each.
pub(super) fn body(view: &View<'_>, message: &Inbound, file: File<'_>) -> Option<Value> {
    let number = message.from.iter().find(|from| from.phone().is_some());
    let user = message.from.iter().find(|from| from.phone().is_none());
    let (number, user) = (number.map(Address::value), user.map(Address::value));
    let mut shown = without_nulls(json!({
        "from": number,
        "from_user_id": user,
        "id": message.provider_id,
        "timestamp": status::seconds(message.at),
        "context": message.context.as_ref().map(|context| context_of(view, context)),
        "referral": message.referral.as_ref().map(|shown| status::read(&shown.raw)),
        "identity": message.identity.as_ref().map(status::read),
    }));
    let (kind, said) = said(view, &message.content, file);
    shown["type"] = kind.into();
    shown[if kind == "unsupported" {
        "errors"
    } else {
        kind
    }] = said;
    if let (InboundContent::Media(_), Err(failure)) = (&message.content, file) {
        shown["errors"] = json!([status::error(failure)]);
    }
    let mut told = json!({ "messages": [shown] });
    // Notices of the messenger come without the customer.
    if !matches!(message.content, InboundContent::System(_)) {
        let name = message.profile_name.as_deref();
        let name = name.or(view.message.contact.name.as_deref());
        let profile = json!({ "name": name.or(number).or(user).unwrap_or_default() });
        told["contacts"] = json!([without_nulls(json!({
            "profile": profile,
            "wa_id": number,
            "user_id": user,
        }))]);
    }
    Some(told)
}

/// The word of a message, and what stands under it.
fn said(view: &View<'_>, content: &InboundContent, file: File<'_>) -> (&'static str, Value) {
    match content {
        InboundContent::Text(text) => ("text", json!({ "body": text })),
        InboundContent::Media(media) => (media.kind.word(), of_file(view, media, file)),
        InboundContent::Location(place) => ("location", location(place)),
        InboundContent::Contacts(cards) => ("contacts", status::read(cards)),
        InboundContent::Button { text, payload } => {
            let payload = payload.as_ref().unwrap_or(text);
            ("button", json!({ "payload": payload, "text": text }))
        }
        InboundContent::Interactive(answer) => ("interactive", status::read(answer)),
        InboundContent::Reaction { target, emoji } => {
            let target = known_as(view, target);
            ("reaction", json!({ "message_id": target, "emoji": emoji }))
        }
        InboundContent::Order(order) => ("order", status::read(order)),
        InboundContent::System(notice) => ("system", status::read(notice)),
        InboundContent::Unsupported(errors) => ("unsupported", status::read(errors)),
    }
}

/// The provider's id of the file, and an address of ours where it is for a week.
fn of_file(view: &View<'_>, media: &InboundMedia, file: File<'_>) -> Value {
    let url = file.ok().map(|(links, now)| {
        let linked = Linked {
            account: view.message.account,
            file: Id::from_u128(view.message.id.as_u128()),
            extension: None,
        };
        links.link(linked, now)
    });
    let mut shown = without_nulls(json!({
        "caption": media.caption,
        "filename": media.filename,
        "mime_type": media.mime_type,
        "sha256": media.sha256,
        "id": media.provider_media_id,
        "url": url,
    }));
    if media.kind.word() == "audio" {
        shown["voice"] = media.voice.into();
    }
    shown
}

/// Coordinates are numbers here.
fn location(place: &Location) -> Value {
    let number = |text: &str| {
        let number = text.parse::<f64>();
        number.map_or_else(|_| text.into(), Value::from)
    };
    without_nulls(json!({
        "latitude": number(&place.latitude),
        "longitude": number(&place.longitude),
        "name": place.name,
        "address": place.address,
    }))
}

/// What the provider says of it, with the id under which the client knows the message.
fn context_of(view: &View<'_>, context: &Context) -> Value {
    let provider = context.raw.as_ref().map(status::read);
    let mut shown: Map<String, Value> = match provider {
        Some(Value::Object(object)) => object,
        Some(_) | None => Map::new(),
    };
    if let Some(from) = &context.from {
        shown.insert("from".to_owned(), json!(from));
    }
    if let Some(id) = &context.provider_id {
        shown.insert("id".to_owned(), json!(known_as(view, id)));
    }
    if context.forwarded {
        shown.insert("forwarded".to_owned(), json!(true));
    }
    Value::Object(shown)
}

/// The id under which the client knows an earlier message: the provider's where we know no better.
fn known_as(view: &View<'_>, provider_id: &str) -> String {
    let known = view.refers_to.and_then(ids::shown);
    known.unwrap_or_else(|| provider_id.to_owned())
}

fn without_nulls(mut value: Value) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.retain(|_, value| !value.is_null());
    }
    value
}
