//! Messages of which nobody knows whether the provider has taken them, and people who do.

use axum::Json;
use axum::extract::{Path, State};
use dragoman_core::catalog::Channel;
use dragoman_core::doubt::Resolution;
use dragoman_core::ports::Decided;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::answer::Problem;
use super::call::{Call, Caller, Query};
use super::record::visible;
use super::{Room, trace};

/// So many are listed.
const MOST: usize = 100;

/// Which messages are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// In which state they are; left out, unknown.
    #[serde(default)]
    #[param(inline)]
    state: Listed,
    /// Slug or uuid of a channel; left out, every channel that the caller may see.
    channel: Option<String>,
}

/// The state that can be listed.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Listed {
    #[default]
    Unknown,
}

/// Messages in doubt, the oldest of each channel first, at most 100.
#[derive(Serialize, ToSchema)]
pub(super) struct InDoubt {
    #[schema(value_type = Vec<Object>)]
    messages: Vec<Value>,
}

/// What somebody says of a message.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Resolving {
    r#as: As,
}

/// What counts.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum As {
    /// The provider has taken it.
    Sent,
    /// It has not arrived.
    Failed,
    /// It is sent once more, and may then arrive twice.
    Resend,
}

/// What counts now.
#[derive(Serialize, ToSchema)]
pub(super) struct Resolved {
    id: String,
    state: &'static str,
}

pub(super) async fn list(
    State(native): Room,
    caller: Caller,
    Query(Wanted {
        state: Listed::Unknown,
        channel,
    }): Query<Wanted>,
) -> Result<Json<InDoubt>, Problem> {
    let catalog = native.catalog();
    let channels = match &channel {
        Some(name) => vec![visible::<Channel>(&catalog, caller, name)?],
        None => {
            let all = catalog.channels.iter();
            all.filter(|one| caller.may(one.account)).collect()
        }
    };
    let store = &native.services.store;
    let mut messages = Vec::new();
    for channel in channels {
        let left = MOST - messages.len();
        if left == 0 {
            break;
        }
        for doubt in store.doubts(channel.id, left).await? {
            if let Some(stored) = store.message(doubt.tenant(), doubt.message).await? {
                let mut shown = trace::message(&stored, None);
                shown["unknown_since"] = json!(doubt.since.iso().to_string());
                messages.push(shown);
            }
        }
    }
    Ok(Json(InDoubt { messages }))
}

pub(super) async fn resolve(
    State(native): Room,
    Path(id): Path<String>,
    call: Call,
) -> Result<Json<Resolved>, Problem> {
    let said: Resolving = call.read()?;
    let found = trace::find(&native, call.caller, &id).await?;
    let message = found.ok_or(Problem::NotFound("message"))?.message;
    let (resolution, state) = match said.r#as {
        As::Sent => (Resolution::Sent, "sent"),
        As::Failed => (Resolution::Failed, "failed"),
        As::Resend => (Resolution::Resend, "queued"),
    };
    let desk = &native.services.desk;
    match desk
        .resolve(message.tenant(), message.id, resolution)
        .await?
    {
        Decided::Done | Decided::Again(..) => Ok(Json(Resolved {
            id: message.id.simple(),
            state,
        })),
        Decided::Late => Err(Problem::Settled(
            "its time ran out: it cannot be sent again".to_owned(),
        )),
        Decided::NotInDoubt | Decided::Held | Decided::Resent => {
            let state = message.fold.state.word();
            Err(Problem::Settled(format!(
                "the message is not in doubt: it is {state}"
            )))
        }
        Decided::Missing => Err(Problem::NotFound("message")),
    }
}
