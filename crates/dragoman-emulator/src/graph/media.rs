//! `/{phone-number-id}/media`, `/{media-id}`, and the place where the bytes are fetched.

use std::sync::Arc;

use axum::Json;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{Caller, GraphError, multipart, success};
use crate::state::{State, fresh_number};
use crate::world::{Entry, StoredMedia};

pub(super) async fn upload(
    state: &Arc<State>,
    phone_number_id: &str,
    caller: &Caller,
    body: &Bytes,
) -> Response {
    match store(state, phone_number_id, caller, body).await {
        Ok(id) => Json(json!({"id": id})).into_response(),
        Err(error) => error.into_response(),
    }
}

async fn store(
    state: &State,
    phone_number_id: &str,
    caller: &Caller,
    body: &Bytes,
) -> Result<String, GraphError> {
    caller.may_use_number(state, phone_number_id)?;
    let parts = multipart::parts(&caller.content_type, body)
        .ok_or_else(|| GraphError::parameter("The body is not multipart/form-data."))?;
    let field = |name: &str| {
        let part = parts
            .iter()
            .find(|part| part.name == name)
            .map(multipart::Part::text);
        part.or_else(|| caller.query(name).map(str::to_owned))
    };
    if field("messaging_product").as_deref() != Some("whatsapp") {
        return Err(GraphError::parameter(
            "The parameter messaging_product is required.",
        ));
    }
    let file = parts
        .iter()
        .find(|part| part.name == "file")
        .ok_or_else(|| GraphError::missing("file"))?;
    let mime = field("type")
        .or_else(|| file.content_type.clone())
        .ok_or_else(|| GraphError::missing("type"))?;
    if HeaderValue::from_str(&mime).is_err() {
        return Err(GraphError::invalid("type is not a media type"));
    }
    let media = StoredMedia {
        id: fresh_number(),
        phone_number_id: phone_number_id.to_owned(),
        at: state.clock.now(),
        mime,
        filename: file.filename.clone(),
        sha256: Sha256::digest(&file.content)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
        bytes: file.content.len() as u64,
    };
    let id = media.id.clone();
    state
        .write_media(&id, &file.content)
        .await
        .map_err(|error| {
            tracing::error!(%error, "uploaded media cannot be stored");
            GraphError::known(131_016)
        })?;
    state.hold().record(Entry::Media(media));
    state
        .written()
        .await
        .map_err(|_| GraphError::known(131_016))?;
    Ok(id)
}

/// `None` when the id is not one of media.
pub(super) fn describe(state: &State, id: &str, caller: &Caller) -> Option<Response> {
    let held = state.hold();
    let media = held.media.get(id)?;
    let other_number = caller
        .query("phone_number_id")
        .is_some_and(|number| number != media.phone_number_id);
    if other_number {
        return Some(GraphError::unknown_object("get", id).into_response());
    }
    let host = if caller.host.is_empty() {
        state.listen.to_string()
    } else {
        caller.host.clone()
    };
    let answer = json!({
        "messaging_product": "whatsapp",
        "url": format!("http://{host}/lookaside/{id}"),
        "mime_type": media.mime,
        "sha256": media.sha256,
        "file_size": media.bytes,
        "id": media.id,
    });
    Some(Json(answer).into_response())
}

pub(super) async fn download(state: &State, id: &str) -> Response {
    let mime = state.hold().media.get(id).map(|media| media.mime.clone());
    let Some(mime) = mime else {
        return GraphError::unknown_object("get", id).into_response();
    };
    match state.read_media(id).await {
        // Uploaded by anybody: a page among it must not act in the name of ours.
        Ok(bytes) => {
            let headers = [
                (CONTENT_TYPE, mime.as_str()),
                (CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
                (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (headers, bytes).into_response()
        }
        Err(_) => GraphError::unknown_object("get", id).into_response(),
    }
}

/// `None` when the id is not one of media.
pub(super) async fn delete(state: &State, id: &str) -> Option<Response> {
    let written = {
        let mut held = state.hold();
        held.media.get(id)?;
        held.record(Entry::MediaDeleted { id: id.to_owned() });
        state.written()
    };
    Some(success(written).await)
}
