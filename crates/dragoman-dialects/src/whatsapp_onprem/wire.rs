//! Reading what clients send, as leniently as the original's clients need it.

use std::borrow::Cow;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::{Map, Value};

use super::render::Fault;

/// The body of a call. What it says it is does not matter: clients send JSON under any name.
pub(super) struct Body(pub(super) Bytes);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        match Bytes::from_request(request, state).await {
            Ok(bytes) => Ok(Self(bytes)),
            Err(rejection) => match rejection.into_response().status() {
                StatusCode::PAYLOAD_TOO_LARGE => Err(Fault::too_large()),
                _ => Err(Fault::unreadable("the body broke off")),
            },
        }
    }
}

impl Body {
    /// The JSON object in it.
    ///
    /// # Errors
    /// 1025 when there is none.
    pub(super) fn object(&self) -> Result<Map<String, Value>, Fault> {
        match self.read()? {
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
        match self.read()? {
            Value::Object(object) => Ok(object),
            Value::Null => Ok(Map::new()),
            Value::Array(list) if list.is_empty() => Ok(Map::new()),
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                Err(Fault::unreadable("not an object"))
            }
        }
    }

    fn read(&self) -> Result<Value, Fault> {
        let value =
            serde_json::from_slice(&self.0).map_err(|_| Fault::unreadable("Syntax error"))?;
        Ok(tidy(value))
    }
}

/// Takes away what only looks like a value: `null` counts as absent, and an object with the keys
/// 0, 1, 2 … is how PHP writes an array. The data of a flow is the client's own and stays.
fn tidy(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.into_iter().filter(|(_, value)| !value.is_null());
            let tidied = kept.map(|(key, value)| {
                let foreign = key == "flow_action_payload";
                let value = if foreign { value } else { tidy(value) };
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

/// An object of a request, and the path that leads to it, so that an error can name the field.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    object: &'a Map<String, Value>,
    path: String,
}

impl<'a> Fields<'a> {
    /// The whole request.
    pub(super) const fn root(object: &'a Map<String, Value>) -> Self {
        Self {
            object,
            path: String::new(),
        }
    }

    /// The same value, when it is an object.
    ///
    /// # Errors
    /// 1009.
    pub(super) fn of(value: &'a Value, path: String) -> Result<Self, Fault> {
        match value.as_object() {
            Some(object) => Ok(Self { object, path }),
            None => Err(Fault::invalid(&path, "must be an object")),
        }
    }

    /// The full name of a field.
    pub(super) fn name(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// The object itself.
    pub(super) fn object(&self) -> &'a Map<String, Value> {
        self.object
    }

    /// A field as it is.
    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        self.object.get(key).filter(|value| !value.is_null())
    }

    /// A text.
    ///
    /// # Errors
    /// 1009 when it is something else.
    pub(super) fn text(&self, key: &str) -> Result<Option<&'a str>, Fault> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let text = value.as_str();
        text.map(Some)
            .ok_or_else(|| Fault::invalid(&self.name(key), "must be a string"))
    }

    /// A text that must be there.
    ///
    /// # Errors
    /// 1008, 1009.
    pub(super) fn required_text(&self, key: &str) -> Result<&'a str, Fault> {
        self.text(key)?
            .ok_or_else(|| Fault::missing(&self.name(key)))
    }

    /// A text, or a number as it is written.
    ///
    /// # Errors
    /// 1009 when it is something else.
    pub(super) fn word(&self, key: &str) -> Result<Option<Cow<'a, str>>, Fault> {
        match self.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(Cow::Borrowed(text))),
            Some(Value::Number(number)) => Ok(Some(Cow::Owned(number.to_string()))),
            Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
                Err(Fault::invalid(&self.name(key), "must be a string"))
            }
        }
    }

    /// A text, or a number as it is written, that must be there.
    ///
    /// # Errors
    /// 1008, 1009.
    pub(super) fn required_word(&self, key: &str) -> Result<Cow<'a, str>, Fault> {
        self.word(key)?
            .ok_or_else(|| Fault::missing(&self.name(key)))
    }

    /// Yes or no, also as text.
    ///
    /// # Errors
    /// 1009 when it is something else.
    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>, Fault> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        flag(value)
            .map(Some)
            .ok_or_else(|| Fault::invalid(&self.name(key), "must be true or false"))
    }

    /// An object.
    ///
    /// # Errors
    /// 1009 when it is something else.
    pub(super) fn object_at(&self, key: &str) -> Result<Option<Self>, Fault> {
        self.get(key)
            .map(|value| Self::of(value, self.name(key)))
            .transpose()
    }

    /// An object that must be there.
    ///
    /// # Errors
    /// 1008, 1009.
    pub(super) fn required_object(&self, key: &str) -> Result<Self, Fault> {
        self.object_at(key)?
            .ok_or_else(|| Fault::missing(&self.name(key)))
    }

    /// The objects of an array; one object stands for an array of one, nothing for an empty one.
    ///
    /// # Errors
    /// 1009 when it is something else.
    pub(super) fn objects(&self, key: &str) -> Result<Vec<Self>, Fault> {
        let name = self.name(key);
        match self.get(key) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(list)) => {
                let named = list.iter().enumerate();
                named
                    .map(|(n, value)| Self::of(value, format!("{name}[{n}]")))
                    .collect()
            }
            Some(value @ Value::Object(_)) => Ok(vec![Self::of(value, name)?]),
            Some(Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
                Err(Fault::invalid(&name, "must be an array"))
            }
        }
    }
}

/// Yes or no, also as text.
pub(super) fn flag(value: &Value) -> Option<bool> {
    match value.as_str() {
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(_) => None,
        None => value.as_bool(),
    }
}

/// A whole number, also as text.
pub(super) fn whole(value: &Value) -> Option<i64> {
    match value.as_str() {
        Some(text) => text.trim().parse().ok(),
        None => value.as_i64(),
    }
}
