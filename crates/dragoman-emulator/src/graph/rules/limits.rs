//! What the rules have in common: presence, length and number.

use serde_json::Value;

use super::Checked;
use crate::graph::GraphError;
use crate::world::words;

pub(super) fn required(value: &Value, key: &str, name: &str) -> Checked {
    if words(value, key).is_empty() {
        Err(GraphError::missing(name))
    } else {
        Ok(())
    }
}

/// Lengths are in characters.
pub(super) fn at_most(value: &Value, key: &str, limit: usize) -> Checked {
    let length = words(value, key).chars().count();
    if length > limit {
        return Err(GraphError::invalid(&format!(
            "{key} must be at most {limit} characters long, not {length}"
        )));
    }
    Ok(())
}

/// A field that has to be there, and not too long.
pub(super) fn within(value: &Value, key: &str, limit: usize, name: &str) -> Checked {
    required(value, key, name)?;
    at_most(value, key, limit)
}

/// A field that may be absent, and otherwise is one of these words.
pub(super) fn one_of(value: &Value, key: &str, known: &[&str]) -> Checked {
    if value.get(key).is_none() || known.contains(&words(value, key).as_str()) {
        return Ok(());
    }
    let known = known.join(", ");
    Err(GraphError::invalid(&format!(
        "{key} must be one of {{{known}}}"
    )))
}

/// A list; what is absent or something else counts as an empty one.
pub(super) fn items<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// A part; `null` when absent.
pub(super) fn part<'a>(value: &'a Value, key: &str) -> &'a Value {
    value.get(key).unwrap_or(&Value::Null)
}

/// How many there may be of something.
pub(super) fn count(found: usize, allowed: std::ops::RangeInclusive<usize>, name: &str) -> Checked {
    if allowed.contains(&found) {
        return Ok(());
    }
    let (least, most) = allowed.into_inner();
    Err(GraphError::invalid(&format!(
        "{name} must hold {least} to {most}, not {found}"
    )))
}
