//! Webhooks that were signed and that nobody could use.

use std::cmp::Reverse;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use dragoman_core::ports::Quarantined;
use serde_json::{Value, json};

use super::Room;
use super::answer::Problem;

/// As many are shown.
const LIMIT: usize = 100;

/// The newest first.
pub(super) async fn list(
    State(native): Room,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let caller = native.caller(&headers)?;
    let catalog = native.catalog();
    let visible = catalog
        .accounts
        .iter()
        .filter(|account| caller.may(account.id));
    let mut kept = Vec::new();
    for account in visible {
        kept.extend(native.services.store.quarantined(account.id, LIMIT).await?);
    }
    kept.sort_by_key(|odd| Reverse(odd.at));
    kept.truncate(LIMIT);
    let shown: Vec<Value> = kept.iter().map(shown).collect();
    Ok(Json(json!({ "quarantine": shown })))
}

fn shown(odd: &Quarantined) -> Value {
    json!({
        "at": odd.at.iso().to_string(),
        "channel": odd.channel.simple(),
        "why": odd.why,
        "body": odd.body.as_str(),
    })
}
