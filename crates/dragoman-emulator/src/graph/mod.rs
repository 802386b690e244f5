//! The Graph API: `/[{version}/]{id}[/{edge}]`, told apart by id and edge.

mod address;
mod caller;
mod errors;
mod lookaside;
mod media;
pub(crate) mod multipart;
mod rules;
mod send;
mod templates;

use std::io;
use std::sync::Arc;

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract;
use axum::http::{Method, Request};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use self::caller::Caller;
use self::errors::GraphError;
pub(crate) use self::errors::title;
pub(crate) use self::lookaside::bytes as file_bytes;
use crate::state::State;
use crate::world::App;

const BODY_BYTES: usize = 3 << 20;
/// The largest document, and some room for the form around it.
const UPLOAD_BYTES: usize = 101 << 20;

/// Everything that is not one of our own addresses.
pub(crate) async fn graph(
    extract::State(state): extract::State<Arc<State>>,
    request: Request<Body>,
) -> Response {
    let (parts, body) = request.into_parts();
    let caller = Caller::new(&parts);
    let path: Vec<_> = parts
        .uri
        .path()
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    let path = match path.split_first() {
        Some((first, rest)) if is_version(first) => rest,
        Some(_) | None => &path,
    };
    let limit = if matches!(path, [_, "media"]) {
        UPLOAD_BYTES
    } else {
        BODY_BYTES
    };
    let Ok(bytes) = to_bytes(body, limit).await else {
        return GraphError::too_large().into_response();
    };
    let verb = parts.method.as_str();
    let unknown = |id: &str| GraphError::unknown_object(verb, id).into_response();
    match *path {
        [id, "messages" | "marketing_messages"] if parts.method == Method::POST => {
            send::send(&state, id, &caller, &bytes).await
        }
        [id, "media"] if parts.method == Method::POST => {
            media::upload(&state, id, &caller, &bytes).await
        }
        ["lookaside", id] if parts.method == Method::GET => {
            lookaside::download(&state, id, &caller).await
        }
        [id, "message_templates"] => {
            if let Err(error) = caller.may_use_waba(&state, id) {
                return error.into_response();
            }
            match parts.method {
                Method::GET => templates::list(&state, id, &caller),
                Method::POST => templates::create(&state, id, &bytes).await,
                Method::DELETE => templates::delete(&state, id, &caller).await,
                _ => unknown(id),
            }
        }
        [id, "phone_numbers"] if parts.method == Method::GET => phone_numbers(&state, id, &caller),
        [id, "subscribed_apps"] if parts.method == Method::POST => {
            match caller.may_use_waba(&state, id) {
                Ok(()) => Json(json!({"success": true})).into_response(),
                Err(error) => error.into_response(),
            }
        }
        [id] if parts.method == Method::GET => {
            let media = || media::describe(&state, id, &caller);
            node(&state, id, &caller)
                .or_else(media)
                .unwrap_or_else(|| unknown(id))
        }
        [id] if parts.method == Method::DELETE => {
            let deleted = media::delete(&state, id, &caller).await;
            deleted.unwrap_or_else(|| unknown(id))
        }
        [id, ..] => unknown(id),
        [] => unknown(""),
    }
}

fn node(state: &State, id: &str, caller: &Caller) -> Option<Response> {
    let held = state.hold();
    if let Some(app) = held.apps.get(id) {
        if let Err(error) = caller.knows(&app.access_token) {
            return Some(error.into_response());
        }
        return Some(Json(caller.select(phone_number(app))).into_response());
    }
    let template = held.templates.iter().find(|template| template.id == id)?;
    Some(Json(templates::view(template)).into_response())
}

/// The answer to a change, once the journal has it.
async fn success(written: impl Future<Output = io::Result<()>>) -> Response {
    match written.await {
        Ok(()) => Json(json!({"success": true})).into_response(),
        Err(_) => GraphError::known(131_016).into_response(),
    }
}

fn phone_numbers(state: &State, waba_id: &str, caller: &Caller) -> Response {
    if let Err(error) = caller.may_use_waba(state, waba_id) {
        return error.into_response();
    }
    let held = state.hold();
    let data: Vec<_> = held
        .apps
        .values()
        .filter(|app| app.waba_id == waba_id)
        .map(phone_number)
        .collect();
    if data.is_empty() {
        return GraphError::unknown_object("get", waba_id).into_response();
    }
    Json(json!({"data": data, "paging": {"cursors": {"before": "0", "after": "0"}}}))
        .into_response()
}

fn phone_number(app: &App) -> Value {
    json!({
        "id": app.phone_number_id,
        "display_phone_number": format!("+{}", app.display_phone_number()),
        "verified_name": app.name(),
        "quality_rating": "GREEN",
        "code_verification_status": "VERIFIED",
        "platform_type": "CLOUD_API",
        "status": "CONNECTED",
        "name_status": "APPROVED",
        "account_mode": "SANDBOX",
        "throughput": {"level": "STANDARD"},
        "messaging_limit_tier": "TIER_UNLIMITED",
    })
}

fn is_version(segment: &str) -> bool {
    let Some(number) = segment.strip_prefix('v') else {
        return false;
    };
    number.starts_with(|first: char| first.is_ascii_digit())
        && number
            .chars()
            .all(|character| character.is_ascii_digit() || character == '.')
}
