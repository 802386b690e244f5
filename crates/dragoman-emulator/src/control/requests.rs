//! `GET /emulator/v1/requests?after=N`: the upstream ledger, in the order in which requests were decided.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State as Shared};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Ours;
use crate::state::State;

const PAGE: usize = 1000;

#[derive(Debug, Deserialize)]
pub(crate) struct From {
    #[serde(default)]
    after: usize,
}

#[derive(Debug, Serialize)]
struct Page<'a> {
    requests: Vec<Row<'a>>,
    /// To be given as `after` next time; also when this page is empty.
    next: usize,
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    n: usize,
    at: String,
    phone_number_id: &'a str,
    body: &'a RawValue,
    token: Option<&'a str>,
    wamid: Option<&'a str>,
    decision: &'a str,
}

pub(crate) async fn list(
    Shared(state): Shared<Arc<State>>,
    Ours(Query(from)): Ours<Query<From>>,
) -> Response {
    let held = state.hold();
    let start = from.after.min(held.ledger.len());
    let end = start.saturating_add(PAGE).min(held.ledger.len());
    let rows = (start + 1..)
        .zip(&held.ledger[start..end])
        .map(|(n, request)| Row {
            n,
            at: request.at.rfc3339(),
            phone_number_id: &request.phone_number_id,
            body: &request.body,
            token: request.token.as_deref(),
            wamid: request.wamid.as_deref(),
            decision: &request.decision,
        });
    let page = Page {
        requests: rows.collect(),
        next: from.after.max(end),
    };
    Json(page).into_response()
}
