//! What a client asks for with `POST /v1/messages`.

use std::time::Duration;

use dragoman_core::content::{Content, Kind, Location, Media, Reaction, Text};
use dragoman_core::submission::Ask;
use dragoman_core::template::TemplateAsk;
use dragoman_core::{Address, Raw};
use serde_json::{Map, Value, json};

use super::{cards, interactive, media, template};
use crate::whatsapp_onprem::codes;
use crate::whatsapp_onprem::fields::{Fields, whole};
use crate::whatsapp_onprem::limits::CALLBACK_DATA;
use crate::whatsapp_onprem::render::Fault;

/// A request to send one message, read but not judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::whatsapp_onprem) struct Wanted {
    /// The recipient as the client wrote it, for the answer.
    pub(in crate::whatsapp_onprem) input: String,
    /// The same, understood.
    pub(in crate::whatsapp_onprem) to: Address,
    /// What to say. A reaction's target is still the client's word for it.
    pub(in crate::whatsapp_onprem) ask: Ask,
    /// How long it is worth sending.
    pub(in crate::whatsapp_onprem) ttl: Option<Duration>,
    /// The message that it answers, in the client's word for it. An extension: the original had
    /// no replies.
    pub(in crate::whatsapp_onprem) reply_to: Option<String>,
    /// The client's own text, given back in statuses, as JSON. An extension as well.
    pub(in crate::whatsapp_onprem) callback_data: Option<Raw>,
    /// The hash of the keys that the customer's device must still have. An extension, too.
    pub(in crate::whatsapp_onprem) identity: Option<Box<str>>,
    /// Where the client believes its template to be.
    pub(in crate::whatsapp_onprem) namespace: Option<String>,
}

/// Reads the body. What it has too much is ignored, as long as it is plain text.
///
/// # Errors
/// 1002, 1006, 1008, 1009, 1010 and those of templates and interactive messages, each naming the
/// field.
pub(in crate::whatsapp_onprem) fn wanted(body: &Map<String, Value>) -> Result<Wanted, Fault> {
    let fields = Fields::root(body);
    fields.plain()?;
    let input = fields.required_word("to")?.into_owned();
    let to = Address::parse(&input)
        .map_err(|_| Fault::invalid("to", "must be a phone number or a WhatsApp id"))?;
    recipient_type(&fields)?;
    Ok(Wanted {
        input,
        to,
        ask: ask(&fields)?,
        ttl: ttl(&fields)?,
        reply_to: reply_to(&fields)?,
        callback_data: callback_data(&fields)?,
        identity: identity(&fields)?,
        namespace: namespace(&fields)?,
    })
}

/// The customer's message that is to be marked as read: programs that come from the Cloud API say
/// so here. `None` when the body is about sending.
///
/// # Errors
/// 1008, 1009.
pub(in crate::whatsapp_onprem) fn read_mark(
    body: &Map<String, Value>,
) -> Result<Option<&str>, Fault> {
    let fields = Fields::root(body);
    if fields.get("status").is_none() || fields.get("to").is_some() {
        return Ok(None);
    }
    is_read(&fields)?;
    fields.required_text("message_id").map(Some)
}

/// Makes sure of the one status that a client can set.
///
/// # Errors
/// 1008, 1009.
pub(in crate::whatsapp_onprem) fn is_read(fields: &Fields<'_>) -> Result<(), Fault> {
    match fields.required_text("status")? {
        "read" => Ok(()),
        _ => Err(Fault::invalid("status", "must be read")),
    }
}

fn recipient_type(fields: &Fields<'_>) -> Result<(), Fault> {
    match fields.text("recipient_type")? {
        None | Some("individual" | "") => Ok(()),
        Some(_) => Err(Fault::of_request(1002, "recipient_type must be individual")),
    }
}

/// Seconds, as a number or as text. The object that one description shows was never explained, and
/// is ignored like an empty text; PHP writes it as an empty array.
fn ttl(fields: &Fields<'_>) -> Result<Option<Duration>, Fault> {
    let given = match fields.get("ttl") {
        None | Some(Value::Object(_)) => return Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(None),
        Some(Value::Array(list)) if list.is_empty() => return Ok(None),
        Some(given) => given,
    };
    let seconds = whole(given).and_then(|seconds| u64::try_from(seconds).ok());
    match seconds.filter(|&seconds| seconds > 0) {
        Some(seconds) => Ok(Some(Duration::from_secs(seconds))),
        None => Err(Fault::invalid("ttl", "must be a whole number of seconds")),
    }
}

fn reply_to(fields: &Fields<'_>) -> Result<Option<String>, Fault> {
    let Some(context) = fields.object_at("context")? else {
        return Ok(None);
    };
    let id = context.text("message_id")?.filter(|id| !id.is_empty());
    Ok(id.map(str::to_owned))
}

fn callback_data(fields: &Fields<'_>) -> Result<Option<Raw>, Fault> {
    let text = CALLBACK_DATA.word(fields, "biz_opaque_callback_data")?;
    let text = text.filter(|text| !text.is_empty());
    Ok(text.map(|text| Raw::new(json!(text).to_string())))
}

fn identity(fields: &Fields<'_>) -> Result<Option<Box<str>>, Fault> {
    let hash = fields.text("recipient_identity_key_hash")?;
    Ok(hash.filter(|hash| !hash.is_empty()).map(Box::from))
}

fn namespace(fields: &Fields<'_>) -> Result<Option<String>, Fault> {
    let word = fields.text("type")?.unwrap_or_default();
    if !matches!(word, "template" | "hsm") {
        return Ok(None);
    }
    let namespace = fields.required_object(word)?.text("namespace")?;
    let namespace = namespace.filter(|namespace| !namespace.is_empty());
    Ok(namespace.map(str::to_owned))
}

fn ask(fields: &Fields<'_>) -> Result<Ask, Fault> {
    let word = fields.text("type")?.unwrap_or("text");
    if let Some(kind) = media::kind(word) {
        let media = media::media(&fields.required_object(word)?, kind)?;
        return Ok(Ask::Content(file(kind, media)));
    }
    let content = match word {
        "text" => Content::Text(text(fields)?),
        "location" => Content::Location(location(&fields.required_object(word)?)?),
        "contacts" => Content::Contacts(cards::contacts(fields)?),
        "interactive" => {
            Content::Interactive(interactive::interactive(&fields.required_object(word)?)?)
        }
        "reaction" => Content::Reaction(reaction(&fields.required_object(word)?)?),
        "template" => {
            let message = template::template(&fields.required_object(word)?)?;
            return Ok(Ask::Template(TemplateAsk::ByName(message)));
        }
        "hsm" => {
            let message = template::hsm(&fields.required_object(word)?)?;
            return Ok(Ask::Template(TemplateAsk::ByName(message)));
        }
        _ => return Err(Fault::invalid("type", "is none that can be sent")),
    };
    Ok(Ask::Content(content))
}

fn file(kind: Kind, media: Media) -> Content {
    match kind {
        Kind::Image => Content::Image(media),
        Kind::Audio => Content::Audio(media),
        Kind::Video => Content::Video(media),
        Kind::Sticker => Content::Sticker(media),
        Kind::Document
        | Kind::Text
        | Kind::Location
        | Kind::Contacts
        | Kind::Interactive
        | Kind::Template
        | Kind::Reaction
        | Kind::Button
        | Kind::Unsupported
        | Kind::System
        | Kind::Order => Content::Document(media),
    }
}

/// The preview's flag stands at the top here; programs that come from the Cloud API put it inside.
fn text(fields: &Fields<'_>) -> Result<Text, Fault> {
    let text = fields.required_object("text")?;
    let preview = match fields.flag("preview_url")? {
        Some(preview) => Some(preview),
        None => text.flag("preview_url")?,
    };
    Ok(Text {
        body: text.required_text("body")?.into(),
        preview_url: preview.unwrap_or(false),
    })
}

/// A point on the map.
///
/// # Errors
/// 1008, 1009.
pub(super) fn location(fields: &Fields<'_>) -> Result<Location, Fault> {
    let optional = |key| fields.word(key).map(|text| text.map(Into::into));
    Ok(Location {
        latitude: degrees(fields, "latitude", 90.0)?,
        longitude: degrees(fields, "longitude", 180.0)?,
        name: optional("name")?,
        address: optional("address")?,
    })
}

fn degrees(fields: &Fields<'_>, key: &str, most: f64) -> Result<Box<str>, Fault> {
    let text = fields.required_word(key)?;
    let text = text.trim();
    match text.parse::<f64>() {
        Ok(degrees) if degrees.abs() <= most => Ok(text.into()),
        Ok(_) | Err(_) => Err(Fault::invalid(&fields.name(key), "must be decimal degrees")),
    }
}

/// An extension: the original could receive reactions and not send them.
fn reaction(fields: &Fields<'_>) -> Result<Reaction, Fault> {
    let target = fields.required_text("message_id")?;
    if target.is_empty() {
        return Err(Fault::of_request(
            codes::INVALID,
            "reaction.message_id is empty",
        ));
    }
    Ok(Reaction {
        target: target.into(),
        emoji: fields.text("emoji")?.unwrap_or_default().into(),
    })
}
