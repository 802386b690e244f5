//! Extractors whose refusals are said in the words of the control addresses.

use std::fmt::Display;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::response::IntoResponse;

use super::ControlError;

/// What `E` extracts.
#[derive(Debug)]
pub(crate) struct Ours<E>(pub(crate) E);

impl<S, E> FromRequestParts<S> for Ours<E>
where
    S: Send + Sync,
    E: FromRequestParts<S>,
    E::Rejection: Display,
{
    type Rejection = ControlError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ControlError> {
        let extracted = E::from_request_parts(parts, state).await;
        extracted.map(Self).map_err(refusal)
    }
}

impl<S, E> FromRequest<S> for Ours<E>
where
    S: Send + Sync,
    E: FromRequest<S>,
    E::Rejection: Display,
{
    type Rejection = ControlError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ControlError> {
        let extracted = E::from_request(request, state).await;
        extracted.map(Self).map_err(refusal)
    }
}

fn refusal(rejection: impl Display + IntoResponse) -> ControlError {
    let message = rejection.to_string();
    ControlError {
        status: rejection.into_response().status(),
        message,
    }
}
