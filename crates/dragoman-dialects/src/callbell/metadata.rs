//! The client's own data: checked, then kept as text that nobody looks into.

use std::collections::BTreeMap;

use dragoman_core::Raw;
use serde_json::json;

use super::form::{Form, Noted};
use super::json::Json;
use crate::control::has_control;

const MAX_PAIRS: usize = 10;
const MAX_KEY: usize = 50;
const MAX_VALUE: usize = 500;

/// `metadata`: up to 10 pairs, keys of up to 50 and values of up to 500 characters.
pub(super) fn metadata(form: &mut Form<'_>) -> Result<Option<Raw>, Noted> {
    let Some(pairs) = form.object("metadata")? else {
        return Ok(None);
    };
    let pairs = pairs.sorted();
    let mut noted = None;
    if pairs.len() > MAX_PAIRS {
        noted = Some(form.note("metadata", format!("must have at most {MAX_PAIRS} pairs")));
    }
    let mut kept = BTreeMap::new();
    for (key, value) in pairs {
        match checked(key, value) {
            Ok(text) => drop(kept.insert(key, text)),
            Err(complaint) => noted = Some(form.note("metadata", complaint)),
        }
    }
    match noted {
        Some(noted) => Err(noted),
        None => Ok(Some(Raw::new(json!(kept).to_string()))),
    }
}

/// The value of a pair, or what is wrong with it.
fn checked<'a>(key: &str, value: &'a Json<'_>) -> Result<&'a str, String> {
    let Json::Text(value) = value else {
        return Err("must be string".to_owned());
    };
    if has_control(key) || has_control(value) {
        return Err("is invalid".to_owned());
    }
    if key.chars().count() > MAX_KEY {
        return Err(format!("keys must have at most {MAX_KEY} characters"));
    }
    if value.chars().count() > MAX_VALUE {
        return Err(format!("values must have at most {MAX_VALUE} characters"));
    }
    Ok(value)
}
