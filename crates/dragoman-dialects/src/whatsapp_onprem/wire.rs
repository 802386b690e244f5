//! The bodies that clients send, read as leniently as the original's clients need it.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::codes::BAD_REQUEST;
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
        bytes
            .map(Self)
            .map_err(|unread| unreadable(unread, body::LIMIT))
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

    /// The JSON object in it. Where it is no JSON, the error shows where it breaks.
    ///
    /// # Errors
    /// 1025 when there is none.
    pub(super) fn message(&self) -> Result<Map<String, Value>, Fault> {
        self.object().map_err(|fault| {
            match serde_json::from_slice::<serde::de::IgnoredAny>(&self.0) {
                Err(error) => {
                    let (line, column) = (error.line(), error.column());
                    Fault::unreadable(&format!("Syntax error at line {line} column {column}"))
                }
                Ok(_) => fault,
            }
        })
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

    /// The JSON objects in it: an array of them, or one.
    ///
    /// # Errors
    /// 1025 when there is something else.
    pub(super) fn objects(&self) -> Result<Vec<Value>, Fault> {
        match self.read()? {
            Value::Array(list) => Ok(list),
            object @ Value::Object(_) => Ok(vec![object]),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                Err(Fault::unreadable("not an array"))
            }
        }
    }

    /// The text in it.
    ///
    /// # Errors
    /// 1025 when it is none.
    pub(super) fn text(&self) -> Result<&str, Fault> {
        std::str::from_utf8(&self.0).map_err(|_| Fault::of_request(BAD_REQUEST, "not UTF-8"))
    }

    fn read(&self) -> Result<Value, Fault> {
        let value =
            serde_json::from_slice(&self.0).map_err(|_| Fault::unreadable("Syntax error"))?;
        Ok(tidy(value))
    }
}

/// What stands behind the question mark. Never refused: what a node does not know is not read.
pub(super) struct Query(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        ))
    }
}

impl Query {
    /// The first value of that name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// A number.
    ///
    /// # Errors
    /// 1009 when it is something else.
    pub(super) fn number(&self, name: &str) -> Result<Option<usize>, Fault> {
        let number = self.get(name).map(str::parse).transpose();
        number.map_err(|_| Fault::invalid(name, "must be a number"))
    }
}

/// As many bytes may a picture have.
pub(super) const PICTURE_LIMIT: usize = 5 * 1024 * 1024;

/// A picture, sent as it is.
pub(super) struct Picture {
    pub(super) mime_type: &'static str,
    pub(super) bytes: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Picture {
    type Rejection = Fault;

    async fn from_request(request: Request, _: &S) -> Result<Self, Fault> {
        let given = request.headers().get(CONTENT_TYPE);
        let given = given.and_then(|given| given.to_str().ok()).unwrap_or("");
        let kind = given.split(';').next().unwrap_or("").trim();
        let mut kinds = ["image/jpeg", "image/png"].into_iter();
        let mime_type = kinds
            .find(|known| known.eq_ignore_ascii_case(kind))
            .ok_or_else(|| Fault::invalid("Content-Type", "must be image/jpeg or image/png"))?;
        let bytes = body::read_up_to(request, PICTURE_LIMIT).await;
        let bytes = bytes.map_err(|unread| unreadable(unread, PICTURE_LIMIT))?;
        if bytes.is_empty() {
            return Err(Fault::missing("The picture"));
        }
        Ok(Self { mime_type, bytes })
    }
}

fn unreadable(unread: Unread, limit: usize) -> Fault {
    match unread {
        Unread::TooLarge => Fault::too_large(limit),
        Unread::TooDeep => Fault::unreadable("the body goes too deep"),
        Unread::BrokenOff => Fault::unreadable("the body broke off"),
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
