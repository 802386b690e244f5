//! `/v1/support`: what somebody who helps wants to know first.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::health;
use super::health::Standing;
use crate::whatsapp_onprem::Onprem;
use crate::whatsapp_onprem::caller::Caller;
use crate::whatsapp_onprem::line::Line;
use crate::whatsapp_onprem::render::{Fault, VERSION, answer};

/// Those of the original's fields that mean something here: there is no client with a database,
/// disks and a socket of its own.
pub(in crate::whatsapp_onprem) async fn show(
    State(house): State<Onprem>,
    caller: Caller,
) -> Result<Response, Fault> {
    let standing = health::standing(&house, caller.channel).await?;
    let line = Line::of(&house, caller.channel)?;
    let number = match standing {
        Standing::Unregistered => None,
        Standing::Connected | Standing::Connecting | Standing::Disconnected => line.channel.phone,
    };
    let socket = match standing {
        Standing::Connected => "UP",
        Standing::Disconnected | Standing::Unregistered => "DN",
        Standing::Connecting => "UNK",
    };
    let support = json!({
        "context": "healthcheck",
        "debug_info": number.as_deref().unwrap_or("unregistered"),
        "description": "Dragoman, which speaks to the Cloud API",
        "device_iso8601": house.services.clock.now().iso().to_string(),
        "multi_connect": false,
        "os_name": std::env::consts::OS,
        "socket_conn": socket,
        "version": VERSION,
    });
    Ok(answer(StatusCode::OK, json!({ "support": support })))
}
