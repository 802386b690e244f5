//! Files, and headers that may be one.

use serde::Serialize;
use serde_json::Value;

use super::Header;
use crate::world::words;

pub(crate) const MEDIA_KINDS: [&str; 5] = ["image", "video", "audio", "document", "sticker"];

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Media {
    pub(crate) kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) filename: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mime: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) caption: Option<String>,
}

pub(super) fn header(value: &Value) -> (Option<Header>, Option<Media>) {
    let kind = words(value, "type");
    if kind == "text" {
        let text = words(value, "text");
        return (Some(Header { kind: "text", text }), None);
    }
    let content = value
        .get(&kind)
        .filter(|_| MEDIA_KINDS.contains(&kind.as_str()));
    (None, content.map(|content| read(&kind, content)))
}

pub(super) fn read(kind: &str, content: &Value) -> Media {
    let text = |key: &str| content.get(key).and_then(Value::as_str).map(str::to_owned);
    let link = text("link");
    let filename = text("filename").or_else(|| link.as_deref().and_then(last_segment));
    let mime =
        text("mime_type").or_else(|| filename.as_deref().and_then(mime_of).map(str::to_owned));
    Media {
        kind: kind.to_owned(),
        link,
        id: text("id"),
        filename,
        mime,
        caption: text("caption"),
    }
}

fn last_segment(link: &str) -> Option<String> {
    let link = url::Url::parse(link).ok()?;
    let segment = link.path_segments()?.next_back()?.replace('+', "%2B");
    let (decoded, _) = url::form_urlencoded::parse(segment.as_bytes()).next()?;
    Some(decoded.into_owned())
}

fn mime_of(filename: &str) -> Option<&'static str> {
    let (_, extension) = filename.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "mp4" => "video/mp4",
        "3gp" => "video/3gpp",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "aac" => "audio/aac",
        "amr" => "audio/amr",
        "m4a" => "audio/mp4",
        "pdf" => "application/pdf",
        "txt" => "text/plain",
        _ => return None,
    })
}
