//! `/v1/health`: whether the number can send.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use dragoman_core::outcome::Failure;
use serde_json::json;

use crate::whatsapp_onprem::Onprem;
use crate::whatsapp_onprem::caller::{ThisChannel, Watcher};
use crate::whatsapp_onprem::lately::Look;
use crate::whatsapp_onprem::line::{Line, UNREGISTERED};
use crate::whatsapp_onprem::registration::account::CONNECTED;
use crate::whatsapp_onprem::render::{Fault, answer};

/// A monitor does not wait longer for the provider.
const PATIENCE: Duration = Duration::from_secs(5);

/// How the number stands with its provider, in the original's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::whatsapp_onprem) enum Standing {
    Connected,
    Connecting,
    Disconnected,
    Unregistered,
}

impl Standing {
    const fn word(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Connecting => "connecting",
            Self::Disconnected => "disconnected",
            Self::Unregistered => "unregistered",
        }
    }
}

/// 200 whatever the number's standing: monitors read it from the body.
pub(in crate::whatsapp_onprem) async fn show(
    State(house): State<Onprem>,
    watcher: Watcher,
) -> Result<Response, Fault> {
    let standing = standing(&house, watcher.channel).await?;
    Ok(answer(
        StatusCode::OK,
        json!({ "health": { "gateway_status": standing.word() } }),
    ))
}

/// What the provider says of the number now, or said a moment ago.
///
/// # Errors
/// 404 when the channel has just gone.
pub(in crate::whatsapp_onprem) async fn standing(
    house: &Onprem,
    channel: ThisChannel,
) -> Result<Standing, Fault> {
    let now = house.services.clock.monotonic();
    if let Some(look) = house.lately.look(channel.id, now) {
        return Ok(read(&look));
    }
    let line = Line::of(house, channel)?;
    let Some(provider) = line.provider() else {
        return Ok(Standing::Connecting);
    };
    let asked = tokio::time::timeout(PATIENCE, provider.sender(line.http(), &line.channel));
    let said = asked
        .await
        .unwrap_or_else(|_| Err(Failure::new(0, "no answer in time")));
    Ok(read(&house.lately.keep_look(channel.id, said, now)))
}

fn read(look: &Look) -> Standing {
    match &look.said {
        Ok(sender) => match sender.status.as_deref() {
            Some(CONNECTED) => Standing::Connected,
            Some(_) => Standing::Disconnected,
            None => Standing::Connecting,
        },
        Err(failure) if failure.code == UNREGISTERED => Standing::Unregistered,
        Err(_) if look.reached => Standing::Disconnected,
        Err(_) => Standing::Connecting,
    }
}
