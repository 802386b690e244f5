//! The payload of `message_created`. Pure.

use dragoman_core::content::{Content, Location};
use dragoman_core::inbound::{Inbound, InboundContent};
use dragoman_core::message::{Body, Outbound, Stored};
use dragoman_core::ports::View;
use dragoman_core::{Raw, Timestamp};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::render::{self, Setting};
use super::{interactive, objects, wire, wording};

/// A message, in or out. Receivers validate it: everything but the optional parts is always there.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MessageCreated {
    to: String,
    from: String,
    text: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<String>,
    uuid: String,
    status: &'static str,
    channel: &'static str,
    contact: wire::Contact,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_contact_card: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_context: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_forward: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_interactive_list: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_location: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_reply_button: Option<Value>,
}

impl MessageCreated {
    /// Adds the address of its file.
    pub(super) fn attach(&mut self, address: Option<String>) {
        self.attachments.extend(address);
    }

    fn show(&mut self, shown: interactive::Shown) {
        self.message_interactive_list = shown.list;
        self.message_reply_button = shown.buttons;
    }
}

/// The message of an event; a note is none.
pub(super) fn message(view: &View<'_>, setting: &Setting<'_>) -> Option<MessageCreated> {
    match &view.message.body {
        Body::Outbound(body) => Some(outbound(view, setting, body)),
        Body::Inbound(body) => Some(inbound(view, setting, body)),
        Body::Note(_) => None,
    }
}

fn outbound(view: &View<'_>, setting: &Setting<'_>, body: &Outbound) -> MessageCreated {
    let content = &body.content;
    let mut told = bare(
        setting,
        Ends {
            to: body.to.value().to_owned(),
            from: sender(setting),
            uuid: view.message.id.simple(),
            status: "sent",
            at: view.event.at,
        },
    );
    told.text = wording::sent(content);
    told.metadata = body.metadata.as_ref().and_then(render::kept);
    match content {
        Content::Interactive(shown) => told.show(interactive::sent(&shown.raw)),
        Content::Contacts(raw) => told.message_contact_card = cards(raw),
        Content::Location(place) => told.message_location = Some(location(place)),
        Content::Text(_)
        | Content::Image(_)
        | Content::Audio(_)
        | Content::Video(_)
        | Content::Document(_)
        | Content::Sticker(_)
        | Content::Template(_)
        | Content::Reaction(_) => {}
    }
    told
}

fn inbound(view: &View<'_>, setting: &Setting<'_>, body: &Inbound) -> MessageCreated {
    let content = &body.content;
    let from = body.from.first();
    let mut told = bare(
        setting,
        Ends {
            to: sender(setting),
            from: from.map_or_else(String::new, |address| address.value().to_owned()),
            uuid: body.provider_id.to_string(),
            status: "received",
            at: view.event.at,
        },
    );
    told.text = wording::received(content);
    let forwarded = body.context.as_ref().is_some_and(|past| past.forwarded);
    told.message_forward = forwarded.then(|| json!({ "forwarded": true }));
    told.message_context = view.refers_to.map(context);
    match content {
        InboundContent::Interactive(raw) => told.show(interactive::chosen(raw)),
        InboundContent::Button { text, payload } => {
            let shown = interactive::quick_reply(text, payload.as_deref());
            told.message_reply_button = Some(shown);
        }
        InboundContent::Contacts(raw) => told.message_contact_card = cards(raw),
        InboundContent::Location(place) => told.message_location = Some(location(place)),
        InboundContent::Text(_)
        | InboundContent::Media(_)
        | InboundContent::Reaction { .. }
        | InboundContent::Order(_)
        | InboundContent::System(_)
        | InboundContent::Unsupported(_) => {}
    }
    told
}

/// Where a message came from and went to.
struct Ends {
    to: String,
    from: String,
    uuid: String,
    status: &'static str,
    at: Timestamp,
}

/// A message that says nothing yet.
fn bare(setting: &Setting<'_>, ends: Ends) -> MessageCreated {
    MessageCreated {
        to: ends.to,
        from: ends.from,
        text: String::new(),
        attachments: Vec::new(),
        uuid: ends.uuid,
        status: ends.status,
        channel: objects::source(setting.catalog, setting.channel),
        contact: objects::contact(setting),
        created_at: objects::date(ends.at),
        metadata: None,
        message_contact_card: None,
        message_context: None,
        message_forward: None,
        message_interactive_list: None,
        message_location: None,
        message_reply_button: None,
    }
}

/// The business: the digits of its number, or the provider's id where no number is known.
pub(super) fn sender(setting: &Setting<'_>) -> String {
    let Some(channel) = setting.catalog.channel(setting.channel) else {
        return String::new();
    };
    match &channel.phone {
        Some(phone) => phone.chars().filter(char::is_ascii_digit).collect(),
        None => channel.provider_id.to_string(),
    }
}

/// The earlier message that a customer answers or reacts to. Its uuid, which the original leaves
/// out, tells a program which one it is.
fn context(earlier: &Stored) -> Value {
    let (uuid, text, status) = match &earlier.body {
        Body::Outbound(body) => (earlier.id.simple(), wording::sent(&body.content), "sent"),
        Body::Inbound(body) => {
            let id = body.provider_id.to_string();
            (id, wording::received(&body.content), "received")
        }
        Body::Note(note) => (earlier.id.simple(), note.text.to_string(), "note"),
    };
    let at = objects::date(earlier.id.at());
    json!({ "target": { "uuid": uuid, "text": text, "status": status, "createdAt": at } })
}

/// x is the latitude and y the longitude, as the original has it.
fn location(place: &Location) -> Value {
    let (latitude, longitude) = (&place.latitude, &place.longitude);
    json!({
        "coordinates": { "x": number(latitude), "y": number(longitude) },
        "googleMapsLocation": format!("https://maps.google.com/?q={latitude},{longitude}"),
    })
}

fn number(text: &str) -> Value {
    text.parse::<f64>()
        .map_or_else(|_| json!(text), |number| json!(number))
}

/// Contact cards, from the provider's array.
fn cards(raw: &Raw) -> Option<Value> {
    let cards: Vec<Value> = serde_json::from_str(raw.as_str()).ok()?;
    let card = |card: &Value| {
        let phones = card["phones"].as_array().map_or(&[][..], Vec::as_slice);
        let phone = |phone: &Value| json!({ "phone": phone["phone"], "wa_id": phone["wa_id"], "type": phone["type"] });
        json!({
            "name": card["name"]["formatted_name"],
            "phones": phones.iter().map(phone).collect::<Vec<_>>(),
        })
    };
    Some(json!({ "contactsInfo": cards.iter().map(card).collect::<Vec<_>>() }))
}
