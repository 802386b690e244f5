//! Files in messages and in the headers of templates.

use dragoman_core::content::{Kind, Media, MediaSource};

use super::fields::Fields;
use super::render::Fault;

/// Reads `{id | link, caption?, filename?}`. A stored media provider may stand beside a link.
///
/// # Errors
/// 1008 without a source, 1009 with two, 1010 for a caption where none can be.
pub(super) fn media(fields: &Fields<'_>, kind: Kind) -> Result<Media, Fault> {
    let source = match (filled(fields, "id")?, filled(fields, "link")?) {
        (Some(_), Some(_)) => {
            return Err(Fault::invalid(
                &fields.name("id"),
                "cannot stand beside a link",
            ));
        }
        (Some(id), None) => MediaSource::Stored(
            id.parse()
                .map_err(|_| Fault::invalid(&fields.name("id"), "is unknown"))?,
        ),
        (None, Some(link)) => MediaSource::Link(link),
        (None, None) => return Err(Fault::missing(&fields.name("link"))),
    };
    fields.object_at("provider")?;
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

/// The kinds that have a file.
pub(super) fn kind(word: &str) -> Option<Kind> {
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
