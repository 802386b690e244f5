//! The Graph API: `/[{version}/]{id}[/{edge}]`, told apart by id and edge.

mod errors;
mod media;
mod multipart;
mod send;
mod template_rules;
mod templates;
mod validate;

use std::sync::Arc;

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract;
use axum::http::request::Parts;
use axum::http::{HeaderName, Method, Request, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use self::errors::GraphError;
pub(crate) use self::errors::title;
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
        ["lookaside", id] if parts.method == Method::GET => media::download(&state, id).await,
        [id, "message_templates"] => {
            if let Err(error) = caller.may_use_waba(&state, id) {
                return error.into_response();
            }
            match parts.method {
                Method::GET => templates::list(&state, id, &caller),
                Method::POST => templates::create(&state, id, &bytes).await,
                Method::DELETE => templates::delete(&state, id, &caller),
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
            media::delete(&state, id).unwrap_or_else(|| unknown(id))
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

/// Who calls, and what the query says.
pub(crate) struct Caller {
    token: Option<String>,
    query: Vec<(String, String)>,
    /// As the caller reached us.
    host: String,
    content_type: String,
}

impl Caller {
    fn new(parts: &Parts) -> Self {
        let query: Vec<_> =
            url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
                .into_owned()
                .collect();
        let text = |name: HeaderName| {
            let value = parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let authorization = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let bearer = authorization.and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            let known =
                scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth");
            known.then(|| token.trim().to_owned())
        });
        let by_query = || {
            query
                .iter()
                .find(|(key, _)| key == "access_token")
                .map(|(_, token)| token.clone())
        };
        Self {
            token: bearer.or_else(by_query),
            query,
            host: text(header::HOST),
            content_type: text(header::CONTENT_TYPE),
        }
    }

    fn query(&self, key: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(found, _)| found == key)
            .map(|(_, value)| value.as_str())
    }

    fn knows(&self, access_token: &str) -> Result<(), GraphError> {
        match self.token.as_deref() {
            Some(token) if token == access_token => Ok(()),
            Some(_) => Err(GraphError::wrong_token()),
            None => Err(GraphError::no_token()),
        }
    }

    fn may_use_number(&self, state: &State, phone_number_id: &str) -> Result<(), GraphError> {
        match state.hold().apps.get(phone_number_id) {
            Some(app) => self.knows(&app.access_token),
            None if state.strict => Err(GraphError::unknown_object("post", phone_number_id)),
            None => Ok(()),
        }
    }

    /// Any of the tokens that were registered for a number of the business account.
    fn may_use_waba(&self, state: &State, waba_id: &str) -> Result<(), GraphError> {
        let held = state.hold();
        let mut answers = held
            .apps
            .values()
            .filter(|app| app.waba_id == waba_id)
            .map(|app| self.knows(&app.access_token));
        match answers.next() {
            None if state.strict => Err(GraphError::unknown_object("get", waba_id)),
            None => Ok(()),
            Some(first) => answers.fold(first, Result::or),
        }
    }

    /// `fields=a,b{c}` picks from the answer; `id` always stays.
    fn select(&self, value: Value) -> Value {
        const DEFAULT: [&str; 4] = [
            "id",
            "display_phone_number",
            "verified_name",
            "quality_rating",
        ];
        let fields = self.query("fields");
        let wanted = |key: &str| match fields {
            None => DEFAULT.contains(&key),
            Some(fields) => {
                key == "id"
                    || fields
                        .split([',', '{', '}', '.'])
                        .any(|field| field.trim() == key)
            }
        };
        match value {
            Value::Object(object) => Value::Object(
                object
                    .into_iter()
                    .filter(|(key, _)| wanted(key))
                    .collect::<Map<_, _>>(),
            ),
            other @ (Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)) => other,
        }
    }
}
