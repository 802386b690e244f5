//! The Graph API: `/[{version}/]{id}[/{edge}]`, told apart by id and edge.

mod address;
mod caller;
mod disturbance;
mod errors;
mod fields;
mod lookaside;
mod media;
pub(crate) mod multipart;
mod nodes;
mod numbers;
mod profile;
mod rules;
mod send;
mod subscriptions;
mod templates;
mod uploads;

use std::io;
use std::sync::Arc;

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract;
use axum::http::{Method, Request};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use self::caller::Caller;
use self::disturbance::disturbed;
use self::errors::GraphError;
pub(crate) use self::errors::title;
use self::fields::Fields;
pub(crate) use self::lookaside::bytes as file_bytes;
use crate::faults::Call;
use crate::state::State;
use crate::world::{NumberChange, World};

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
    let limit = match *path {
        [_, "media"] => UPLOAD_BYTES,
        [id] if id.starts_with(uploads::PREFIX) => UPLOAD_BYTES,
        _ => BODY_BYTES,
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
            let answer = media::upload(&state, id, &caller, &bytes);
            disturbed(&state, Call::Upload, answer).await
        }
        ["lookaside", id] if parts.method == Method::GET => {
            let answer = lookaside::download(&state, id, &caller);
            disturbed(&state, Call::Download, answer).await
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
        [id, "phone_numbers"] if parts.method == Method::GET => {
            nodes::phone_numbers(&state, id, &caller)
        }
        [id, "subscribed_apps"] => {
            let call = (&parts.method, &bytes[..]);
            subscriptions::subscribed_apps(&state, id, &caller, call).await
        }
        [_, "uploads"] if parts.method == Method::POST => {
            uploads::open(&state, &caller, &bytes).await
        }
        ["pictures", id] if parts.method == Method::GET => profile::picture_bytes(&state, id).await,
        [id, "whatsapp_business_profile"] if parts.method == Method::GET => {
            profile::show(&state, id, &caller)
        }
        [id, "whatsapp_business_encryption"] if parts.method == Method::GET => {
            numbers::encryption(&state, id, &caller)
        }
        [id, edge] if parts.method == Method::POST => {
            let change = number_change(&state, id, edge, &caller, &bytes);
            match change {
                Some(change) => numbers::record(&state, id, change).await,
                None => unknown(id),
            }
        }
        [id] if id.starts_with(uploads::PREFIX) => match parts.method {
            Method::GET => uploads::show(&state, id, &caller),
            Method::POST => uploads::append(&state, id, &caller, &bytes).await,
            _ => unknown(id),
        },
        [id] if parts.method == Method::GET => {
            if let Some(node) = nodes::show(&state, id, &caller) {
                return node;
            }
            let media = media::describe(&state, id, &caller);
            let answer = async { media.unwrap_or_else(|| unknown(id)) };
            disturbed(&state, Call::LookUp, answer).await
        }
        [id] if parts.method == Method::POST && is_number(&state, id) => {
            let change = match caller.may_use_number(&state, id) {
                Ok(()) => match Fields::read(&caller, &bytes) {
                    Ok(fields) => numbers::change(&state, &fields).await,
                    Err(error) => Err(error),
                },
                Err(error) => Err(error),
            };
            numbers::record(&state, id, change).await
        }
        [id] if parts.method == Method::DELETE => {
            let deleted = media::delete(&state, id, &caller).await;
            deleted.unwrap_or_else(|| unknown(id))
        }
        [id, ..] => unknown(id),
        [] => unknown(""),
    }
}

/// What a call to an edge of a number makes of it; `None` when there is no such edge.
fn number_change(
    state: &State,
    id: &str,
    edge: &str,
    caller: &Caller,
    body: &[u8],
) -> Option<Result<NumberChange, GraphError>> {
    let change = |make: &dyn Fn(&Fields, &World) -> Result<NumberChange, GraphError>| {
        caller.may_use_number(state, id)?;
        make(&Fields::read(caller, body)?, &state.hold())
    };
    Some(match edge {
        "request_code" => change(&|fields, _| numbers::request_code(fields)),
        "verify_code" => change(&|fields, _| numbers::verify_code(fields)),
        "register" => {
            change(&|fields, world| numbers::register(fields, world.number(id).pin.as_deref()))
        }
        "deregister" => change(&|_, _| numbers::deregister()),
        "whatsapp_business_profile" => change(&profile::change),
        "whatsapp_business_encryption" => change(&|fields, _| numbers::encrypt(fields)),
        _ => return None,
    })
}

fn is_number(state: &State, id: &str) -> bool {
    state.hold().apps.contains_key(id)
}

/// The answer to a change, once the journal has it.
async fn success(written: impl Future<Output = io::Result<()>>) -> Response {
    match written.await {
        Ok(()) => Json(json!({"success": true})).into_response(),
        Err(_) => GraphError::known(131_016).into_response(),
    }
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
