//! The calls about messages: parse, hand over, answer.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequest, Path, Query, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use dragoman_core::ports::DeskError;

use super::caller::Caller;
use super::errors::{Error, FieldErrors};
use super::parse::{self, Extras};
use super::render::{self, Setting};
use super::wire;
use crate::body::{self, Unread};
use crate::idempotency;
use crate::services::Services;

/// The path of the send call, under which idempotency keys are kept: wherever it is served.
pub(super) const SEND: &str = "/v1/messages/send";

/// The query of a call. One that cannot be read counts as none.
pub(super) type QueryOf = Result<Query<HashMap<String, String>>, QueryRejection>;
/// The uuid in a path. One that cannot be read names nothing.
pub(super) type UuidOf = Result<Path<String>, PathRejection>;

/// `POST /messages/send`.
pub(super) async fn send(
    State(services): State<Arc<Services>>,
    caller: Caller,
    query: QueryOf,
    key: idempotency::Header,
    Body(body): Body,
) -> Result<Response, Error> {
    let key = idempotency::key(key.value(), caller.account, "POST", SEND, &body)
        .map_err(|bad| Error::Fields(FieldErrors::one("Idempotency-Key", bad.to_string())))?;
    let object = parse::object(&body)?;
    let send = parse::send(&object, caller.account, &caller.catalog).map_err(Error::Fields)?;

    let in_query = query
        .ok()
        .and_then(|Query(query)| query.get("fields").map(|list| Extras::read(list)));
    let extras = send.extras.or(in_query.unwrap_or_default());
    let (asked, metadata) = (send.asked, send.metadata.clone());
    let submission = send.into_submission(caller.account, key);
    let channel = submission.channel;
    let accepted = services
        .desk
        .submit(submission)
        .await
        .map_err(|error| match error {
            DeskError::Refused(refusal) => render::refusal(&refusal, asked),
            DeskError::KeyReused => Error::KeyReused,
            DeskError::Unavailable => Error::Unavailable,
        })?;

    let setting = Setting {
        catalog: &caller.catalog,
        channel,
        contact: &accepted.contact,
        conversation: &accepted.conversation,
        public_url: &services.public_url,
    };
    let answer = render::sent(accepted.message, &setting, extras, metadata.as_ref());
    let mut response = Json(answer).into_response();
    if accepted.replayed {
        let name = HeaderName::from_static(idempotency::REPLAYED);
        let headers = response.headers_mut();
        headers.insert(name, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// The body of a call.
pub(super) struct Body(pub(super) Bytes);

impl<S: Sync> FromRequest<S> for Body {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let bytes = body::read(request).await;
        bytes.map(Self).map_err(|unread| match unread {
            Unread::TooLarge => Error::TooLarge,
            Unread::BrokenOff => Error::InvalidJson("the body broke off".to_owned()),
        })
    }
}

/// `GET /messages/status/:uuid`.
pub(super) async fn status(
    State(services): State<Arc<Services>>,
    caller: Caller,
    uuid: UuidOf,
) -> Result<Json<wire::MessageAnswer>, Error> {
    let message = uuid
        .ok()
        .and_then(|Path(uuid)| uuid.parse().ok())
        .ok_or(Error::NotFound)?;
    let timeline = services
        .store
        .timeline(caller.account, message)
        .await
        .map_err(|error| {
            tracing::warn!(%message, %error, "the status of a message could not be read");
            Error::Unavailable
        })?
        .ok_or(Error::NotFound)?;
    render::status(&timeline, &caller.catalog, &services.public_url)
        .map(Json)
        .ok_or(Error::NotFound)
}

/// Every path that there is not.
pub(super) async fn not_found() -> Error {
    Error::NotFound
}

/// Every path that there is, with another verb.
pub(super) async fn method_not_allowed() -> Error {
    Error::MethodNotAllowed
}
