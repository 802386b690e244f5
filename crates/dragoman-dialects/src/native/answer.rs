//! How the management API answers.

use std::borrow::Cow;
use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use dragoman_core::Refusal;
use dragoman_core::catalog::Right;
use dragoman_core::ports::{DeskError, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::body;
use crate::limits::Later;

/// Where as much waits as may wait, a client asks again after this.
const FULL: Duration = Duration::from_secs(5);

/// An error answer: `{"error":{"code","message","field"?}}`.
#[derive(Debug)]
pub(super) enum Problem {
    /// A field is missing or wrong.
    Invalid {
        field: Cow<'static, str>,
        message: String,
    },
    /// The body is no JSON of the right shape.
    Malformed(String),
    Unauthorized,
    /// No such account, nobody in it with this address, or another password.
    WrongPassword,
    Forbidden(&'static str),
    /// The token lacks a right.
    Lacking(Right),
    NotFound(&'static str),
    MethodNotAllowed,
    /// The body is over the limit.
    TooLarge,
    Taken(String),
    /// There is nothing to decide.
    Settled(String),
    Refused(String),
    /// As much waits as may wait.
    Full(String),
    KeyReused,
    /// Not again before this time is over.
    TooMany(Later),
    Unavailable,
}

impl Problem {
    pub(super) fn invalid(field: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::Invalid {
            field: field.into(),
            message: message.into(),
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Invalid { .. } | Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized | Self::WrongPassword => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) | Self::Lacking(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Taken(_) | Self::Settled(_) => StatusCode::CONFLICT,
            Self::Refused(_) | Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Full(_) | Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    const fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "invalid",
            Self::Malformed(_) => "malformed",
            Self::Unauthorized | Self::WrongPassword => "unauthorized",
            Self::Forbidden(_) | Self::Lacking(_) => "forbidden",
            Self::NotFound(_) => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::TooLarge => "too_large",
            Self::Taken(_) => "taken",
            Self::Settled(_) => "settled",
            Self::Refused(_) => "refused",
            Self::Full(_) => "queue_full",
            Self::KeyReused => "key_reused",
            Self::TooMany(_) => "too_many_requests",
            Self::Unavailable => "unavailable",
        }
    }

    fn into_detail(self) -> ErrorDetail {
        let code = self.code();
        let message = match self {
            Self::Invalid { field, message } => {
                return ErrorDetail {
                    code,
                    message,
                    field: Some(field),
                };
            }
            Self::Malformed(message)
            | Self::Refused(message)
            | Self::Full(message)
            | Self::Settled(message) => message,
            Self::Unauthorized => "missing or unknown token".to_owned(),
            Self::WrongPassword => "unknown account, unknown address or wrong password".to_owned(),
            Self::Forbidden(why) => why.to_owned(),
            Self::Lacking(right) => format!("the token lacks the scope {}", right.word()),
            Self::NotFound(what) => format!("no such {what}"),
            Self::MethodNotAllowed => "not with this method".to_owned(),
            Self::TooLarge => format!("the body has more than {} bytes", body::LIMIT),
            Self::Taken(name) => format!("{name} is taken"),
            Self::KeyReused => "the idempotency key was used for another request".to_owned(),
            Self::TooMany(later) => {
                format!("too many calls: again in {} seconds", later.seconds())
            }
            Self::Unavailable => "not available now".to_owned(),
        };
        ErrorDetail {
            code,
            message,
            field: None,
        }
    }
}

/// What every call that fails is answered with.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct ErrorBody {
    #[schema(inline)]
    error: ErrorDetail,
}

#[derive(Serialize, ToSchema)]
struct ErrorDetail {
    /// A word for programs.
    code: &'static str,
    /// A sentence for people; its wording may change.
    message: String,
    /// The field or parameter that is to blame.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    field: Option<Cow<'static, str>>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let later = match &self {
            Self::TooMany(later) => Some(*later),
            Self::Full(_) => Some(Later::after(FULL)),
            Self::Invalid { .. }
            | Self::Malformed(_)
            | Self::Unauthorized
            | Self::WrongPassword
            | Self::Forbidden(_)
            | Self::Lacking(_)
            | Self::NotFound(_)
            | Self::MethodNotAllowed
            | Self::TooLarge
            | Self::Taken(_)
            | Self::Settled(_)
            | Self::Refused(_)
            | Self::KeyReused
            | Self::Unavailable => None,
        };
        let error = self.into_detail();
        let mut response = (status, Json(ErrorBody { error })).into_response();
        if let Some(later) = later {
            later.tell(response.headers_mut());
        }
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let said = refusal.to_string();
        let is_full = matches!(
            refusal,
            Refusal::QueueFull | Refusal::AccountFull | Refusal::LaneFull
        );
        if is_full {
            Self::Full(said)
        } else {
            Self::Refused(said)
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::KeyReused => Self::KeyReused,
            StoreError::Taken(name) => Self::Taken(name.into()),
            StoreError::Refused(refusal) => refusal.into(),
            StoreError::TooLate | StoreError::Stale | StoreError::Unwell(_) => Self::Unavailable,
        }
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Refused(refusal) => refusal.into(),
            DeskError::KeyReused => Self::KeyReused,
            DeskError::Unavailable => Self::Unavailable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_too_much_waits_it_is_said_when_to_come_again() {
        for full in [Refusal::QueueFull, Refusal::AccountFull, Refusal::LaneFull] {
            let response = Problem::from(DeskError::Refused(full)).into_response();
            assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
            assert!(response.headers().contains_key("retry-after"));
        }
        let refused = Problem::from(DeskError::Refused(Refusal::SelfSend)).into_response();
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
}
