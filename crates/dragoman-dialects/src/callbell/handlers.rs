//! The calls about messages: parse, hand over, answer.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequest, Path, Query, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use dragoman_core::Id;
use dragoman_core::contact::{Bot, CustomerChange};
use dragoman_core::ports::{Accepted, DeskError};
use dragoman_core::submission::{Duplicate, IdempotencyKey, Submission};

use super::caller::Caller;
use super::errors::Error;
use super::params::{Params, wrong};
use super::parse::{self, Asked, Extras};
use super::render::{self, Setting};
use super::{duplicate, refusals, rehearsal, wire};
use crate::body::{self, Unread};
use crate::services::Services;
use crate::{idempotency, manner};

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
    manner: manner::Headers,
    Body(body): Body,
) -> Result<Response, Error> {
    let key = self::key(&key, &caller, SEND, &body)?;
    let manner = manner
        .read()
        .map_err(|bad| wrong(bad.header, bad.to_string()))?;
    let object = parse::object(&body)?;
    let send = parse::send(&object, caller.account, &caller.catalog).map_err(Error::Fields)?;

    let params = Params::read(query);
    let in_query = params.text("fields").map(Extras::read);
    let extras = send.extras.or(in_query.unwrap_or_default());
    let is_rehearsal = send.dry_run || params.flag("dry_run")? == Some(true);
    let (asked, bot, metadata) = (send.asked, send.bot, send.metadata.clone());
    let submission = Submission {
        manner,
        ..send.into_submission(&caller)
    };
    let channel = submission.channel;
    let refused = |error| refused(error, asked);
    if is_rehearsal {
        let shown = services.desk.rehearse(submission).await.map_err(refused)?;
        let answer = rehearsal::dry_run(&shown, channel, &caller.catalog);
        return Ok(Json(answer).into_response());
    }

    let duplicate = caller.policy.duplicate_window.map(|window| Duplicate {
        fingerprint: duplicate::fingerprint(&object, &submission),
        window,
    });
    let submission = Submission {
        key,
        duplicate,
        ..submission
    };
    let accepted = services.desk.submit(submission).await.map_err(refused)?;
    if let Some(bot) = bot
        && !accepted.replayed
    {
        tell_bot(&services, &caller, channel, &accepted, bot).await;
    }

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
        mark_replayed(&mut response);
    }
    Ok(response)
}

/// Why the desk took nothing.
fn refused(error: DeskError, asked: Asked) -> Error {
    match error {
        DeskError::Refused(refusal) => refusals::told(&refusal, asked),
        DeskError::KeyReused => Error::KeyReused,
        DeskError::Unavailable => Error::Unavailable,
    }
}

/// Keeps what the bot shall do. The message is on its way whatever becomes of this.
async fn tell_bot(
    services: &Services,
    caller: &Caller,
    channel: Id,
    accepted: &Accepted,
    bot: Bot,
) {
    let changes = vec![CustomerChange::Bot(bot)];
    let (contact, message) = (accepted.contact.id, accepted.message);
    let kept = services
        .contacts
        .change_customer(
            caller.account,
            contact,
            Some(channel),
            changes,
            services.moment(),
        )
        .await;
    match kept {
        Ok(Some(_)) => {}
        Ok(None) => {
            tracing::warn!(message_id = %message, "bot_status was not kept: no such conversation")
        }
        Err(error) => tracing::warn!(message_id = %message, %error, "bot_status was not kept"),
    }
}

/// The idempotency key of a call of this path, if it has one.
pub(super) fn key(
    header: &idempotency::Header,
    caller: &Caller,
    path: &str,
    body: &[u8],
) -> Result<Option<IdempotencyKey>, Error> {
    idempotency::key(header.value(), caller.account, "POST", path, body)
        .map_err(|bad| wrong("Idempotency-Key", bad.to_string()))
}

/// Says that an answer is that of an earlier call.
pub(super) fn mark_replayed(response: &mut Response) {
    let name = HeaderName::from_static(idempotency::REPLAYED);
    let headers = response.headers_mut();
    headers.insert(name, HeaderValue::from_static("true"));
}

/// The body of a call.
pub(super) struct Body(pub(super) Bytes);

impl<S: Sync> FromRequest<S> for Body {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let bytes = body::read(request).await;
        bytes.map(Self).map_err(|unread| match unread {
            Unread::TooLarge => Error::TooLarge,
            Unread::TooDeep => Error::InvalidJson("the body goes too deep".to_owned()),
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
            tracing::warn!(message_id = %message, %error, "the status of a message could not be read");
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
