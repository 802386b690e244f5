//! `GET` and `POST /emulator/v1/clock`.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State as Shared;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, ControlError, Ours, read_json, written};
use crate::state::State;

#[derive(Debug, Deserialize)]
pub(crate) struct Advance {
    advance_s: u64,
}

pub(crate) async fn get(Shared(state): Shared<Arc<State>>) -> Json<Value> {
    Json(view(&state))
}

pub(crate) async fn advance(
    Shared(state): Shared<Arc<State>>,
    Ours(body): Ours<Bytes>,
) -> Answer<Json<Value>> {
    let Advance { advance_s } = read_json(&body)?;
    let moved = state.clock.advance(Duration::from_secs(advance_s));
    moved.map_err(|too_far| ControlError::bad(too_far.to_string()))?;
    written(&state).await?;
    Ok(Json(view(&state)))
}

fn view(state: &State) -> Value {
    json!({"now": state.clock.now().rfc3339(), "offset_s": state.clock.offset().as_secs()})
}
