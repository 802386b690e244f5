//! `GET /{id}`: phone numbers, business accounts and templates, told apart by their ids.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{Caller, GraphError, templates};
use crate::state::State;
use crate::world::{App, Number, World};

/// Where nobody asks for fields.
const OF_NUMBERS: [&str; 4] = [
    "id",
    "display_phone_number",
    "verified_name",
    "quality_rating",
];
const OF_ACCOUNTS: [&str; 5] = [
    "id",
    "name",
    "currency",
    "timezone_id",
    "message_template_namespace",
];

/// `None` when the id is none of these.
pub(super) fn show(state: &State, id: &str, caller: &Caller) -> Option<Response> {
    let held = state.hold();
    if let Some(app) = held.apps.get(id) {
        if let Err(error) = caller.knows(&app.access_token) {
            return Some(error.into_response());
        }
        let number = phone_number(app, &held);
        return Some(Json(caller.select(number, &OF_NUMBERS)).into_response());
    }
    if let Some(template) = held.templates.iter().find(|template| template.id == id) {
        return Some(Json(templates::view(template)).into_response());
    }
    let app = held.apps.values().find(|app| app.waba_id == id)?;
    let account = account(app);
    drop(held);
    if let Err(error) = caller.may_use_waba(state, id) {
        return Some(error.into_response());
    }
    Some(Json(caller.select(account, &OF_ACCOUNTS)).into_response())
}

pub(super) fn phone_numbers(state: &State, waba_id: &str, caller: &Caller) -> Response {
    if let Err(error) = caller.may_use_waba(state, waba_id) {
        return error.into_response();
    }
    let held = state.hold();
    let data: Vec<_> = held
        .apps
        .values()
        .filter(|app| app.waba_id == waba_id)
        .map(|app| phone_number(app, &held))
        .collect();
    if data.is_empty() {
        return GraphError::unknown_object("get", waba_id).into_response();
    }
    Json(json!({"data": data, "paging": {"cursors": {"before": "0", "after": "0"}}}))
        .into_response()
}

fn phone_number(app: &App, world: &World) -> Value {
    let number = world.number(&app.phone_number_id);
    let status = if number.registered {
        "CONNECTED"
    } else {
        "DISCONNECTED"
    };
    json!({
        "id": app.phone_number_id,
        "display_phone_number": format!("+{}", app.display_phone_number()),
        "verified_name": app.name(),
        "quality_rating": "GREEN",
        "code_verification_status": "VERIFIED",
        "platform_type": "CLOUD_API",
        "status": status,
        "name_status": "APPROVED",
        "account_mode": "SANDBOX",
        "throughput": {"level": "STANDARD"},
        "messaging_limit_tier": "TIER_UNLIMITED",
        "whatsapp_business_manager_messaging_limit": "TIER_UNLIMITED",
        "is_official_business_account": false,
        "is_pin_enabled": number.pin.is_some(),
        "health_status": health(&number, &app.phone_number_id),
        "webhook_configuration": webhooks(app, &number, world),
    })
}

fn health(number: &Number, id: &str) -> Value {
    let can = if number.registered {
        "AVAILABLE"
    } else {
        "BLOCKED"
    };
    let mut entity = json!({"entity_type": "PHONE_NUMBER", "id": id, "can_send_message": can});
    if !number.registered {
        entity["errors"] = json!([{
            "error_code": 133_010,
            "error_description": "The phone number is not registered.",
            "possible_solution": "Register the phone number.",
        }]);
    }
    json!({"can_send_message": can, "entities": [entity]})
}

fn webhooks(app: &App, number: &Number, world: &World) -> Value {
    let mut webhooks = json!({"application": app.webhook_url});
    let subscription = world.subscriptions.get(&app.waba_id);
    if let Some(callback) = subscription.and_then(|subscription| subscription.callback.as_ref()) {
        webhooks["whatsapp_business_account"] = json!(callback);
    }
    if let Some(callback) = &number.callback {
        webhooks["phone_number"] = json!(callback);
    }
    webhooks
}

fn account(app: &App) -> Value {
    json!({
        "id": app.waba_id,
        "name": app.name(),
        "currency": "USD",
        "timezone_id": "1",
        "message_template_namespace": namespace(&app.waba_id),
        "account_review_status": "APPROVED",
        "business_verification_status": "verified",
        "country": "US",
        "ownership_type": "SELF",
        "health_status": {"can_send_message": "AVAILABLE", "entities": [
            {"entity_type": "WABA", "id": app.waba_id, "can_send_message": "AVAILABLE"},
        ]},
    })
}

/// Always the same for a business account, in the spelling of the real ones.
fn namespace(waba_id: &str) -> String {
    let digits = format!("{waba_id:0>32}");
    let digits = digits.get(digits.len() - 32..).unwrap_or(&digits);
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32];
    let parts = parts.map(|part| digits.get(part).unwrap_or_default());
    parts.join("_")
}
