//! What a message says.

use dragoman_core::content::{
    Content, Interactive, Kind, Location, Media, MediaSource, Reaction, Text,
};
use dragoman_core::template::TemplateMessage;
use dragoman_core::{Id, Raw};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::shape::{One, Optional, Shape, shape};
use super::template::TemplateMessageRecord;
use super::value::{IdRecord, RawRecord};

#[derive(Serialize, Deserialize)]
#[serde(remote = "Content", rename_all = "snake_case")]
pub(crate) enum ContentRecord {
    Text(#[serde(with = "TextRecord")] Text),
    Image(#[serde(with = "MediaRecord")] Media),
    Audio(#[serde(with = "MediaRecord")] Media),
    Video(#[serde(with = "MediaRecord")] Media),
    Document(#[serde(with = "MediaRecord")] Media),
    Sticker(#[serde(with = "MediaRecord")] Media),
    Location(#[serde(with = "LocationRecord")] Location),
    Contacts(#[serde(with = "One::<RawRecord>")] Raw),
    Interactive(#[serde(with = "One::<InteractiveRecord>")] Interactive),
    Template(#[serde(with = "TemplateMessageRecord")] TemplateMessage),
    Reaction(#[serde(with = "ReactionRecord")] Reaction),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Kind", rename_all = "snake_case")]
pub(crate) enum KindRecord {
    Text,
    Image,
    Audio,
    Video,
    Document,
    Sticker,
    Location,
    Contacts,
    Interactive,
    Template,
    Reaction,
    Button,
    Unsupported,
    System,
    Order,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Text")]
pub(crate) struct TextRecord {
    body: Box<str>,
    preview_url: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Media")]
pub(crate) struct MediaRecord {
    #[serde(with = "MediaSourceRecord")]
    source: MediaSource,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    caption: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    filename: Option<Box<str>>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "MediaSource", rename_all = "snake_case")]
pub(crate) enum MediaSourceRecord {
    Link(Box<str>),
    Guarded { link: Box<str>, provider: Box<str> },
    Stored(#[serde(with = "One::<FileIdRecord>")] Id),
}

/// 32 hex digits. The first records have whatever a client wrote, and no file: that is one which
/// nobody has.
pub(crate) struct FileIdRecord;

impl Shape<Id> for FileIdRecord {
    fn write<S: Serializer>(value: &Id, to: S) -> Result<S::Ok, S::Error> {
        IdRecord::write(value, to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Id, D::Error> {
        let text: Box<str> = Deserialize::deserialize(from)?;
        Ok(text.parse().unwrap_or(Id::from_u128(0)))
    }
}

/// An object. The first records are the provider's object alone, as a string.
pub(crate) struct InteractiveRecord;

impl Shape<Interactive> for InteractiveRecord {
    fn write<S: Serializer>(value: &Interactive, to: S) -> Result<S::Ok, S::Error> {
        InteractiveObject::serialize(value, to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Interactive, D::Error> {
        Ok(match Written::deserialize(from)? {
            Written::Object(interactive) => interactive,
            Written::Alone(raw) => Interactive { header: None, raw },
        })
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Object(#[serde(with = "InteractiveObject")] Interactive),
    Alone(#[serde(with = "One::<RawRecord>")] Raw),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Interactive")]
struct InteractiveObject {
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "Optional::<HeaderFileRecord>"
    )]
    header: Option<(Kind, Media)>,
    #[serde(with = "One::<RawRecord>")]
    raw: Raw,
}

/// A file above a body, with its kind.
pub(crate) struct HeaderFileRecord;

#[derive(Serialize, Deserialize)]
struct HeaderFile {
    #[serde(with = "KindRecord")]
    kind: Kind,
    #[serde(with = "MediaRecord")]
    media: Media,
}

impl Shape<(Kind, Media)> for HeaderFileRecord {
    fn write<S: Serializer>(value: &(Kind, Media), to: S) -> Result<S::Ok, S::Error> {
        let (kind, media) = value.clone();
        HeaderFile { kind, media }.serialize(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<(Kind, Media), D::Error> {
        HeaderFile::deserialize(from).map(|file| (file.kind, file.media))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Location")]
pub(crate) struct LocationRecord {
    latitude: Box<str>,
    longitude: Box<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<Box<str>>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Reaction")]
pub(crate) struct ReactionRecord {
    target: Box<str>,
    emoji: Box<str>,
}

shape! {
    ContentRecord => Content,
    KindRecord => Kind,
    TextRecord => Text,
    MediaRecord => Media,
    LocationRecord => Location,
    ReactionRecord => Reaction,
}
