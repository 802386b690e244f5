//! `PUT /emulator/v1/templates/{waba-id}/{name}`: the reviewer changes a verdict.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State as Shared};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, ControlError, Ours, read_json, written};
use crate::reviews;
use crate::state::State;
use crate::world::Template;

/// What a template can be. One that is deleted is no more.
const STATUSES: [&str; 10] = [
    "APPROVED",
    "PENDING",
    "REJECTED",
    "PAUSED",
    "DISABLED",
    "IN_APPEAL",
    "LIMIT_EXCEEDED",
    "PENDING_DELETION",
    "ARCHIVED",
    "LOCKED",
];

#[derive(Debug, Deserialize)]
struct Verdict {
    /// All languages when absent.
    #[serde(default)]
    language: Option<String>,
    /// As it is when absent.
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    reason: Option<String>,
    /// Whether messages are held until it is known what customers think of the first ones; as it is when absent.
    #[serde(default)]
    paced: Option<bool>,
}

pub(crate) async fn put(
    Shared(state): Shared<Arc<State>>,
    Ours(Path((waba_id, name))): Ours<Path<(String, String)>>,
    Ours(body): Ours<Bytes>,
) -> Answer<Json<Value>> {
    let verdict: Verdict = read_json(&body)?;
    let status = verdict.status.as_deref().map(str::to_ascii_uppercase);
    if status.is_none() && verdict.paced.is_none() {
        return Err(ControlError::bad("name a \"status\", or \"paced\""));
    }
    if status
        .as_ref()
        .is_some_and(|status| !STATUSES.contains(&status.as_str()))
    {
        let known = STATUSES.join(", ");
        return Err(ControlError::bad(format!("a status is one of {known}")));
    }
    {
        let mut held = state.hold();
        let is_meant = |template: &&Template| {
            let of_language = |language: &String| template.language == *language;
            template.waba_id == waba_id
                && template.name == name
                && verdict.language.as_ref().is_none_or(of_language)
        };
        let meant: Vec<Template> = held.templates.iter().filter(is_meant).cloned().collect();
        if meant.is_empty() {
            let unknown = format!("business account {waba_id} has no such template {name}");
            return Err(ControlError::unknown(unknown));
        }
        for template in meant {
            let judged = Template {
                status: status.clone().unwrap_or_else(|| template.status.clone()),
                reason: match &status {
                    Some(_) => verdict.reason.clone(),
                    None => template.reason.clone(),
                },
                paced: verdict.paced.unwrap_or(template.paced),
                ..template.clone()
            };
            if judged != template {
                reviews::change(&state, &mut held, judged);
            }
        }
    }
    written(&state).await?;
    Ok(Json(json!({"success": true})))
}
