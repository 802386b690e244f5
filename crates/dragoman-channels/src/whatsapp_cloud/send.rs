//! A message in flight → Meta's request; Meta's answer → a receipt. Nothing here does IO.

use std::borrow::Cow;
use std::collections::BTreeMap;

use dragoman_core::Address;
use dragoman_core::Raw;
use dragoman_core::catalog::Channel;
use dragoman_core::content::{Content, Interactive, Kind, Location, Media, MediaSource};
use dragoman_core::message::{InFlight, Outbound};
use dragoman_core::outcome::{Again, Failure, NotTaken, Proof, Receipt, SendError, Slow};
use dragoman_core::ports::{ANSWER_WAIT, Answer, Method, Request};
use dragoman_core::template::{ButtonValue, HeaderValue, Parameter, TemplateMessage};
use serde_json::value::RawValue;

use super::{settings, wire};
use crate::graph;

/// Meta's word for a message that waits until the quality of its template is known.
const HELD: &str = "held_for_quality_assessment";

/// The one POST of an attempt.
///
/// # Errors
/// The message can never be written in this API.
pub(super) fn request(channel: &Channel, in_flight: &InFlight) -> Result<Request, NotTaken> {
    let message = outgoing(in_flight)?;
    let body = serde_json::to_vec(&message).map_err(|error| never(error.to_string()))?;
    let access_token = channel.setting(settings::ACCESS_TOKEN);
    let url = settings::messages_url(channel);
    let mut request = graph::request(Method::Post, url, access_token);
    request
        .headers
        .push(("content-type".into(), "application/json".to_owned()));
    Ok(Request {
        body,
        timeout: ANSWER_WAIT,
        ..request
    })
}

/// Reads a 2xx.
///
/// # Errors
/// Without a message id it proves nothing.
pub(super) fn receipt(answer: &Answer) -> Result<Receipt, SendError> {
    taken(&answer.body).ok_or_else(|| {
        let reason = format!("status {} without a message id", answer.status);
        SendError::Unknown(reason.into())
    })
}

fn taken(body: &[u8]) -> Option<Receipt> {
    let taken: wire::Taken<'_> = serde_json::from_slice(body).ok()?;
    let message: wire::TakenMessage<'_> = wire::part(taken.messages.first().copied())?;
    let status: Option<Box<str>> = wire::part(message.message_status);
    let contacts = wire::parts(taken.contacts);
    let contact: wire::Contact = wire::part(contacts.first().copied()).unwrap_or_default();
    (!message.id.is_empty()).then_some(Receipt {
        provider_id: message.id,
        recipient: contact.wa_id.or(contact.user_id),
        held: status.as_deref() == Some(HELD),
    })
}

fn outgoing(in_flight: &InFlight) -> Result<wire::Outgoing<'_>, NotTaken> {
    let body = in_flight.body();
    let (to, recipient) = match &body.to {
        Address::Phone(phone) => (Some(format!("+{}", phone.digits())), None),
        Address::User { id, .. } => (None, Some(&**id)),
    };
    Ok(wire::Outgoing {
        messaging_product: "whatsapp",
        recipient_type: "individual",
        to,
        recipient,
        kind: body.content.kind().word(),
        object: object(&body.content, in_flight.prepared())?,
        context: quoted(body),
        recipient_identity_key_hash: body.identity.as_deref(),
        biz_opaque_callback_data: in_flight.token().to_string(),
    })
}

/// A reaction names its message itself, and Meta takes no context beside it.
fn quoted(body: &Outbound) -> Option<wire::Quoted<'_>> {
    let is_reaction = matches!(body.content, Content::Reaction(_));
    let message_id = body.reply_to.as_deref().filter(|_| !is_reaction)?;
    Some(wire::Quoted { message_id })
}

fn object<'a>(
    content: &'a Content,
    prepared: Option<&'a str>,
) -> Result<wire::Object<'a>, NotTaken> {
    Ok(match content {
        Content::Text(text) => wire::Object::Text(wire::Text {
            body: &text.body,
            preview_url: text.preview_url,
        }),
        Content::Image(media) => wire::Object::Image(captioned(media, prepared)?),
        Content::Audio(media) => wire::Object::Audio(bare(media, prepared)?),
        Content::Video(media) => wire::Object::Video(captioned(media, prepared)?),
        Content::Document(media) => wire::Object::Document(wire::File {
            filename: media.filename.as_deref(),
            ..captioned(media, prepared)?
        }),
        Content::Sticker(media) => wire::Object::Sticker(bare(media, prepared)?),
        Content::Location(location) => wire::Object::Location(place(location)),
        Content::Contacts(raw) => wire::Object::Contacts(json(raw)?),
        Content::Interactive(object) => wire::Object::Interactive(interactive(object, prepared)?),
        Content::Template(message) => wire::Object::Template(template(message, prepared)?),
        Content::Reaction(reaction) => wire::Object::Reaction(wire::Reaction {
            message_id: &reaction.target,
            emoji: &reaction.emoji,
        }),
    })
}

fn bare<'a>(media: &'a Media, prepared: Option<&'a str>) -> Result<wire::File<'a>, NotTaken> {
    let (id, link) = match (prepared, &media.source) {
        (Some(id), _) => (Some(id), None),
        (None, MediaSource::Link(link)) => (None, Some(&**link)),
        (None, MediaSource::Guarded { .. } | MediaSource::Stored(_)) => {
            return Err(never("its file was not uploaded".to_owned()));
        }
    };
    Ok(wire::File {
        id,
        link,
        caption: None,
        filename: None,
    })
}

fn captioned<'a>(media: &'a Media, prepared: Option<&'a str>) -> Result<wire::File<'a>, NotTaken> {
    Ok(wire::File {
        caption: media.caption.as_deref(),
        ..bare(media, prepared)?
    })
}

/// The client's object, with the file above its body.
fn interactive<'a>(
    content: &'a Interactive,
    prepared: Option<&'a str>,
) -> Result<Cow<'a, RawValue>, NotTaken> {
    let object = json(&content.raw)?;
    let Some((kind, media)) = &content.header else {
        return Ok(Cow::Borrowed(object));
    };
    let header = file_parameter(*kind, media, prepared)?;
    let header = serde_json::to_string(&header).map_err(|error| never(error.to_string()))?;
    with_header(object, &header).map(Cow::Owned)
}

/// Puts the header in front, so that all the rest stays as the client wrote it.
fn with_header(object: &RawValue, header: &str) -> Result<Box<RawValue>, NotTaken> {
    let fields: Option<BTreeMap<String, &RawValue>> = wire::part(Some(object));
    let fields = fields.filter(|fields| !fields.contains_key("header"));
    let fields = fields.ok_or_else(|| never("no place for the header".to_owned()))?;
    let comma = if fields.is_empty() { "" } else { "," };
    let rest = object.get().strip_prefix('{').unwrap_or_default();
    RawValue::from_string(format!(r#"{{"header":{header}{comma}{rest}"#))
        .map_err(|error| never(error.to_string()))
}

fn place(location: &Location) -> wire::Place<'_> {
    wire::Place {
        latitude: degrees(&location.latitude),
        longitude: degrees(&location.longitude),
        name: location.name.as_deref(),
        address: location.address.as_deref(),
    }
}

fn degrees(text: &str) -> wire::Degrees<'_> {
    let is_number = serde_json::from_str::<serde_json::Number>(text).is_ok();
    match serde_json::from_str(text) {
        Ok(number) if is_number => wire::Degrees::Number(number),
        Ok(_) | Err(_) => wire::Degrees::Text(text),
    }
}

fn template<'a>(
    message: &'a TemplateMessage,
    prepared: Option<&'a str>,
) -> Result<wire::Template<'a>, NotTaken> {
    let mut components = Vec::new();
    if let Some(value) = &message.header {
        let parameters = [header(value, prepared)?];
        components.push(wire::Component::Header { parameters });
    }
    if !message.body.is_empty() {
        let parameters = message.body.iter().map(parameter);
        let parameters = parameters.collect::<Result<_, _>>()?;
        components.push(wire::Component::Body { parameters });
    }
    for value in &message.buttons {
        components.push(button(value)?);
    }
    Ok(wire::Template {
        name: &message.name,
        language: wire::Language {
            code: &message.language,
        },
        components,
    })
}

fn header<'a>(
    value: &'a HeaderValue,
    prepared: Option<&'a str>,
) -> Result<wire::Parameter<'a>, NotTaken> {
    match value {
        HeaderValue::Text(text) => parameter(text),
        HeaderValue::Media(kind, media) => file_parameter(*kind, media, prepared),
        HeaderValue::Other(raw) => json(raw).map(wire::Parameter::Raw),
    }
}

/// A file above the body, as templates and interactive messages both have it.
fn file_parameter<'a>(
    kind: Kind,
    media: &'a Media,
    prepared: Option<&'a str>,
) -> Result<wire::Parameter<'a>, NotTaken> {
    Ok(wire::Parameter::File {
        kind: kind.word(),
        object: header_file(kind, media, prepared)?,
    })
}

fn header_file<'a>(
    kind: Kind,
    media: &'a Media,
    prepared: Option<&'a str>,
) -> Result<wire::Object<'a>, NotTaken> {
    let file = bare(media, prepared)?;
    match kind {
        Kind::Image => Ok(wire::Object::Image(file)),
        Kind::Video => Ok(wire::Object::Video(file)),
        Kind::Document => Ok(wire::Object::Document(wire::File {
            filename: media.filename.as_deref(),
            ..file
        })),
        Kind::Text
        | Kind::Audio
        | Kind::Sticker
        | Kind::Location
        | Kind::Contacts
        | Kind::Interactive
        | Kind::Template
        | Kind::Reaction
        | Kind::Button
        | Kind::Unsupported
        | Kind::System
        | Kind::Order => Err(never(format!("{} is no kind of header file", kind.word()))),
    }
}

fn parameter(parameter: &Parameter) -> Result<wire::Parameter<'_>, NotTaken> {
    match parameter {
        Parameter::Text(text) => Ok(wire::Parameter::Text { kind: "text", text }),
        Parameter::Typed { raw, .. } => json(raw).map(wire::Parameter::Raw),
    }
}

fn button(value: &ButtonValue) -> Result<wire::Component<'_>, NotTaken> {
    Ok(wire::Component::Button {
        sub_type: &value.sub_type,
        index: value.index,
        parameters: json(&value.parameters)?,
    })
}

fn json(raw: &Raw) -> Result<&RawValue, NotTaken> {
    serde_json::from_str(raw.as_str()).map_err(|_| never("the object is no JSON".to_owned()))
}

fn never(details: String) -> NotTaken {
    let failure = Failure::new(0, "the message cannot be written for WhatsApp");
    NotTaken {
        failure: failure.because(details),
        proof: Proof::Certain,
        again: Again::Never,
        slow: Slow::Message,
    }
}
