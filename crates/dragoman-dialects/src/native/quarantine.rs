//! Webhooks that were signed and that nobody could use.

use std::cmp::Reverse;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use dragoman_core::ports::Quarantined;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::Room;
use super::answer::Problem;
use super::call::Caller;
use super::operation::Operation;

/// As many are shown.
const LIMIT: usize = 100;

pub(super) fn operations() -> Vec<Operation> {
    let list = Operation::get("/api/v1/quarantine", list)
        .named("list_quarantine", "What was kept so, newest first.")
        .answers_list::<Odd>("quarantine");
    vec![list]
}

/// A webhook, or the part of one, that was signed and that nobody could use.
#[derive(Serialize, ToSchema)]
#[schema(as = Quarantined)]
struct Odd {
    at: String,
    /// The uuid of the channel at whose address it arrived.
    channel: String,
    /// Why nobody can use it.
    why: String,
    /// What the provider sent.
    body: String,
}

async fn list(State(native): Room, caller: Caller) -> Result<impl IntoResponse, Problem> {
    let catalog = native.catalog();
    let visible = catalog
        .accounts
        .iter()
        .filter(|account| caller.may(account.id));
    let mut kept = Vec::new();
    for account in visible {
        kept.extend(
            native
                .services
                .store
                .quarantined(account.tenant(), LIMIT)
                .await?,
        );
    }
    kept.sort_by_key(|odd| Reverse(odd.at));
    kept.truncate(LIMIT);
    let shown: Vec<Odd> = kept.iter().map(shown).collect();
    Ok(Json(json!({ "quarantine": shown })))
}

fn shown(odd: &Quarantined) -> Odd {
    Odd {
        at: odd.at.iso().to_string(),
        channel: odd.channel.simple(),
        why: odd.why.to_string(),
        body: odd.body.as_str().to_owned(),
    }
}
