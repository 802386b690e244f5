//! How the management API answers.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use dragoman_core::ports::{DeskError, StoreError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::body::{self, Unread};

/// An error answer: `{"error":{"code","message","field"?}}`.
#[derive(Debug)]
pub(super) enum Problem {
    /// A field is missing or wrong.
    Invalid {
        field: &'static str,
        message: String,
    },
    /// The body is no JSON of the right shape.
    Malformed(String),
    Unauthorized,
    Forbidden,
    NotFound(&'static str),
    MethodNotAllowed,
    /// The body is over the limit.
    TooLarge,
    Taken(String),
    Refused(String),
    KeyReused,
    Unavailable,
}

impl Problem {
    pub(super) fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid {
            field,
            message: message.into(),
        }
    }

    fn parts(self) -> (StatusCode, &'static str, String, Option<&'static str>) {
        match self {
            Self::Invalid { field, message } => {
                (StatusCode::BAD_REQUEST, "invalid", message, Some(field))
            }
            Self::Malformed(message) => (StatusCode::BAD_REQUEST, "malformed", message, None),
            Self::Unauthorized => (
                StatusCode::UNAUTHORIZED,
                "unauthorized",
                "missing or unknown token".to_owned(),
                None,
            ),
            Self::Forbidden => (
                StatusCode::FORBIDDEN,
                "forbidden",
                "only for the operator".to_owned(),
                None,
            ),
            Self::NotFound(what) => (
                StatusCode::NOT_FOUND,
                "not_found",
                format!("no such {what}"),
                None,
            ),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "not with this method".to_owned(),
                None,
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                format!("the body has more than {} bytes", body::LIMIT),
                None,
            ),
            Self::Taken(name) => (
                StatusCode::CONFLICT,
                "taken",
                format!("{name} is taken"),
                None,
            ),
            Self::Refused(why) => (StatusCode::UNPROCESSABLE_ENTITY, "refused", why, None),
            Self::KeyReused => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "key_reused",
                "the idempotency key was used for another request".to_owned(),
                None,
            ),
            Self::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "not available now".to_owned(),
                None,
            ),
        }
    }
}

#[derive(Serialize)]
struct ErrorBody {
    error: ErrorDetail,
}

#[derive(Serialize)]
struct ErrorDetail {
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, code, message, field) = self.parts();
        (
            status,
            Json(ErrorBody {
                error: ErrorDetail {
                    code,
                    message,
                    field,
                },
            }),
        )
            .into_response()
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::KeyReused => Self::KeyReused,
            StoreError::Taken(name) => Self::Taken(name.into()),
            StoreError::Refused(refusal) => Self::Refused(refusal.to_string()),
            StoreError::TooLate | StoreError::Stale | StoreError::Unwell(_) => Self::Unavailable,
        }
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Refused(refusal) => Self::Refused(refusal.to_string()),
            DeskError::KeyReused => Self::KeyReused,
            DeskError::Unavailable => Self::Unavailable,
        }
    }
}

/// The body of a call.
pub(super) struct Body(pub(super) Bytes);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let bytes = body::read(request).await;
        bytes.map(Self).map_err(|unread| match unread {
            Unread::TooLarge => Problem::TooLarge,
            Unread::BrokenOff => Problem::Malformed("the body broke off".to_owned()),
        })
    }
}

impl Body {
    /// The JSON in it; the message of a failure names the field and the place.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        serde_json::from_slice(&self.0).map_err(|error| Problem::Malformed(error.to_string()))
    }
}

/// Checks what people call something: one line of 1 to 100 characters that says something.
pub(super) fn check_name(field: &'static str, name: &str) -> Result<(), Problem> {
    let fits = (1..=100).contains(&name.chars().count());
    if fits && !name.trim().is_empty() && !name.contains(char::is_control) {
        return Ok(());
    }
    Err(Problem::invalid(
        field,
        "must have 1 to 100 characters, not only spaces and no control characters",
    ))
}
