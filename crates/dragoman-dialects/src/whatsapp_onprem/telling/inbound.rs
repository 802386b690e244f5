//! A customer's message, as the webhook tells it.

mod advertisement;
mod media;
mod notice;
mod unknown;

use dragoman_core::content::Location;
use dragoman_core::inbound::{Context, Inbound, InboundContent};
use dragoman_core::outcome::Failure;
use dragoman_core::ports::View;
use dragoman_core::{Address, MessageId, Raw};
use serde_json::{Map, Value, json};

use crate::whatsapp_onprem::contacts::keys;
use crate::whatsapp_onprem::ids;
use crate::whatsapp_onprem::messages::earlier::Earlier;
use crate::whatsapp_onprem::settings::application::Application;

/// `{"contacts": […], "messages": […]}`, with one of each: consumers look no further. `missing`
/// says why the message's file is not here; `None` when the client does not hear of the message.
pub(in crate::whatsapp_onprem) fn body(
    view: &View<'_>,
    message: &Inbound,
    missing: Option<&Failure>,
) -> Option<Value> {
    let from = sender(message);
    let wa_id = from.map_or("", Address::value);
    let teller = Teller {
        id: view.message.id,
        wa_id,
        missing,
        earlier: Earlier::of(view, message, from),
        application: Application::read(view.subscription.settings.as_ref()),
    };
    let told = teller.told(&message.content)?;
    let mut shown = json!({
        "from": wa_id,
        "id": ids::inbound(from, view.message.id),
        "timestamp": message.at.seconds().to_string(),
        "type": told.kind,
    });
    if let Some(object) = told.object {
        shown[told.kind] = object;
    }
    if let Some(errors) = told.errors {
        shown["errors"] = errors;
    }
    if let Some(context) = &message.context {
        shown["context"] = replied_to(context, &teller.earlier);
    }
    if let Some(referral) = &message.referral {
        let picture = view.advertisement;
        let picture = picture.filter(|_| teller.application.takes_advertisements());
        shown["referral"] = advertisement::told(referral, picture);
    }
    let contact = &view.message.contact;
    let identity = message.identity.as_ref();
    let identity = identity.and_then(|told| keys::told(told, contact));
    if let Some(identity) = identity.filter(|_| teller.application.hears_of_identities()) {
        shown["identity"] = identity;
    }
    let name = message.profile_name.as_deref();
    let name = name.or(view.message.contact.name.as_deref());
    Some(json!({
        "contacts": [{ "profile": { "name": name.unwrap_or(wa_id) }, "wa_id": wa_id }],
        "messages": [shown],
    }))
}

/// What a message says, in the words of this API.
struct Told {
    /// Its `type`.
    kind: &'static str,
    /// What stands under that word.
    object: Option<Value>,
    /// What went wrong with it.
    errors: Option<Value>,
}

impl Told {
    fn plain(kind: &'static str, object: Value) -> Self {
        Self {
            kind,
            object: Some(object),
            errors: None,
        }
    }

    /// The same for consumers that answer 400 to what they do not know: newer types, other answers
    /// than those to buttons and lists, and files that are not here.
    fn in_the_first_years(self) -> Self {
        let object = self.object.as_ref();
        let is_known = match self.kind {
            "reaction" | "order" | "ephemeral" => false,
            "interactive" => object.is_some_and(|answer| {
                matches!(answer["type"].as_str(), Some("button_reply" | "list_reply"))
            }),
            "image" | "video" | "audio" | "voice" | "document" | "sticker" => {
                object.is_some_and(media::is_whole)
            }
            _ => true,
        };
        if is_known { self } else { unknown::bare() }
    }
}

/// What has to be known to tell what a message says.
struct Teller<'a> {
    id: MessageId,
    wa_id: &'a str,
    missing: Option<&'a Failure>,
    earlier: Earlier<'a>,
    application: Application,
}

impl Teller<'_> {
    /// `None` when the client does not hear of it.
    fn told(&self, content: &InboundContent) -> Option<Told> {
        let told = match content {
            InboundContent::Text(text) => Told::plain("text", json!({ "body": text })),
            InboundContent::Media(file) => {
                media::told(self.id, file, self.missing, &self.application)
            }
            InboundContent::Location(place) => Told::plain("location", location(place)),
            InboundContent::Contacts(cards) => Told::plain("contacts", read(cards)),
            InboundContent::Button { text, payload } => {
                Told::plain("button", json!({ "text": text, "payload": payload }))
            }
            InboundContent::Interactive(answer) => interactive(answer),
            InboundContent::Reaction { target, emoji } => {
                let target = self.earlier.shown(target);
                Told::plain("reaction", json!({ "message_id": target, "emoji": emoji }))
            }
            InboundContent::Order(order) => Told::plain("order", read(order)),
            InboundContent::System(raw) => notice::told(raw, self.wa_id, &self.application)?,
            InboundContent::Unsupported(errors) => unknown::told(errors),
        };
        Some(if self.application.is_of_the_first_years() {
            told.in_the_first_years()
        } else {
            told
        })
    }
}

/// The number; a customer who hides it is shown by the WhatsApp user id.
fn sender(message: &Inbound) -> Option<&Address> {
    let numbered = message
        .from
        .iter()
        .find(|address| address.phone().is_some());
    numbered.or_else(|| message.from.first())
}

/// The answers that this API knows are the same in the Cloud API, which knows more.
fn interactive(answer: &Raw) -> Told {
    let answer = read(answer);
    match answer["type"].as_str() {
        Some("button_reply" | "list_reply" | "nfm_reply") => Told::plain("interactive", answer),
        Some(_) | None => unknown::bare(),
    }
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

fn replied_to(context: &Context, earlier: &Earlier<'_>) -> Value {
    let id = context.provider_id.as_deref().map(|id| earlier.shown(id));
    let mut shown = without_nulls(json!({ "from": context.from, "id": id }));
    if context.forwarded {
        shown["forwarded"] = true.into();
    }
    let provider = context.raw.as_ref().map(read).unwrap_or_default();
    for key in ["frequently_forwarded", "referred_product"] {
        if let Some(value) = provider.get(key).filter(|value| !value.is_null()) {
            shown[key] = value.clone();
        }
    }
    shown
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
