//! One inbound message → what a customer said.

use std::collections::BTreeMap;

use dragoman_core::content::{Kind, Location};
use dragoman_core::inbound::{Context, Inbound, InboundContent, InboundMedia, Referral};
use dragoman_core::{Raw, Timestamp};
use serde_json::value::RawValue;

use super::receive::Odd;
use super::{sender, wire};

/// Meta's code for a message that it does not pass on.
const UNSUPPORTED: i64 = 131_051;
const UNSUPPORTED_TITLE: &str = "Unsupported message type";

/// Reads one message. `alone` means that it came without others, so that a contact beside it can
/// only be its sender.
///
/// # Errors
/// What it lacks: nobody can use a message without id, time, type or sender.
pub(super) fn read(raw: &RawValue, contacts: &[&RawValue], alone: bool) -> Result<Inbound, Odd> {
    let message: wire::Message<'_> = wire::part(Some(raw)).ok_or("a message of another shape")?;
    let provider_id = wire::filled(message.id.as_deref()).ok_or("a message without id")?;
    let seconds = message.timestamp.ok_or("a message without time")?;
    let kind = message.kind.as_deref().ok_or("a message without type")?;
    let beside = sender::beside(&message, contacts, alone);
    let from = sender::addresses(&message, &beside);
    if from.is_empty() {
        return Err("a message without sender");
    }
    let content = content(kind, &message)
        .unwrap_or_else(|| InboundContent::Unsupported(errors(kind, &message, raw)));
    Ok(Inbound {
        provider_id: provider_id.into(),
        from,
        profile_name: beside.profile.and_then(|profile| profile.name),
        at: Timestamp::from_seconds(seconds),
        content,
        context: context(&message),
        referral: message.referral.map(referral),
        identity: object(message.identity),
    })
}

/// `None` when the type is not known, or its object is missing or has another shape.
fn content(kind: &str, message: &wire::Message<'_>) -> Option<InboundContent> {
    match kind {
        "text" => {
            let text: wire::TextIn = wire::part(message.text)?;
            Some(InboundContent::Text(text.body))
        }
        "image" => file(Kind::Image, message.image),
        "audio" => file(Kind::Audio, message.audio),
        "video" => file(Kind::Video, message.video),
        "document" => file(Kind::Document, message.document),
        "sticker" => file(Kind::Sticker, message.sticker),
        "location" => place(message.location),
        "contacts" => array(message.contacts).map(InboundContent::Contacts),
        "reaction" => {
            let reaction: wire::ReactionIn = wire::part(message.reaction)?;
            Some(InboundContent::Reaction {
                target: reaction.message_id,
                emoji: reaction.emoji.unwrap_or_default(),
            })
        }
        "button" => {
            let button: wire::ButtonIn = wire::part(message.button)?;
            Some(InboundContent::Button {
                text: button.text,
                payload: button.payload,
            })
        }
        "interactive" => object(message.interactive).map(InboundContent::Interactive),
        "order" => object(message.order).map(InboundContent::Order),
        "system" => object(message.system).map(InboundContent::System),
        _ => None,
    }
}

fn file(kind: Kind, raw: Option<&RawValue>) -> Option<InboundContent> {
    let file: wire::FileIn = wire::part(raw)?;
    let mime_type = file
        .mime_type
        .unwrap_or_else(|| "application/octet-stream".into());
    Some(InboundContent::Media(InboundMedia {
        kind,
        provider_media_id: file.id,
        mime_type,
        sha256: file.sha256,
        caption: file.caption,
        filename: file.filename,
        voice: file.voice.unwrap_or(false),
    }))
}

fn place(raw: Option<&RawValue>) -> Option<InboundContent> {
    let place: wire::PlaceIn<'_> = wire::part(raw)?;
    Some(InboundContent::Location(Location {
        latitude: degrees(place.latitude)?,
        longitude: degrees(place.longitude)?,
        name: place.name,
        address: place.address,
    }))
}

/// A number digit for digit as it came, or the text of a string.
fn degrees(raw: &RawValue) -> Option<Box<str>> {
    let is_number = raw
        .get()
        .starts_with(|c: char| c == '-' || c.is_ascii_digit());
    if is_number {
        return Some(raw.get().into());
    }
    wire::part(Some(raw))
}

/// `None` when it is missing or says nothing. What we do not read of it is in the whole.
fn context(message: &wire::Message<'_>) -> Option<Context> {
    let fields: BTreeMap<String, &RawValue> = wire::part(message.context)?;
    if fields.is_empty() {
        return None;
    }
    let context: wire::ContextIn = wire::part(message.context).unwrap_or_default();
    Some(Context {
        provider_id: context.id,
        from: context.from,
        forwarded: context.forwarded.unwrap_or(false)
            || context.frequently_forwarded.unwrap_or(false),
        raw: message.context.map(kept),
    })
}

/// Of a film with a picture in front of it the film is fetched.
fn referral(raw: &RawValue) -> Referral {
    let shown: wire::ReferralIn = wire::part(Some(raw)).unwrap_or_default();
    let picture = shown.video_url.or(shown.image_url).or(shown.thumbnail_url);
    Referral {
        picture: picture.filter(|link| !link.is_empty()),
        raw: kept(raw),
    }
}

/// Meta's own errors, or ours in the same form, with the message in it.
fn errors(kind: &str, message: &wire::Message<'_>, raw: &RawValue) -> Raw {
    let theirs = message
        .errors
        .filter(|raw| !wire::parts(Some(raw)).is_empty());
    if let Some(theirs) = theirs {
        return kept(theirs);
    }
    let error = wire::NotSupported {
        code: UNSUPPORTED,
        title: UNSUPPORTED_TITLE,
        message: UNSUPPORTED_TITLE,
        error_data: wire::NotSupportedData {
            details: format!("messages of type {kind} are not supported"),
            original: raw,
        },
    };
    let text = serde_json::to_string(&[error]);
    Raw::new(text.unwrap_or_else(|_| "[]".to_owned()))
}

fn array(raw: Option<&RawValue>) -> Option<Raw> {
    raw.filter(|raw| raw.get().starts_with('[')).map(kept)
}

fn object(raw: Option<&RawValue>) -> Option<Raw> {
    raw.filter(|raw| raw.get().starts_with('{')).map(kept)
}

fn kept(raw: &RawValue) -> Raw {
    Raw::new(raw.get())
}
