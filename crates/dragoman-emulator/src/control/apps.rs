//! `PUT /emulator/v1/apps/{phone-number-id}`: who listens to a number.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State as Shared};
use bytes::Bytes;
use rand::RngExt as _;
use serde_json::{Value, json};

use super::{Answer, ControlError, read_json, written};
use crate::state::State;
use crate::world::{App, Entry};

/// Registers once the webhook has passed the challenge; until then an earlier registration stays.
pub(crate) async fn put(
    Shared(state): Shared<Arc<State>>,
    Path(phone_number_id): Path<String>,
    body: Bytes,
) -> Answer<Json<Value>> {
    let mut app: App = read_json(&body)?;
    if phone_number_id.is_empty() || !phone_number_id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ControlError::bad("a phone number id is decimal digits"));
    }
    app.phone_number_id = phone_number_id;
    if let Some(url) = &app.webhook_url {
        let challenge = rand::rng()
            .random_range(100_000_000..2_000_000_000_u32)
            .to_string();
        let verified = state
            .client
            .verify(url, &app.verify_token, &challenge)
            .await;
        verified.map_err(|error| ControlError::bad(format!("{error:#}")))?;
    }
    state.hold().record(Entry::App(app));
    written(&state).await?;
    Ok(Json(json!({"success": true})))
}
