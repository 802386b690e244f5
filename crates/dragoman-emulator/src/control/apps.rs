//! `PUT /emulator/v1/apps/{phone-number-id}`: who listens to a number.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State as Shared};
use bytes::Bytes;
use rand::RngExt as _;
use serde_json::{Value, json};

use super::{Answer, ControlError, Ours, phone_number, phone_number_id, read_json, written};
use crate::state::State;
use crate::world::{App, Entry, World};

/// Registers once the webhook has passed the challenge; until then an earlier registration stays.
pub(crate) async fn put(
    Shared(state): Shared<Arc<State>>,
    Ours(Path(id)): Ours<Path<String>>,
    Ours(body): Ours<Bytes>,
) -> Answer<Json<Value>> {
    let mut app: App = read_json(&body)?;
    phone_number_id(&id)?.clone_into(&mut app.phone_number_id);
    if let Some(number) = &mut app.display_phone_number {
        *number = phone_number(number)?;
    }
    is_nobody_elses(&app, &state.hold())?;
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
    {
        let mut held = state.hold();
        // Somebody may have been faster meanwhile.
        is_nobody_elses(&app, &held)?;
        held.record(Entry::App(app));
    }
    written(&state).await?;
    Ok(Json(json!({"success": true})))
}

/// Two businesses never have the same phone number.
fn is_nobody_elses(app: &App, world: &World) -> Answer<()> {
    let Some(number) = &app.display_phone_number else {
        return Ok(());
    };
    let mut others = world
        .apps
        .values()
        .filter(|other| other.phone_number_id != app.phone_number_id);
    match others.find(|other| other.display_phone_number.as_ref() == Some(number)) {
        Some(other) => Err(ControlError::bad(format!(
            "{number} is the number of {}",
            other.phone_number_id
        ))),
        None => Ok(()),
    }
}
