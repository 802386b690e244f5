//! The file of a message: whether there is such a one, and whether it can be sent as what the
//! client says it is.

use dragoman_core::Id;
use dragoman_core::content::{Content, Kind, Media, MediaSource};
use dragoman_core::file::File;
use dragoman_core::submission::Ask;
use dragoman_core::template::{HeaderValue, TemplateAsk};

use super::media::unknown_file;
use crate::whatsapp_onprem::caller::ThisChannel;
use crate::whatsapp_onprem::files::{kept, pictures};
use crate::whatsapp_onprem::render::Fault;
use crate::whatsapp_onprem::{Onprem, limits};

/// Looks the file up, if the message has one, and who has the credentials for its link.
///
/// # Errors
/// 1006 for a file that there is not, 1009 for a media provider that there is not, and for a file
/// that cannot be sent as this kind.
pub(in crate::whatsapp_onprem) async fn look_up(
    house: &Onprem,
    channel: ThisChannel,
    ask: &mut Ask,
) -> Result<(), Fault> {
    let Some((kind, field, media)) = file(ask) else {
        return Ok(());
    };
    let catalog = house.services.store.catalog();
    let is_known = |name: &str| catalog.media_provider(channel.id, name).is_some();
    match &mut media.source {
        MediaSource::Stored(id) => stored(house, channel, kind, &format!("{field}.id"), *id).await,
        MediaSource::Guarded { link, provider } => {
            if !is_known(provider) {
                return Err(unknown_provider(&format!("{field}.provider")));
            }
            if let Some((_, address)) = prefixed(link).filter(|(name, _)| is_known(name)) {
                *link = address.into();
            }
            Ok(())
        }
        MediaSource::Link(link) => {
            let Some((name, address)) = prefixed(link) else {
                return Ok(());
            };
            if !is_known(name) {
                return Err(unknown_provider(&format!("{field}.link")));
            }
            media.source = MediaSource::Guarded {
                link: address.into(),
                provider: name.into(),
            };
            Ok(())
        }
    }
}

fn unknown_provider(field: &str) -> Fault {
    Fault::invalid(field, "names no media provider")
}

/// The file of a message, its kind, and the field in which it stands.
fn file(ask: &mut Ask) -> Option<(Kind, String, &mut Media)> {
    match ask {
        Ask::Content(content) => {
            let kind = content.kind();
            match content {
                Content::Image(media)
                | Content::Audio(media)
                | Content::Video(media)
                | Content::Document(media)
                | Content::Sticker(media) => Some((kind, kind.word().to_owned(), media)),
                Content::Interactive(interactive) => {
                    let (kind, media) = interactive.header.as_mut()?;
                    let field = format!("interactive.header.{}", kind.word());
                    Some((*kind, field, media))
                }
                Content::Text(_)
                | Content::Location(_)
                | Content::Contacts(_)
                | Content::Template(_)
                | Content::Reaction(_) => None,
            }
        }
        Ask::Template(TemplateAsk::ByName(message)) => match message.header.as_mut()? {
            HeaderValue::Media(kind, media) => {
                let field = format!("template.header.{}", kind.word());
                Some((*kind, field, media))
            }
            HeaderValue::Text(_) | HeaderValue::Other(_) => None,
        },
        Ask::Template(TemplateAsk::ByUuid { .. }) => None,
    }
}

/// The older spelling of a provider: its name in front of the address, `name/https://…`.
fn prefixed(link: &str) -> Option<(&str, &str)> {
    let (name, address) = link.split_once('/')?;
    let is_address = address.starts_with("http://") || address.starts_with("https://");
    is_address.then_some((name, address))
}

async fn stored(
    house: &Onprem,
    channel: ThisChannel,
    kind: Kind,
    field: &str,
    id: Id,
) -> Result<(), Fault> {
    let services = &house.services;
    let file = kept::of_channel(services, channel, id).await?;
    let file = file.ok_or_else(|| unknown_file(field))?;
    fits(&file, kind).map_err(|why| Fault::invalid(field, &why))?;
    // At most 100 KiB by now.
    if kind == Kind::Sticker {
        let bytes = services.objects.get(id).await?;
        let bytes = bytes.ok_or_else(|| unknown_file(field))?;
        if pictures::is_animated(&bytes) {
            return Err(Fault::invalid(field, "is an animated sticker"));
        }
    }
    Ok(())
}

/// Whether a file can be sent as this kind; else the end of the sentence that says why not.
fn fits(file: &File, kind: Kind) -> Result<(), String> {
    let media_type = pictures::bare(&file.mime_type);
    let allowed: &[&str] = match kind {
        Kind::Audio => &[
            "audio/aac",
            "audio/mp4",
            "audio/amr",
            "audio/mpeg",
            "audio/ogg",
        ],
        Kind::Image => &["image/jpeg", "image/png"],
        Kind::Sticker => &["image/webp"],
        Kind::Video => &["video/mp4", "video/3gpp"],
        // A document is anything.
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
        | Kind::Order => &[],
    };
    if !allowed.is_empty() && !allowed.contains(&media_type.as_str()) {
        return Err(format!("is {media_type}, which is no {}", kind.word()));
    }
    match limits::bytes(kind) {
        Some(most) if file.size > most => {
            let (size, word) = (file.size, kind.word());
            Err(format!("has {size} bytes, and {word} at most {most}"))
        }
        Some(_) | None => Ok(()),
    }
}
