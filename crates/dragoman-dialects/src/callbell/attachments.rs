//! Addresses of the files that messages have. Pure.

use dragoman_core::content::{Content, Kind, Media, MediaSource};
use dragoman_core::inbound::{InboundContent, InboundMedia};
use dragoman_core::message::{Body, Stored};
use dragoman_core::{Id, Timestamp};

use crate::links::{Linked, Links};

/// The address of the file that a message has: a client's own as it came, one of ours for a file
/// that we keep. `None` when it has no file. Whether a customer's is here, the caller knows.
pub(super) fn of(message: &Stored, links: &Links, now: Timestamp) -> Option<String> {
    let (file, extension) = match &message.body {
        Body::Outbound(body) => {
            let media = body.content.media()?;
            match &media.source {
                MediaSource::Link(link) | MediaSource::Guarded { link, .. } => {
                    return Some(link.to_string());
                }
                MediaSource::Stored(file) => (*file, sent(&body.content, media)),
            }
        }
        Body::Inbound(body) => (kept(message)?, received(media(&body.content)?)),
        Body::Note(_) => return None,
    };
    let linked = Linked {
        account: message.account,
        file,
        extension,
    };
    Some(links.link(linked, now))
}

/// The id under which the file of a customer's message is kept, if it has one.
pub(super) fn kept(message: &Stored) -> Option<Id> {
    let body = message.inbound()?;
    media(&body.content).map(|_| Id::from_u128(message.id.as_u128()))
}

const fn media(content: &InboundContent) -> Option<&InboundMedia> {
    match content {
        InboundContent::Media(media) => Some(media),
        InboundContent::Text(_)
        | InboundContent::Location(_)
        | InboundContent::Contacts(_)
        | InboundContent::Button { .. }
        | InboundContent::Interactive(_)
        | InboundContent::Reaction { .. }
        | InboundContent::Order(_)
        | InboundContent::System(_)
        | InboundContent::Unsupported(_) => None,
    }
}

/// The content type is not at hand here: the name tells it, or else the kind tells the usual one.
fn sent<'a>(content: &Content, media: &'a Media) -> Option<&'a str> {
    let named = media.filename.as_deref().and_then(of_name);
    named.or_else(|| usual(content.kind()))
}

fn received(media: &InboundMedia) -> Option<&str> {
    let named = media.filename.as_deref().and_then(of_name);
    named
        .or_else(|| of_type(&media.mime_type))
        .or_else(|| usual(media.kind))
}

/// The end of a name, when it can stand in an address as it is.
fn of_name(name: &str) -> Option<&str> {
    let (_, extension) = name.rsplit_once('.')?;
    let is_plain = extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_plain && (1..=8).contains(&extension.len())).then_some(extension)
}

/// What receivers know of the types that messengers carry.
fn of_type(mime_type: &str) -> Option<&'static str> {
    let plain = mime_type.split(';').next().unwrap_or(mime_type);
    Some(match plain.trim() {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "image/gif" => "gif",
        "audio/ogg" | "audio/opus" => "ogg",
        "audio/mpeg" => "mp3",
        "audio/mp4" => "m4a",
        "audio/aac" => "aac",
        "audio/amr" => "amr",
        "video/mp4" => "mp4",
        "video/3gpp" => "3gp",
        "application/pdf" => "pdf",
        "text/plain" => "txt",
        _ => return None,
    })
}

const fn usual(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Image => Some("jpg"),
        Kind::Audio => Some("ogg"),
        Kind::Video => Some("mp4"),
        Kind::Sticker => Some("webp"),
        Kind::Text
        | Kind::Document
        | Kind::Location
        | Kind::Contacts
        | Kind::Interactive
        | Kind::Template
        | Kind::Reaction
        | Kind::Button
        | Kind::Unsupported
        | Kind::System
        | Kind::Order => None,
    }
}
