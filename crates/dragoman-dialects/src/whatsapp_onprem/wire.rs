//! The bodies that clients send, read as leniently as the original's clients need it.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use serde_json::{Map, Value};

use super::render::Fault;
use crate::body::{self, Unread};

/// Where the data of a flow stands. It is the client's own and is left as it is.
pub(super) const FOREIGN: &str = "flow_action_payload";

/// The body of a call. What it says it is does not matter: clients send JSON under any name.
pub(super) struct Body(pub(super) Bytes);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Fault;

    async fn from_request(request: Request, _: &S) -> Result<Self, Fault> {
        let bytes = body::read(request).await;
        bytes.map(Self).map_err(|unread| match unread {
            Unread::TooLarge => Fault::too_large(body::LIMIT),
            Unread::BrokenOff => Fault::unreadable("the body broke off"),
        })
    }
}

impl Body {
    /// The JSON object in it.
    ///
    /// # Errors
    /// 1025 when there is none.
    pub(super) fn object(&self) -> Result<Map<String, Value>, Fault> {
        let value = self.read().map_err(|error| {
            let (line, column) = (error.line(), error.column());
            Fault::unreadable(&format!("Syntax error at line {line} column {column}"))
        })?;
        match value {
            Value::Object(object) => Ok(object),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Err(Fault::unreadable("not an object")),
        }
    }

    /// The JSON object in it; an empty one where clients send nothing, `null` or `[]` for it.
    ///
    /// # Errors
    /// 1025 when there is something else.
    pub(super) fn object_or_nothing(&self) -> Result<Map<String, Value>, Fault> {
        if self.0.trim_ascii().is_empty() {
            return Ok(Map::new());
        }
        // In the very words of the original.
        let value = self.read();
        match value.map_err(|_| Fault::unreadable("Syntax error"))? {
            Value::Object(object) => Ok(object),
            Value::Null => Ok(Map::new()),
            Value::Array(list) if list.is_empty() => Ok(Map::new()),
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                Err(Fault::unreadable("not an object"))
            }
        }
    }

    fn read(&self) -> serde_json::Result<Value> {
        serde_json::from_slice(&self.0).map(tidy)
    }
}

/// Takes away what only looks like a value: `null` counts as absent, and an object with the keys
/// 0, 1, 2 … is how PHP writes an array.
fn tidy(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.into_iter().filter(|(_, value)| !value.is_null());
            let tidied = kept.map(|(key, value)| {
                let value = if key == FOREIGN { value } else { tidy(value) };
                (key, value)
            });
            array_or_object(tidied.collect())
        }
        Value::Array(list) => Value::Array(list.into_iter().map(tidy).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

fn array_or_object(mut object: Map<String, Value>) -> Value {
    let counted = (0..object.len()).all(|n| object.contains_key(&n.to_string()));
    if object.is_empty() || !counted {
        return Value::Object(object);
    }
    let list = (0..object.len()).filter_map(|n| object.remove(&n.to_string()));
    Value::Array(list.collect())
}
