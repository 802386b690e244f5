//! `/{app-id}/uploads` and `/upload:…`: files that come in pieces.

use axum::Json;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::json;

use super::fields::Fields;
use super::{Caller, GraphError};
use crate::state::{State, fresh_number};
use crate::world::{Entry, ResumableUpload, largest};

pub(super) const PREFIX: &str = "upload:";

pub(super) async fn open(state: &State, caller: &Caller, body: &[u8]) -> Response {
    let opened = caller.has_token().and_then(|()| {
        let fields = Fields::read(caller, body)?;
        let mime = fields.required("file_type")?;
        let length = fields.required("file_length")?.parse().ok();
        let length = length.filter(|length| (1..=largest(&mime, &[])).contains(length));
        let length = length.ok_or_else(|| {
            GraphError::parameter("Param file_length does not suit the type of the file.")
        })?;
        Ok(ResumableUpload {
            id: fresh_number(),
            mime,
            length,
            received: 0,
            handle: None,
        })
    });
    match opened {
        Ok(upload) => {
            let answer = json!({"id": format!("{PREFIX}{}", upload.id)});
            keep(state, upload, answer).await
        }
        Err(error) => error.into_response(),
    }
}

/// How much of the file is here.
pub(super) fn show(state: &State, id: &str, caller: &Caller) -> Response {
    match mine(state, id, caller) {
        Ok(upload) => Json(json!({"id": id, "file_offset": upload.received})).into_response(),
        Err(error) => error.into_response(),
    }
}

/// The next piece; the last one is answered with the handle.
pub(super) async fn append(state: &State, id: &str, caller: &Caller, piece: &Bytes) -> Response {
    let mut upload = match mine(state, id, caller) {
        Ok(upload) => upload,
        Err(error) => return error.into_response(),
    };
    let received = upload.received + piece.len() as u64;
    if caller.file_offset != Some(upload.received) || received > upload.length {
        return GraphError::parameter("The piece is not the one that comes next.").into_response();
    }
    let content = match upload.received {
        0 => Ok(piece.to_vec()),
        _ => state.read_media(&upload.id).await.map(|mut content| {
            content.extend_from_slice(piece);
            content
        }),
    };
    let stored = match content {
        Ok(content) => state.write_media(&upload.id, &content).await,
        Err(error) => Err(error),
    };
    if let Err(error) = stored {
        tracing::error!(%error, "piece of an upload cannot be stored");
        return GraphError::known(131_016).into_response();
    }
    upload.received = received;
    let mut answer = json!({"id": id, "file_offset": received});
    if received == upload.length {
        let handle = handle(&upload, state.clock.now().seconds());
        answer = json!({"h": handle});
        upload.handle = Some(handle);
    }
    keep(state, upload, answer).await
}

fn mine(state: &State, id: &str, caller: &Caller) -> Result<ResumableUpload, GraphError> {
    caller.has_token()?;
    let held = state.hold();
    let upload = held.uploads.get(id.strip_prefix(PREFIX).unwrap_or(id));
    upload
        .cloned()
        .ok_or_else(|| GraphError::unknown_object("get", id))
}

async fn keep(state: &State, upload: ResumableUpload, answer: serde_json::Value) -> Response {
    state.hold().record(Entry::Upload(upload));
    match state.written().await {
        Ok(()) => Json(answer).into_response(),
        Err(_) => GraphError::known(131_016).into_response(),
    }
}

fn handle(upload: &ResumableUpload, now_s: u64) -> String {
    let mime = STANDARD.encode(&upload.mime);
    let opaque = STANDARD.encode(&upload.id);
    format!("4::{mime}:{opaque}:e:{now_s}:0:0:{}", fresh_number())
}
