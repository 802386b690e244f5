//! A file that a customer sent.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dragoman_core::inbound::InboundMedia;
use dragoman_core::outcome::Failure;
use dragoman_core::{Id, MessageId};
use serde_json::{Value, json};

use super::{Told, without_nulls};
use crate::whatsapp_onprem::codes;
use crate::whatsapp_onprem::settings::application::Application;

/// A file that is here is named by the uuid of its message. One that could not be fetched says
/// why; one that the client does not want is as little here, without a word.
pub(super) fn told(
    message: MessageId,
    file: &InboundMedia,
    missing: Option<&Failure>,
    application: &Application,
) -> Told {
    let kind = if file.voice {
        "voice"
    } else {
        file.kind.word()
    };
    let is_wanted = application.takes_files(kind);
    let is_here = is_wanted && missing.is_none();
    let object = without_nulls(json!({
        "id": is_here.then(|| Id::from_u128(message.as_u128()).dashed()),
        "status": (!is_here).then_some("undownloaded"),
        "mime_type": file.mime_type,
        "sha256": file.sha256.as_deref().map(hexadecimal),
        "caption": file.caption,
        "filename": file.filename,
    }));
    let missing = missing.filter(|_| is_wanted);
    Told {
        errors: missing.map(|failure| json!([error(failure)])),
        ..Told::plain(kind, object)
    }
}

/// Whether it has what strict consumers ask of every file.
pub(super) fn is_whole(file: &Value) -> bool {
    ["id", "mime_type", "sha256"]
        .iter()
        .all(|key| file.get(key).is_some())
}

/// The digest in the digits of this API; the Cloud API writes base64.
fn hexadecimal(digest: &str) -> String {
    match STANDARD.decode(digest) {
        Ok(bytes) if bytes.len() == 32 => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        Ok(_) | Err(_) => digest.to_owned(),
    }
}

/// Only these two were ever told of files.
fn error(failure: &Failure) -> Value {
    let code = match codes::from_cloud(failure.code) {
        Some(codes::THROTTLED) => codes::THROTTLED,
        Some(_) | None => codes::MEDIA,
    };
    let details = failure.details.as_deref().unwrap_or(&failure.title);
    json!({ "code": code, "title": codes::title(code), "details": details })
}
