//! A message that the provider does not pass on, or that this API has no word for.

use dragoman_core::Raw;
use serde_json::{Value, json};

use super::Told;
use crate::whatsapp_onprem::codes;

const DETAILS: &str = "Message type is not currently supported";

/// The provider's errors in the numbers of this API. A message that disappears has a type of its
/// own, and nothing more to tell.
pub(super) fn told(errors: &Raw) -> Told {
    let errors: Vec<Value> = serde_json::from_str(errors.as_str()).unwrap_or_default();
    let original = errors.first().map(|error| &error["error_data"]["original"]);
    if original.is_some_and(|original| original["type"] == "ephemeral") {
        return Told {
            kind: "ephemeral",
            object: None,
            errors: None,
        };
    }
    if errors.is_empty() {
        return bare();
    }
    of(errors.iter().map(translated).collect())
}

/// Unknown for no other reason than that it is.
pub(super) fn bare() -> Told {
    of(vec![error(codes::UNKNOWN_TYPE, DETAILS)])
}

fn of(errors: Vec<Value>) -> Told {
    Told {
        kind: "unknown",
        object: None,
        errors: Some(errors.into()),
    }
}

fn translated(theirs: &Value) -> Value {
    let code = theirs["code"].as_i64().and_then(codes::from_cloud);
    let details = theirs["error_data"]["details"].as_str();
    error(
        code.unwrap_or(codes::UNKNOWN_TYPE),
        details.unwrap_or(DETAILS),
    )
}

fn error(code: i64, details: &str) -> Value {
    json!({ "code": code, "title": codes::title(code), "details": details })
}
