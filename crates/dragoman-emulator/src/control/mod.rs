//! The control addresses under `/emulator/v1`: customers, templates, faults, ledger and clock, for tests and for the page.

pub(crate) mod apps;
mod attachments;
pub(crate) mod chat;
pub(crate) mod clock;
pub(crate) mod customers;
pub(crate) mod faults;
pub(crate) mod guard;
pub(crate) mod media;
mod moved;
mod ours;
pub(crate) mod requests;
mod samples;
pub(crate) mod stream;
pub(crate) mod templates;

use axum::Json;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::json;

use self::ours::Ours;
use crate::state::State;
use crate::world::{is_bsuid, normalise};

/// What is wrong with a control request: `{"error":{"message":…}}`.
#[derive(Debug)]
pub(crate) struct ControlError {
    status: StatusCode,
    message: String,
}

type Answer<T> = Result<T, ControlError>;

impl ControlError {
    fn bad(message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            message: message.into(),
        }
    }

    fn failed(message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            message: message.into(),
        }
    }

    fn unknown(message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            message: message.into(),
        }
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        (
            self.status,
            Json(json!({"error": {"message": self.message}})),
        )
            .into_response()
    }
}

pub(crate) async fn unknown(uri: Uri) -> ControlError {
    ControlError::unknown(format!("{} is not an address of the emulator", uri.path()))
}

pub(crate) async fn other_verb(method: Method, uri: Uri) -> ControlError {
    ControlError {
        status: StatusCode::METHOD_NOT_ALLOWED,
        message: format!("{} does not take {method}", uri.path()),
    }
}

fn read_json<T: DeserializeOwned>(bytes: &Bytes) -> Answer<T> {
    serde_json::from_slice(bytes)
        .map_err(|error| ControlError::bad(format!("body is not as expected: {error}")))
}

fn customer_id(written: &str) -> Answer<String> {
    normalise(written).ok_or_else(|| {
        ControlError::bad(format!("{written} is neither a phone number nor a BSUID"))
    })
}

/// The digits of a phone number.
fn phone_number(written: &str) -> Answer<String> {
    normalise(written)
        .filter(|digits| !is_bsuid(digits))
        .ok_or_else(|| ControlError::bad(format!("{written} is not a phone number")))
}

/// The provider's id of a business number.
fn phone_number_id(written: &str) -> Answer<&str> {
    let is_id = !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_digit());
    is_id
        .then_some(written)
        .ok_or_else(|| ControlError::bad("a phone number id is decimal digits"))
}

/// Waits for the journal; whatever is answered after this survives a kill.
async fn written(state: &State) -> Answer<()> {
    state
        .written()
        .await
        .map_err(|error| ControlError::failed(format!("journal was not written: {error}")))
}
