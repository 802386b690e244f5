//! The client's own data: checked, then kept as text that nobody looks into.

use dragoman_core::Raw;
use serde_json::Value;

use super::form::{Form, Noted};
use crate::control::has_control;

const MAX_PAIRS: usize = 10;
const MAX_KEY: usize = 50;
const MAX_VALUE: usize = 500;

/// `metadata`: up to 10 pairs, keys of up to 50 and values of up to 500 characters.
pub(super) fn metadata(form: &mut Form<'_>) -> Result<Option<Raw>, Noted> {
    let Some(pairs) = form.object("metadata")? else {
        return Ok(None);
    };
    let mut noted = None;
    if pairs.len() > MAX_PAIRS {
        noted = Some(form.note("metadata", format!("must have at most {MAX_PAIRS} pairs")));
    }
    for (key, value) in pairs {
        if let Some(text) = complaint(key, value) {
            noted = Some(form.note("metadata", text));
        }
    }
    match noted {
        Some(noted) => Err(noted),
        None => Ok(Some(Raw::new(Value::Object(pairs.clone()).to_string()))),
    }
}

fn complaint(key: &str, value: &Value) -> Option<String> {
    let Value::String(value) = value else {
        return Some("must be string".to_owned());
    };
    if has_control(key) || has_control(value) {
        return Some("is invalid".to_owned());
    }
    if key.chars().count() > MAX_KEY {
        return Some(format!("keys must have at most {MAX_KEY} characters"));
    }
    (value.chars().count() > MAX_VALUE)
        .then(|| format!("values must have at most {MAX_VALUE} characters"))
}
