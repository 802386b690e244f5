//! Files in messages and in the headers of templates.

use dragoman_core::content::{Kind, Media, MediaSource};

use crate::whatsapp_onprem::codes::NOT_FOUND;
use crate::whatsapp_onprem::fields::Fields;
use crate::whatsapp_onprem::render::Fault;

/// Reads `{id | link, provider?, caption?, filename?}`. A media provider beside a link has the
/// credentials for it; beside an id it has nothing to say.
///
/// # Errors
/// 1006 for an id that cannot be one, 1008 without a source, 1009 with two, 1010 for a caption
/// where none can be.
pub(in crate::whatsapp_onprem) fn media(fields: &Fields<'_>, kind: Kind) -> Result<Media, Fault> {
    let provider = match fields.object_at("provider")? {
        Some(provider) => Some(provider.required_text("name")?),
        None => None,
    };
    let source = match (filled(fields, "id")?, filled(fields, "link")?, provider) {
        (Some(_), Some(_), _) => {
            return Err(Fault::invalid(
                &fields.name("id"),
                "cannot stand beside a link",
            ));
        }
        (Some(id), None, _) => {
            MediaSource::Stored(id.parse().map_err(|_| unknown_file(&fields.name("id")))?)
        }
        (None, Some(link), Some(provider)) => MediaSource::Guarded {
            link,
            provider: provider.into(),
        },
        (None, Some(link), None) => MediaSource::Link(link),
        (None, None, _) => return Err(Fault::missing(&fields.name("link"))),
    };
    let caption = filled(fields, "caption")?;
    if caption.is_some() && matches!(kind, Kind::Audio | Kind::Sticker) {
        return Err(Fault::superfluous(&fields.name("caption")));
    }
    let filename = if kind == Kind::Document {
        filled(fields, "filename")?
    } else {
        None
    };
    Ok(Media {
        source,
        caption,
        filename,
    })
}

/// There is no file with the id in this field. Not a 404: from that, clients conclude that the
/// recipient is not known, and send once more.
pub(in crate::whatsapp_onprem) fn unknown_file(field: &str) -> Fault {
    Fault::of_request(NOT_FOUND, format!("{field} is unknown"))
}

/// The kinds that have a file.
pub(in crate::whatsapp_onprem) fn kind(word: &str) -> Option<Kind> {
    let kinds = [
        Kind::Image,
        Kind::Audio,
        Kind::Video,
        Kind::Document,
        Kind::Sticker,
    ];
    kinds.into_iter().find(|kind| kind.word() == word)
}

/// A text that says something.
fn filled(fields: &Fields<'_>, key: &str) -> Result<Option<Box<str>>, Fault> {
    let text = fields.text(key)?.filter(|text| !text.is_empty());
    Ok(text.map(Into::into))
}
