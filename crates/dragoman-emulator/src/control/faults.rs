//! `PUT /emulator/v1/faults`: misbehave on purpose.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use bytes::Bytes;
use serde_json::{Value, json};

use super::{Answer, Ours, read_json};
use crate::faults::{FaultPlan, Faults};
use crate::state::State;

/// Replaces all rules; `{"rules":[]}` is good behaviour.
pub(crate) async fn put(
    Shared(state): Shared<Arc<State>>,
    Ours(body): Ours<Bytes>,
) -> Answer<Json<Value>> {
    let plan: FaultPlan = read_json(&body)?;
    *state.faults() = Faults::new(plan);
    Ok(Json(json!({"success": true})))
}
