//! `/{phone-number-id}/…`: registration, two-step verification and keys.

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::fields::Fields;
use super::{Caller, GraphError, subscriptions, success};
use crate::state::State;
use crate::world::{Entry, NumberChange};

/// The one code that is never sent, so that a failure can be shown.
const WRONG_CODE: &str = "000000";

type Change = Result<NumberChange, GraphError>;

pub(super) fn request_code(fields: &Fields) -> Change {
    let method = fields.required("code_method")?;
    if !matches!(method.to_ascii_uppercase().as_str(), "SMS" | "VOICE") {
        return Err(GraphError::parameter(
            "Param code_method must be one of {SMS, VOICE}",
        ));
    }
    fields.required("language")?;
    Ok(NumberChange::default())
}

pub(super) fn verify_code(fields: &Fields) -> Change {
    let code = fields.required("code")?;
    // As people read it from their phones.
    if !is_six_digits(&code.replace('-', "")) || code == WRONG_CODE {
        return Err(GraphError::parameter(
            "Param code is not the code that was sent.",
        ));
    }
    Ok(NumberChange::default())
}

/// The first registration sets the PIN where there is none; later ones have to know it.
pub(super) fn register(fields: &Fields, pin_of_number: Option<&str>) -> Change {
    fields.for_whatsapp()?;
    let pin = pin(fields)?;
    if pin_of_number.is_some_and(|known| known != pin) {
        return Err(GraphError::known(133_005));
    }
    Ok(NumberChange {
        registered: Some(true),
        pin: Some(pin),
        ..NumberChange::default()
    })
}

pub(super) fn deregister() -> Change {
    Ok(NumberChange {
        registered: Some(false),
        ..NumberChange::default()
    })
}

pub(super) fn encrypt(fields: &Fields) -> Change {
    let key = fields.required("business_public_key")?;
    if !key.contains("BEGIN PUBLIC KEY") {
        return Err(GraphError::parameter(
            "Param business_public_key must be a public key in PEM",
        ));
    }
    Ok(NumberChange {
        encryption_key: Some(key),
        ..NumberChange::default()
    })
}

pub(super) fn encryption(state: &State, id: &str, caller: &Caller) -> Response {
    if let Err(error) = caller.may_use_number(state, id) {
        return error.into_response();
    }
    match state.hold().number(id).encryption_key {
        Some(key) => Json(json!({
            "business_public_key": key, "business_public_key_signature_status": "VALID",
        }))
        .into_response(),
        None => Json(json!({})).into_response(),
    }
}

/// `POST /{phone-number-id}`: a PIN, or another address for webhooks.
pub(super) async fn change(state: &Arc<State>, fields: &Fields) -> Change {
    let mut change = NumberChange::default();
    if fields.get("pin").is_some() {
        change.pin = Some(pin(fields)?);
    }
    if let Some(configuration) = fields.get("webhook_configuration") {
        let callback = subscriptions::verified(state, configuration).await?;
        change.callback = Some(callback.unwrap_or_default());
    }
    Ok(change)
}

/// Records what became of a number.
pub(super) async fn record(state: &State, id: &str, change: Change) -> Response {
    let change = match change {
        Ok(change) => change,
        Err(error) => return error.into_response(),
    };
    let written = {
        let mut held = state.hold();
        held.record(Entry::Number(NumberChange {
            phone_number_id: id.to_owned(),
            ..change
        }));
        state.written()
    };
    success(written).await
}

fn pin(fields: &Fields) -> Result<String, GraphError> {
    let pin = fields.required("pin")?;
    if is_six_digits(&pin) {
        Ok(pin)
    } else {
        Err(GraphError::parameter("Param pin must be 6 digits"))
    }
}

fn is_six_digits(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit())
}
