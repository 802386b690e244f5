//! What a message says.

use crate::id::Id;
use crate::raw::Raw;
use crate::template::TemplateMessage;

/// What an outbound message says. A new variant stops the build wherever somebody has to think.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Plain text with WhatsApp's formatting symbols.
    Text(Text),
    /// A picture, with an optional caption.
    Image(Media),
    /// Sound. Never has a caption.
    Audio(Media),
    /// A film, with an optional caption.
    Video(Media),
    /// A file, with an optional caption and name.
    Document(Media),
    /// A sticker (WebP).
    Sticker(Media),
    /// A point on the map.
    Location(Location),
    /// Contact cards, as the provider's array.
    Contacts(Raw),
    /// Buttons, lists, flows and the like.
    Interactive(Interactive),
    /// An approved template with its values.
    Template(TemplateMessage),
    /// An emoji on an earlier message.
    Reaction(Reaction),
}

impl Content {
    /// The word for it in logs, events and the store.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Image(_) => Kind::Image,
            Self::Audio(_) => Kind::Audio,
            Self::Video(_) => Kind::Video,
            Self::Document(_) => Kind::Document,
            Self::Sticker(_) => Kind::Sticker,
            Self::Location(_) => Kind::Location,
            Self::Contacts(_) => Kind::Contacts,
            Self::Interactive(_) => Kind::Interactive,
            Self::Template(_) => Kind::Template,
            Self::Reaction(_) => Kind::Reaction,
        }
    }

    /// What a person would read: the text, the caption, the rendered template.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(&text.body),
            Self::Image(media) | Self::Video(media) | Self::Document(media) => {
                media.caption.as_deref()
            }
            Self::Template(template) => Some(&template.rendered),
            Self::Audio(_)
            | Self::Sticker(_)
            | Self::Location(_)
            | Self::Contacts(_)
            | Self::Interactive(_)
            | Self::Reaction(_) => None,
        }
    }

    /// The media of the message itself or of its template's header.
    pub fn media(&self) -> Option<&Media> {
        match self {
            Self::Image(media)
            | Self::Audio(media)
            | Self::Video(media)
            | Self::Document(media)
            | Self::Sticker(media) => Some(media),
            Self::Template(template) => template.header.as_ref().and_then(|header| header.media()),
            Self::Interactive(interactive) => interactive.header.as_ref().map(|(_, media)| media),
            Self::Text(_) | Self::Location(_) | Self::Contacts(_) | Self::Reaction(_) => None,
        }
    }

    /// Whether only an open window lets it through.
    pub const fn is_free_form(&self) -> bool {
        !matches!(self, Self::Template(_))
    }
}

/// The kinds of content. The numbers are stored: never change one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names say it; see Content")]
pub enum Kind {
    Text = 1,
    Image = 2,
    Audio = 3,
    Video = 4,
    Document = 5,
    Sticker = 6,
    Location = 7,
    Contacts = 8,
    Interactive = 9,
    Template = 10,
    Reaction = 11,
    Button = 12,
    Unsupported = 13,
    System = 14,
    Order = 15,
}

impl Kind {
    /// Everything that can be sent.
    pub const OUTBOUND: [Self; 11] = [
        Self::Text,
        Self::Image,
        Self::Audio,
        Self::Video,
        Self::Document,
        Self::Sticker,
        Self::Location,
        Self::Contacts,
        Self::Interactive,
        Self::Template,
        Self::Reaction,
    ];

    /// Lower-case word, as the providers spell it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::Document => "document",
            Self::Sticker => "sticker",
            Self::Location => "location",
            Self::Contacts => "contacts",
            Self::Interactive => "interactive",
            Self::Template => "template",
            Self::Reaction => "reaction",
            Self::Button => "button",
            Self::Unsupported => "unsupported",
            Self::System => "system",
            Self::Order => "order",
        }
    }
}

/// Plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// At most 4096 characters.
    pub body: Box<str>,
    /// Whether the first link is shown with a preview.
    pub preview_url: bool,
}

/// Buttons, lists, flows and the like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interactive {
    /// The file above the body and its kind (image, video or document), when there is one.
    pub header: Option<(Kind, Media)>,
    /// The provider's `interactive` object, without the header that is a file.
    pub raw: Raw,
}

/// A file, by link or by the id that we gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Where the bytes are.
    pub source: MediaSource,
    /// Text under the file, at most 1024 characters.
    pub caption: Option<Box<str>>,
    /// The name that the customer sees (documents).
    pub filename: Option<Box<str>>,
}

/// Where the bytes of a file are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaSource {
    /// A public `http` or `https` address that the provider fetches.
    Link(Box<str>),
    /// An address that opens with credentials of the channel, and that we fetch.
    Guarded {
        /// `http` or `https`.
        link: Box<str>,
        /// The name of the channel's [`MediaProvider`](crate::catalog::MediaProvider).
        provider: Box<str>,
    },
    /// A file that we keep.
    Stored(Id),
}

impl MediaSource {
    /// The address, when it is one.
    pub fn link(&self) -> Option<&str> {
        match self {
            Self::Link(link) | Self::Guarded { link, .. } => Some(link),
            Self::Stored(_) => None,
        }
    }

    /// Whether the provider has to be given the bytes before the message can be sent.
    pub const fn is_uploaded(&self) -> bool {
        !matches!(self, Self::Link(_))
    }
}

/// A point on the map. Coordinates are kept as the client wrote them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Decimal degrees.
    pub latitude: Box<str>,
    /// Decimal degrees.
    pub longitude: Box<str>,
    /// Name of the place.
    pub name: Option<Box<str>>,
    /// Its address.
    pub address: Option<Box<str>>,
}

/// An emoji on an earlier message; an empty emoji takes it away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// The provider's id of the message reacted to.
    pub target: Box<str>,
    /// The emoji.
    pub emoji: Box<str>,
}

/// The kind that a file sent as "document" really has, by the extension of its address: the
/// bytes are never fetched to find out. Query and fragment do not count.
pub fn kind_by_extension(link: &str) -> Kind {
    let path = link.split(['?', '#']).next().unwrap_or(link);
    let extension = path
        .rsplit('/')
        .next()
        .and_then(|name| name.rsplit_once('.'))
        .map(|(_, end)| end);
    match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("mp3" | "aac" | "m4a" | "amr" | "ogg" | "opus") => Kind::Audio,
        Some("mp4" | "3gp" | "3gpp") => Kind::Video,
        _ => Kind::Document,
    }
}

/// The last segment of a link's path, when it looks like a file name.
pub fn file_name(link: &str) -> Option<&str> {
    let path = link.split(['?', '#']).next().unwrap_or(link);
    let (_, after_scheme) = path.split_once("://")?;
    let (_, path) = after_scheme.split_once('/')?;
    path.rsplit('/').next().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_becomes_what_its_extension_says() {
        assert_eq!(
            kind_by_extension("https://example.com/my_audio.mp3"),
            Kind::Audio
        );
        assert_eq!(
            kind_by_extension("https://example.com/a.b/my_video.MP4?x=1.pdf#y"),
            Kind::Video
        );
        assert_eq!(
            kind_by_extension("https://example.com/my_image.pdf"),
            Kind::Document
        );
        assert_eq!(kind_by_extension("https://example.com"), Kind::Document);
    }

    #[test]
    fn a_file_is_named_after_the_end_of_its_link() {
        assert_eq!(
            file_name("https://example.com/a/my_image.pdf?x"),
            Some("my_image.pdf")
        );
        assert_eq!(file_name("https://example.com"), None);
        assert_eq!(file_name("https://example.com/"), None);
    }
}
