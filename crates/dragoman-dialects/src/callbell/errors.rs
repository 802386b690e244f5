//! The error answers: `{"error": text}`, or `{"error": {field: [texts]}}` for fields.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use dragoman_core::catalog::Right;
use dragoman_core::ports::StoreError;
use serde::Serialize;

use super::render;
use crate::limits::Later;

/// What is wrong with the fields of a call, by field, in the order of the alphabet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct FieldErrors(BTreeMap<&'static str, Vec<String>>);

impl FieldErrors {
    /// One field with one text.
    pub(super) fn one(field: &'static str, text: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, text);
        errors
    }

    /// Notes a text; the same text is said once per field.
    pub(super) fn add(&mut self, field: &'static str, text: impl Into<String>) {
        let (text, texts) = (text.into(), self.0.entry(field).or_default());
        if !texts.contains(&text) {
            texts.push(text);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// After this time there may be room again.
const FULL: Duration = Duration::from_secs(5);

/// Why a call is not answered with 200.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Error {
    /// Fields are missing or wrong, or the rules refuse what they ask for: 400.
    Fields(FieldErrors),
    /// The body does not parse; where, in the parser's words: 400.
    InvalidJson(String),
    /// The body is JSON, but no object: 400.
    NotAnObject,
    /// A cursor that no list has given out: 400.
    BadCursor,
    /// A page beyond the last that is shown: 400.
    PageTooFar,
    /// No token, or none that opens this API: 401.
    NotAuthorized,
    /// The token lacks a right: 403.
    Lacking(Right),
    /// No such path, or no such thing in this account: 404.
    NotFound,
    /// The path exists with another verb: 405.
    MethodNotAllowed,
    /// The body is over the limit: 413.
    TooLarge,
    /// The idempotency key belongs to another request: 422.
    KeyReused,
    /// As many messages wait as may wait: 429.
    QueueFull,
    /// As many messages of the account wait as may wait: 429.
    AccountFull,
    /// As many messages to this contact wait as may wait: 429.
    LaneFull,
    /// More calls than the token may make: 429.
    TooMany(Later),
    /// Nothing can be kept or read now: 503. Worth repeating.
    Unavailable,
}

impl Error {
    /// When repeating makes sense, where it does.
    const fn later(&self) -> Option<Later> {
        match self {
            Self::QueueFull | Self::AccountFull | Self::LaneFull | Self::Unavailable => {
                Some(Later::after(FULL))
            }
            Self::TooMany(later) => Some(*later),
            Self::Fields(_)
            | Self::InvalidJson(_)
            | Self::NotAnObject
            | Self::BadCursor
            | Self::PageTooFar
            | Self::NotAuthorized
            | Self::Lacking(_)
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::TooLarge
            | Self::KeyReused => None,
        }
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::Fields(_)
            | Self::InvalidJson(_)
            | Self::NotAnObject
            | Self::BadCursor
            | Self::PageTooFar => StatusCode::BAD_REQUEST,
            Self::NotAuthorized => StatusCode::UNAUTHORIZED,
            Self::Lacking(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::QueueFull | Self::AccountFull | Self::LaneFull | Self::TooMany(_) => {
                StatusCode::TOO_MANY_REQUESTS
            }
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        if error == StoreError::KeyReused {
            return Self::KeyReused;
        }
        tracing::warn!(%error, "the store did not do what it was asked");
        Self::Unavailable
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = (self.status(), render::error(&self)).into_response();
        if let Some(later) = self.later() {
            later.tell(response.headers_mut());
        }
        response
    }
}
