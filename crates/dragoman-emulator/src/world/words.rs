//! Fields of wire objects as text.

use serde_json::Value;

/// A string, or a number written as one; empty when absent.
pub(crate) fn words(value: &Value, key: &str) -> String {
    let Some(value) = value.get(key) else {
        return String::new();
    };
    match value.as_str() {
        Some(text) => text.to_owned(),
        None if value.is_number() => value.to_string(),
        None => String::new(),
    }
}
