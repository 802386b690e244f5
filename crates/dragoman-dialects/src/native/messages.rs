//! Sending, for the command line and for scripts of the operator.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{AppendHeaders, IntoResponse, Response};
use dragoman_core::Address;
use dragoman_core::content::{Content, Text};
use dragoman_core::refusal::{Refusal, When};
use dragoman_core::submission::{Ask, Dialect, OptIn, Submission, Wish};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::Problem;
use super::call::Call;
use super::operation::Operation;
use super::{Room, doubts};
use crate::control::has_control;
use crate::idempotency;

pub(super) fn operations() -> Vec<Operation> {
    let send = Operation::post("/api/v1/messages", send)
        .named(
            "send_message",
            "Sends a text. The other kinds have their dialects.",
        )
        .takes::<NewMessage>()
        .creates::<SentMessage>(&["trace_message"]);
    vec![
        Operation {
            status: 202,
            ..send
        },
        Operation::post("/api/v1/messages/{id}/resolve", doubts::resolve)
            .named(
                "resolve_message",
                "Says what counts for a message that is in doubt. Takes every form of its id.",
            )
            .takes::<doubts::Resolving>()
            .answers::<doubts::Resolved>(200),
    ]
}

/// A text to send.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMessage {
    /// Slug or uuid of the sender.
    channel: String,
    /// The recipient's number, or their WhatsApp user id.
    to: String,
    text: String,
}

/// A message that was accepted.
#[derive(Serialize, ToSchema)]
struct SentMessage {
    id: String,
    state: &'static str,
}

async fn send(State(native): Room, call: Call) -> Result<Response, Problem> {
    let new: NewMessage = call.read()?;
    if has_control(&new.text) {
        return Err(Problem::invalid("text", "has a control character"));
    }
    let catalog = native.catalog();
    let found = catalog
        .channel_by_name(&new.channel)
        .filter(|channel| call.caller.may(channel.account));
    let channel = found
        .ok_or_else(|| Problem::invalid("channel", format!("no channel {:?}", new.channel)))?;
    let to = Address::parse(&new.to).map_err(|error| Problem::invalid("to", error.to_string()))?;
    let key = call.key(channel.tenant())?;
    let submission = Submission {
        account: channel.tenant(),
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
        manner: call.manner()?,
        timing: now,
    };
    let accepted = native.services.desk.submit(submission).await?;
    let answer = SentMessage {
        id: accepted.message.simple(),
        state: "queued",
    };
    let replayed = accepted.replayed;
    let mark = replayed.then_some(AppendHeaders([(idempotency::REPLAYED, "true")]));
    Ok((StatusCode::ACCEPTED, mark, Json(answer)).into_response())
}

/// Everything is heard at once: a person is waiting.
fn now(_: &Refusal) -> When {
    When::Now
}
