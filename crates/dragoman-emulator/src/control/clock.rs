//! `GET` and `POST /emulator/v1/clock`.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State as Shared;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, ControlError, read_json, written};
use crate::state::State;

/// A century; the offset only grows, so a slip should not end the world.
const FURTHEST_S: u64 = 100 * 366 * 24 * 3600;

#[derive(Debug, Deserialize)]
pub(crate) struct Advance {
    advance_s: u64,
}

pub(crate) async fn get(Shared(state): Shared<Arc<State>>) -> Json<Value> {
    Json(view(&state))
}

pub(crate) async fn advance(Shared(state): Shared<Arc<State>>, body: Bytes) -> Answer<Json<Value>> {
    let Advance { advance_s } = read_json(&body)?;
    if state.clock.offset().as_secs().saturating_add(advance_s) > FURTHEST_S {
        return Err(ControlError::bad(
            "the clock goes at most a hundred years ahead",
        ));
    }
    state.clock.advance(Duration::from_secs(advance_s));
    written(&state).await?;
    Ok(Json(view(&state)))
}

fn view(state: &State) -> Value {
    json!({"now": state.clock.now().rfc3339(), "offset_s": state.clock.offset().as_secs()})
}
