//! `/{phone-number-id}/media` and `/{media-id}`.

use std::sync::Arc;

use axum::Json;
use axum::http::HeaderValue;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::json;

use super::{Caller, GraphError, lookaside, multipart, success};
use crate::files::{self, NewFile};
use crate::state::State;
use crate::world::{Entry, Origin, StoredMedia, largest};

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
    let declared_type = field("type");
    let file = parts
        .into_iter()
        .find(|part| part.name == "file")
        .ok_or_else(|| GraphError::missing("file"))?;
    let mime = declared_type
        .or(file.content_type)
        .ok_or_else(|| GraphError::missing("type"))?;
    has_a_size(&mime, &file.content)?;
    let file = NewFile {
        phone_number_id: phone_number_id.to_owned(),
        mime,
        filename: file.filename,
        content: file.content,
        origin: Origin::Business,
    };
    let media = files::keep(state, file).await.map_err(|error| {
        tracing::error!(%error, "uploaded media cannot be stored");
        GraphError::known(131_016)
    })?;
    state
        .written()
        .await
        .map_err(|_| GraphError::known(131_016))?;
    Ok(media.id)
}

/// Types are as Meta lists them, and everything else may be a document; each has its own limit.
fn has_a_size(mime: &str, content: &[u8]) -> Result<(), GraphError> {
    let is_type = mime.split_once('/').is_some_and(|(major, minor)| {
        !major.is_empty() && !minor.is_empty() && HeaderValue::from_str(mime).is_ok()
    });
    if !is_type {
        return Err(GraphError::invalid("type is not a media type"));
    }
    if content.is_empty() {
        return Err(GraphError::invalid("file is empty"));
    }
    let (size, limit) = (content.len() as u64, largest(mime, content));
    if size > limit {
        return Err(GraphError::known(131_053).with(format!(
            "A file of type {mime} has at most {limit} bytes, not {size}"
        )));
    }
    Ok(())
}

/// `None` when the id is not one of media.
pub(super) fn describe(state: &State, id: &str, caller: &Caller) -> Option<Response> {
    let media = match mine(state, "get", id, caller)? {
        Ok(media) => media,
        Err(error) => return Some(error.into_response()),
    };
    let answer = json!({
        "messaging_product": "whatsapp",
        "url": lookaside::link(state, caller, &media),
        "mime_type": media.mime,
        "sha256": media.sha256,
        "file_size": media.bytes,
        "id": media.id,
    });
    Some(Json(answer).into_response())
}

/// `None` when the id is not one of media.
pub(super) async fn delete(state: &State, id: &str, caller: &Caller) -> Option<Response> {
    if let Err(error) = mine(state, "delete", id, caller)? {
        return Some(error.into_response());
    }
    let written = {
        let mut held = state.hold();
        held.record(Entry::MediaDeleted { id: id.to_owned() });
        state.written()
    };
    Some(success(written).await)
}

/// The media of this id, if the caller may use it.
fn mine(
    state: &State,
    verb: &str,
    id: &str,
    caller: &Caller,
) -> Option<Result<StoredMedia, GraphError>> {
    let media = state.hold().living_media(id, state.clock.now())?.clone();
    if let Err(error) = caller.may_use_number(state, &media.phone_number_id) {
        return Some(Err(error));
    }
    let other_number = caller
        .query("phone_number_id")
        .is_some_and(|number| number != media.phone_number_id);
    if other_number {
        return Some(Err(GraphError::unknown_object(verb, id)));
    }
    Some(Ok(media))
}
