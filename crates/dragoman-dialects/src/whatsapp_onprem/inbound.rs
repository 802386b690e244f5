//! A customer's message, as the webhook tells it.

use dragoman_core::content::Location;
use dragoman_core::inbound::{Context, Inbound, InboundContent, InboundMedia};
use dragoman_core::ports::View;
use dragoman_core::{Address, Raw};
use serde_json::{Map, Value, json};

use super::earlier::Earlier;
use super::{codes, ids};

/// `{"contacts": […], "messages": […]}`, with one of each: consumers look no further.
pub(super) fn body(view: &View<'_>, message: &Inbound) -> Value {
    let from = sender(message);
    let wa_id = from.map_or("", Address::value);
    let name = message.profile_name.as_deref();
    let name = name.or(view.message.contact.name.as_deref());
    let earlier = Earlier::of(view, message, from);
    let (kind, content) = content(&message.content, &earlier);
    let mut shown = json!({
        "from": wa_id,
        "id": ids::inbound(from, view.message.id),
        "timestamp": message.at.seconds().to_string(),
        "type": kind,
    });
    let key = if kind == "unknown" { "errors" } else { kind };
    shown[key] = content;
    if let Some(context) = &message.context {
        shown["context"] = replied_to(context, &earlier);
    }
    if let Some(referral) = &message.referral {
        shown["referral"] = advertisement(referral);
    }
    json!({
        "contacts": [{ "profile": { "name": name.unwrap_or(wa_id) }, "wa_id": wa_id }],
        "messages": [shown],
    })
}

/// The number; a customer who hides it is shown by the WhatsApp user id.
fn sender(message: &Inbound) -> Option<&Address> {
    let numbered = message
        .from
        .iter()
        .find(|address| address.phone().is_some());
    numbered.or_else(|| message.from.first())
}

/// The word for the content, and what stands under that word.
fn content(content: &InboundContent, earlier: &Earlier<'_>) -> (&'static str, Value) {
    match content {
        InboundContent::Text(text) => ("text", json!({ "body": text })),
        InboundContent::Media(media) if media.voice => ("voice", file(media)),
        InboundContent::Media(media) => (media.kind.word(), file(media)),
        InboundContent::Location(place) => ("location", location(place)),
        InboundContent::Contacts(cards) => ("contacts", read(cards)),
        InboundContent::Button { text, payload } => {
            ("button", json!({ "text": text, "payload": payload }))
        }
        InboundContent::Interactive(answer) => ("interactive", read(answer)),
        InboundContent::Reaction { target, emoji } => {
            let target = earlier.shown(target);
            ("reaction", json!({ "message_id": target, "emoji": emoji }))
        }
        InboundContent::Order(order) => ("order", read(order)),
        InboundContent::System(notice) => ("system", system(notice)),
        InboundContent::Unsupported(_) => ("unknown", unknown()),
    }
}

fn file(media: &InboundMedia) -> Value {
    without_nulls(json!({
        "id": media.provider_media_id,
        "mime_type": media.mime_type,
        "sha256": media.sha256,
        "caption": media.caption,
        "filename": media.filename,
    }))
}

fn location(place: &Location) -> Value {
    without_nulls(json!({
        "latitude": number(&place.latitude),
        "longitude": number(&place.longitude),
        "name": place.name,
        "address": place.address,
    }))
}

/// Coordinates are numbers here.
fn number(text: &str) -> Value {
    text.parse::<f64>()
        .map_or_else(|_| text.into(), Value::from)
}

/// A notice of the messenger. The Cloud API has other words for a number that changed.
fn system(notice: &Raw) -> Value {
    let mut notice = read(notice);
    let changed = matches!(
        notice["type"].as_str(),
        Some("user_changed_number" | "customer_changed_number")
    );
    if let (true, Some(notice)) = (changed, notice.as_object_mut()) {
        notice.insert("type".to_owned(), "user_changed_number".into());
        if let Some(number) = notice.remove("wa_id") {
            notice.entry("new_wa_id").or_insert(number);
        }
    }
    notice
}

fn unknown() -> Value {
    json!([{
        "code": codes::UNKNOWN_TYPE,
        "title": codes::title(codes::UNKNOWN_TYPE),
        "details": "Message type is not currently supported",
    }])
}

fn replied_to(context: &Context, earlier: &Earlier<'_>) -> Value {
    let id = context.provider_id.as_deref().map(|id| earlier.shown(id));
    let mut shown = without_nulls(json!({ "from": context.from, "id": id }));
    if context.forwarded {
        shown["forwarded"] = true.into();
    }
    shown
}

/// What the original told of an advertisement; the Cloud API tells more, under other names.
fn advertisement(referral: &Raw) -> Value {
    const TOLD: [&str; 7] = [
        "headline",
        "body",
        "source_type",
        "source_id",
        "source_url",
        "image",
        "video",
    ];
    let referral = read(referral);
    let told = TOLD
        .into_iter()
        .filter_map(|key| Some((key.to_owned(), referral.get(key)?.clone())));
    Value::Object(told.collect())
}

/// The provider's JSON; an empty object when it is none.
fn read(raw: &Raw) -> Value {
    serde_json::from_str(raw.as_str()).unwrap_or_else(|_| Value::Object(Map::new()))
}

fn without_nulls(mut value: Value) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.retain(|_, value| !value.is_null());
    }
    value
}
