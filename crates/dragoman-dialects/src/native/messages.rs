//! Sending, for the command line and for scripts of the operator.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use dragoman_core::Address;
use dragoman_core::content::{Content, Text};
use dragoman_core::refusal::{Refusal, When};
use dragoman_core::submission::{Ask, Dialect, OptIn, Submission, Wish};
use serde::{Deserialize, Serialize};

use super::Room;
use super::answer::{Body, Problem};
use crate::control::has_control;
use crate::idempotency;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewMessage {
    /// Slug or uuid of the sender.
    channel: String,
    to: String,
    text: String,
}

#[derive(Serialize)]
struct SentMessage {
    id: String,
    state: &'static str,
}

/// Sends a text. The other kinds have their dialects.
pub(super) async fn send(
    State(native): Room,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    let caller = native.caller(&headers)?;
    let new: NewMessage = body.read()?;
    if has_control(&new.text) {
        return Err(Problem::invalid("text", "has a control character"));
    }
    let catalog = native.catalog();
    let found = catalog
        .channel_by_name(&new.channel)
        .filter(|channel| caller.may(channel.account));
    let channel = found
        .ok_or_else(|| Problem::invalid("channel", format!("no channel {:?}", new.channel)))?;
    let to = Address::parse(&new.to).map_err(|error| Problem::invalid("to", error.to_string()))?;
    let key = idempotency::key(
        headers.get(idempotency::HEADER),
        channel.account,
        "POST",
        "/api/v1/messages",
        &body.0,
    )
    .map_err(|error| Problem::invalid("idempotency-key", error.to_string()))?;
    let submission = Submission {
        account: channel.account,
        channel: channel.id,
        to,
        ask: Ask::Content(Content::Text(Text {
            body: new.text.into(),
            preview_url: false,
        })),
        dialect: Dialect::Native,
        opt_in: OptIn::NotAsked,
        assignment: Wish::default(),
        metadata: None,
        duplicate: None,
        key,
        ttl: None,
        reply_to: None,
        timing: now,
    };
    let accepted = native.services.desk.submit(submission).await?;
    let answer = SentMessage {
        id: accepted.message.simple(),
        state: "queued",
    };
    let replayed = accepted
        .replayed
        .then_some([(idempotency::REPLAYED, "true")]);
    Ok((
        StatusCode::ACCEPTED,
        replayed.map(axum::response::AppendHeaders),
        Json(answer),
    ))
}

/// Everything is heard at once: a person is waiting.
fn now(_: &Refusal) -> When {
    When::Now
}
