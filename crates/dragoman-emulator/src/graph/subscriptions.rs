//! `/{waba-id}/subscribed_apps`: whether the app hears of a business account, and where.

use std::sync::Arc;

use axum::Json;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use rand::RngExt as _;
use serde_json::{Value, json};

use super::fields::Fields;
use super::{Caller, GraphError};
use crate::state::State;
use crate::world::{Entry, Subscription, words};

/// Every token is one of this app's.
const APP_ID: &str = "900000000000001";

pub(super) async fn subscribed_apps(
    state: &Arc<State>,
    waba_id: &str,
    caller: &Caller,
    (method, body): (&Method, &[u8]),
) -> Response {
    match answer(state, waba_id, caller, (method, body)).await {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => error.into_response(),
    }
}

async fn answer(
    state: &Arc<State>,
    waba_id: &str,
    caller: &Caller,
    (method, body): (&Method, &[u8]),
) -> Result<Value, GraphError> {
    caller.may_use_waba(state, waba_id)?;
    match *method {
        Method::GET => Ok(json!({"data": apps(state, waba_id)})),
        // An address that is not named again is given up.
        Method::POST => {
            let fields = Fields::read(caller, body)?;
            let callback = verified(state, fields.all()).await?;
            let overridden = callback.is_some();
            record(state, waba_id, Change::Subscribed(callback)).await?;
            let mut answer = json!({"success": true});
            if overridden {
                answer["data"] = apps(state, waba_id);
            }
            Ok(answer)
        }
        Method::DELETE => {
            record(state, waba_id, Change::Unsubscribed).await?;
            Ok(json!({"success": true}))
        }
        _ => Err(GraphError::unknown_object(method.as_str(), waba_id)),
    }
}

enum Change {
    /// With an address of the account's own, if there is one.
    Subscribed(Option<String>),
    Unsubscribed,
}

async fn record(state: &State, waba_id: &str, change: Change) -> Result<(), GraphError> {
    let (subscribed, callback) = match change {
        Change::Subscribed(callback) => (true, callback),
        Change::Unsubscribed => (false, None),
    };
    let subscription = Subscription {
        waba_id: waba_id.to_owned(),
        subscribed,
        callback,
    };
    state.hold().record(Entry::Subscription(subscription));
    let written = state.written().await;
    written.map_err(|_| GraphError::known(131_016))
}

fn apps(state: &State, waba_id: &str) -> Value {
    let held = state.hold();
    let subscription = held.subscriptions.get(waba_id);
    if subscription.is_some_and(|subscription| !subscription.subscribed) {
        return json!([]);
    }
    let mut app = json!({"whatsapp_business_api_data": {
        "id": APP_ID, "name": "Emulated app", "link": "https://www.facebook.com/games/?app_id=0",
    }});
    if let Some(callback) = subscription.and_then(|subscription| subscription.callback.as_ref()) {
        app["override_callback_uri"] = json!(callback);
    }
    json!([app])
}

/// The address that is to be used instead, once it has passed the challenge.
pub(super) async fn verified(
    state: &State,
    configuration: &Value,
) -> Result<Option<String>, GraphError> {
    let callback = words(configuration, "override_callback_uri");
    if callback.is_empty() {
        return Ok(None);
    }
    let verify_token = words(configuration, "verify_token");
    if verify_token.is_empty() {
        return Err(GraphError::parameter(
            "The parameter verify_token is required.",
        ));
    }
    let challenge = rand::rng()
        .random_range(100_000_000..2_000_000_000_u32)
        .to_string();
    let answered = state
        .client
        .verify(&callback, &verify_token, &challenge)
        .await;
    answered.map_err(|error| {
        GraphError::parameter("Callback verification failed.").with(format!("{error:#}"))
    })?;
    Ok(Some(callback))
}
