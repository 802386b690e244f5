//! `POST /v1/messages`.

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use dragoman_core::content::Content;
use dragoman_core::ports::Accepted;
use dragoman_core::submission::{Ask, Dialect, OptIn, Submission, Wish};
use serde_json::json;

use super::caller::Caller;
use super::parse::{Wanted, wanted};
use super::render::{Fault, answer, messages_path, timing};
use super::wire::Body;
use super::{Onprem, earlier, ids};
use crate::idempotency;

/// Accepts one message: an id means that it is stored and will be tried.
pub(super) async fn send(
    State(house): State<Onprem>,
    caller: Caller,
    key: idempotency::Header,
    body: Body,
) -> Result<Response, Fault> {
    let channel = caller.channel;
    let path = messages_path(channel.id);
    let key = idempotency::key(key.value(), channel.account, "POST", &path, &body.0)
        .map_err(|error| Fault::invalid("Idempotency-Key", &error.to_string()))?;
    let Wanted {
        input,
        to,
        mut ask,
        ttl,
        reply_to,
    } = wanted(&body.object()?)?;
    if let Ask::Content(Content::Reaction(reaction)) = &mut ask {
        let field = "reaction.message_id";
        reaction.target = earlier::provider_id(&house, channel, field, &reaction.target).await?;
    }
    let reply_to = match reply_to {
        Some(id) => Some(earlier::provider_id(&house, channel, "context.message_id", &id).await?),
        None => None,
    };
    let submission = Submission {
        account: channel.account,
        channel: channel.id,
        to: to.clone(),
        ask,
        dialect: Dialect::Onprem,
        opt_in: OptIn::NotAsked,
        assignment: Wish::default(),
        metadata: None,
        duplicate: None,
        key,
        ttl,
        reply_to,
        timing,
    };
    let accepted = house.services.desk.submit(submission).await?;
    Ok(created(
        &input,
        &accepted,
        &ids::outbound(&to, accepted.message),
    ))
}

fn created(input: &str, accepted: &Accepted, id: &str) -> Response {
    let contact = &accepted.contact;
    let wa_id = contact.phone().or_else(|| contact.user_id());
    let body = json!({
        "messages": [{ "id": id }],
        "contacts": [{ "input": input, "wa_id": wa_id.unwrap_or(input) }],
    });
    let mut response = answer(StatusCode::CREATED, body);
    if accepted.replayed {
        let name = HeaderName::from_static(idempotency::REPLAYED);
        let headers = response.headers_mut();
        headers.insert(name, HeaderValue::from_static("true"));
    }
    response
}
