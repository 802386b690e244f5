//! Files that customers send: by bytes, by link, as a form from the page, or made up.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::{Answer, ControlError, samples};
use crate::files::{self, NewFile};
use crate::graph::multipart;
use crate::state::State;
use crate::world::{MEDIA_KINDS, Origin, StoredMedia, is_animated, kind_of, words};

/// What of a message is not told as it was given.
const OURS: [&str; 3] = ["bytes_base64", "link", "mime_type"];

/// A file on its way to the business.
#[derive(Debug)]
pub(super) struct Attachment {
    kind: String,
    mime: String,
    filename: Option<String>,
    content: Bytes,
}

/// The message that a form stands for: its `file`, and `type`, `caption`, `voice`, `phone_number_id` and `context`.
/// `None` when the body is no form.
pub(super) fn form(headers: &HeaderMap, body: &Bytes) -> Answer<Option<(Value, Attachment)>> {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !content_type.starts_with("multipart/form-data") {
        return Ok(None);
    }
    let parts = multipart::parts(content_type, body)
        .ok_or_else(|| ControlError::bad("the body is not multipart/form-data"))?;
    let field = |name: &str| {
        let part = parts.iter().find(|part| part.name == name);
        part.map(multipart::Part::text)
            .filter(|text| !text.is_empty())
    };
    let file = parts
        .iter()
        .find(|part| part.name == "file")
        .ok_or_else(|| ControlError::bad("a form needs a \"file\""))?;
    let mime = file.content_type.clone();
    let mime = mime.unwrap_or_else(|| "application/octet-stream".to_owned());
    let kind = field("type").unwrap_or_else(|| kind_of(&mime).to_owned());
    let mut content = Map::new();
    if let Some(caption) = field("caption") {
        content.insert("caption".to_owned(), json!(caption));
    }
    if field("voice").is_some_and(|voice| voice == "true") {
        content.insert("voice".to_owned(), json!(true));
    }
    let mut message = json!({"type": kind, kind.clone(): content});
    if let Some(id) = field("phone_number_id") {
        message["phone_number_id"] = json!(id);
    }
    if let Some(id) = field("context") {
        message["context"] = json!({"id": id});
    }
    let attachment = Attachment {
        kind,
        mime,
        filename: file.filename.clone(),
        content: file.content.clone(),
    };
    Ok(Some((message, attachment)))
}

/// The file that a message object brings; `None` when it brings none, or names one by its id.
pub(super) async fn of_message(
    state: &State,
    message: &Map<String, Value>,
) -> Answer<Option<Attachment>> {
    let kind = message
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let Some(content) = message.get(kind).filter(|_| MEDIA_KINDS.contains(&kind)) else {
        return Ok(None);
    };
    if !words(content, "id").is_empty() {
        return Ok(None);
    }
    let sample = samples::of(kind);
    let given = words(content, "mime_type");
    let (encoded, link) = (words(content, "bytes_base64"), words(content, "link"));
    let (found, bytes) = if !encoded.is_empty() {
        let decoded = STANDARD.decode(&encoded);
        let decoded = decoded.map_err(|error| ControlError::bad(format!("bytes_base64: {error}")));
        (String::new(), decoded?.into())
    } else if !link.is_empty() {
        fetched(state, &link).await?
    } else {
        (String::new(), sample.bytes())
    };
    let mut mimes = [given, found].into_iter().filter(|mime| !mime.is_empty());
    let filename = words(content, "filename");
    Ok(Some(Attachment {
        kind: kind.to_owned(),
        mime: mimes.next().unwrap_or_else(|| sample.mime.to_owned()),
        filename: (!filename.is_empty()).then_some(filename),
        content: bytes,
    }))
}

async fn fetched(state: &State, link: &str) -> Answer<(String, Bytes)> {
    match state.client.get_file(link).await {
        Ok(file) => Ok(file),
        Err(error) => Err(ControlError::bad(format!("{link}: {error:#}"))),
    }
}

/// Keeps the file for the number, and says of it what webhooks say.
pub(super) async fn attach(
    state: &State,
    message: &mut Map<String, Value>,
    phone_number_id: &str,
    attachment: Attachment,
) -> Answer<()> {
    let Attachment {
        kind,
        mime,
        filename,
        content,
    } = attachment;
    if !MEDIA_KINDS.contains(&kind.as_str()) {
        let known = MEDIA_KINDS.join(", ");
        return Err(ControlError::bad(format!("a file is one of {known}")));
    }
    if HeaderValue::from_str(&mime).is_err() {
        return Err(ControlError::bad("mime_type is not a media type"));
    }
    let moves = is_animated(&content);
    let file = NewFile {
        phone_number_id: phone_number_id.to_owned(),
        mime,
        filename,
        content,
        origin: Origin::Customer,
    };
    let media = files::keep(state, file)
        .await
        .map_err(|error| ControlError::failed(format!("file was not stored: {error}")))?;
    if let Some(Value::Object(told)) = message.get_mut(&kind) {
        tell(told, &kind, &media);
        if kind == "sticker" {
            told.insert("animated".to_owned(), json!(moves));
        }
    }
    Ok(())
}

fn tell(told: &mut Map<String, Value>, kind: &str, media: &StoredMedia) {
    for key in OURS {
        told.remove(key);
    }
    told.insert("id".to_owned(), json!(media.id));
    told.insert("mime_type".to_owned(), json!(media.mime));
    told.insert("sha256".to_owned(), json!(in_base64(&media.sha256)));
    match kind {
        "document" => {
            let name = media.filename.as_deref().unwrap_or("document");
            told.insert("filename".to_owned(), json!(name));
        }
        "audio" => {
            told.remove("filename");
            told.entry("voice").or_insert(json!(false));
        }
        _ => {
            told.remove("filename");
        }
    }
}

/// Webhooks write a digest in base64, and look-ups in hex.
fn in_base64(hex: &str) -> String {
    let bytes: Vec<u8> = (0..hex.len() / 2)
        .filter_map(|at| u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok())
        .collect();
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_the_same_in_both_spellings() {
        assert_eq!(in_base64("00ff10"), "AP8Q");
    }
}
