//! How answers look.

use std::time::Duration;

use axum::Json;
use axum::http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use dragoman_core::catalog::Right;
use dragoman_core::ports::{DeskError, StoreError};
use dragoman_core::refusal::When;
use dragoman_core::{Id, Refusal};
use serde_json::{Map, Value, json};

use super::codes;
use super::codes::{
    ACCESS_DENIED, BAD_REQUEST, INTERNAL, INVALID, MISSING, NOT_FOUND, OVERLOADED, PASSWORD_CHANGE,
    SUPERFLUOUS,
};
use crate::limits::Later;

/// The last version of the client that we stand in for; programs read it.
pub(super) const VERSION: &str = "2.53.0";

/// After this time a call that could not be kept is worth repeating.
const SOON: Duration = Duration::from_secs(5);

/// A successful answer. `payload` is an object with one key, or none.
pub(super) fn answer(status: StatusCode, payload: Value) -> Response {
    let mut body = match payload {
        Value::Object(body) => body,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    };
    body.insert(
        "meta".to_owned(),
        json!({ "api_status": "stable", "version": VERSION }),
    );
    let private = [(CACHE_CONTROL, HeaderValue::from_static("no-cache, private"))];
    (status, private, Json(body)).into_response()
}

/// Success with nothing to tell. Never an empty body: clients decode every answer.
pub(super) fn done() -> Response {
    answer(StatusCode::OK, Value::Null)
}

/// An error answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    status: StatusCode,
    code: i64,
    details: String,
    /// Whether the answer asks for a name and a password.
    challenge: bool,
    /// When to call again, where that is known.
    later: Option<Later>,
}

impl Fault {
    /// A fault in the client's request, with this code.
    pub(super) fn of_request(code: i64, details: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, details)
    }

    /// A field is absent.
    pub(super) fn missing(field: &str) -> Self {
        Self::of_request(MISSING, format!("{field} is required"))
    }

    /// A field has a value that it cannot have; `why` completes the sentence.
    pub(super) fn invalid(field: &str, why: &str) -> Self {
        Self::of_request(INVALID, format!("{field} {why}"))
    }

    /// A field is there that must not be.
    pub(super) fn superfluous(field: &str) -> Self {
        Self::of_request(SUPERFLUOUS, format!("{field} is not allowed here"))
    }

    /// The body is not what it should be; `why` is what was seen.
    pub(super) fn unreadable(why: &str) -> Self {
        let details = format!("Unable to decode json from the request: {why}");
        Self::of_request(BAD_REQUEST, details)
    }

    /// More bytes than a call may have.
    pub(super) fn too_large(limit: usize) -> Self {
        let details = format!("The request has more than {limit} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, BAD_REQUEST, details)
    }

    /// No, wrong or expired credentials.
    pub(super) fn not_authenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            ACCESS_DENIED,
            "Invalid credentials.",
        )
    }

    /// The first password is still in use.
    pub(super) fn password_change() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            PASSWORD_CHANGE,
            "Password must be changed",
        )
    }

    /// Only `admin` may do this.
    pub(super) fn forbidden() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            ACCESS_DENIED,
            "Only admin may do this.",
        )
    }

    /// The API token was made for other things.
    pub(super) fn lacking(right: Right) -> Self {
        Self::refused(format!("The API key lacks the scope {}.", right.word()))
    }

    /// Nobody may do this here; `details` says who or what stands in the way.
    pub(super) fn refused(details: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, ACCESS_DENIED, details)
    }

    /// Not possible with what there is; `details` in the original's words where they are known.
    pub(super) fn internal(details: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL, details)
    }

    /// More calls than this caller may make.
    pub(super) fn too_many(later: Later) -> Self {
        Self {
            later: Some(later),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, 1015, "Try again later.")
        }
    }

    /// No such thing.
    pub(super) fn not_found(details: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, NOT_FOUND, details)
    }

    /// A channel that does not exist, or is somebody else's: both look the same.
    pub(super) fn no_channel() -> Self {
        Self::not_found("There is no such channel.")
    }

    /// A known path, called with another method.
    pub(super) fn wrong_method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            BAD_REQUEST,
            "This node does not take this method.",
        )
    }

    /// Cannot be kept now.
    pub(super) fn unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            OVERLOADED,
            "Try again later.",
        )
    }

    /// The same, asking for a name and a password.
    pub(super) fn challenging(self) -> Self {
        Self {
            challenge: matches!(
                self.status,
                StatusCode::UNAUTHORIZED | StatusCode::BAD_REQUEST
            ),
            ..self
        }
    }

    /// Any other fault.
    pub(super) fn new(status: StatusCode, code: i64, details: impl Into<String>) -> Self {
        Self {
            status,
            code,
            details: details.into(),
            challenge: false,
            later: [
                StatusCode::TOO_MANY_REQUESTS,
                StatusCode::SERVICE_UNAVAILABLE,
            ]
            .contains(&status)
            .then_some(Later::after(SOON)),
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let error = json!({
            "code": self.code,
            "title": codes::title(self.code),
            "details": self.details,
        });
        let mut response = answer(self.status, json!({ "errors": [error] }));
        let headers = response.headers_mut();
        if self.challenge {
            let realm = HeaderValue::from_static(r#"Basic realm="Secured""#);
            headers.insert(WWW_AUTHENTICATE, realm);
        }
        if let Some(later) = self.later {
            later.tell(headers);
        }
        response
    }
}

/// Which refusals a client hears as an error answer, and which by webhook, as the original did:
/// shape, limits and parameters now; window, template state and opt-out later.
pub(super) fn timing(refusal: &Refusal) -> When {
    match refusal {
        Refusal::WindowClosed
        | Refusal::TemplateUnknown
        | Refusal::TemplateNotApproved
        | Refusal::OptedOut => When::Later,
        Refusal::TemplateParameters { .. }
        | Refusal::TemplateHeader { .. }
        | Refusal::OptInMissing
        | Refusal::SelfSend
        | Refusal::TextTooLong { .. }
        | Refusal::CaptionTooLong { .. }
        | Refusal::TextEmpty
        | Refusal::LinkInvalid
        | Refusal::Unsupported { .. }
        | Refusal::ChannelDisabled
        | Refusal::QueueFull
        | Refusal::AccountFull
        | Refusal::LaneFull => When::Now,
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        let details = refusal.to_string();
        match refusal {
            Refusal::WindowClosed => Self::of_request(470, details),
            Refusal::TemplateUnknown | Refusal::TemplateNotApproved => {
                Self::of_request(2001, details)
            }
            Refusal::TemplateParameters { .. } => Self::of_request(2000, details),
            Refusal::TemplateHeader { .. } => Self::of_request(2012, details),
            Refusal::OptInMissing | Refusal::OptedOut => Self::of_request(1026, details),
            Refusal::SelfSend => Self::of_request(1021, "cannot send messages to myself"),
            Refusal::TextTooLong { .. } => Self::of_request(1001, details),
            Refusal::CaptionTooLong { .. }
            | Refusal::TextEmpty
            | Refusal::LinkInvalid
            | Refusal::Unsupported { .. } => Self::of_request(INVALID, details),
            Refusal::ChannelDisabled => Self::new(StatusCode::SERVICE_UNAVAILABLE, 1011, details),
            Refusal::QueueFull | Refusal::AccountFull | Refusal::LaneFull => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, 1015, details)
            }
        }
    }
}

impl From<DeskError> for Fault {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Refused(refusal) => refusal.into(),
            DeskError::KeyReused => {
                let details = error.to_string();
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, INVALID, details)
            }
            DeskError::Unavailable => Self::unavailable(),
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::KeyReused | StoreError::Taken(_) => {
                tracing::error!(%error, "the store refused a change that cannot collide");
                let details = "The change was not made.";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL, details)
            }
            StoreError::Refused(refusal) => refusal.into(),
            StoreError::TooLate | StoreError::Stale | StoreError::Unwell(_) => Self::unavailable(),
        }
    }
}

/// The scope of idempotency keys: one path for all spellings of a channel.
pub(super) fn messages_path(channel: Id) -> String {
    format!("/onprem/{channel}/v1/messages")
}
