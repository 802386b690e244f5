//! What a command asks of the running gateway, and how its answer is shown.

use std::path::Path;

use anyhow::Context;
use dragoman_core::Secret;
use hyper::Method;
use serde::Serialize;
use serde_json::{Map, Value};

/// One call, and how its answer is shown to people.
pub(crate) struct Asked {
    pub(crate) call: Call,
    pub(crate) show: Show,
}

impl Asked {
    pub(crate) const fn new(call: Call, show: Show) -> Self {
        Self { call, show }
    }
}

/// One call of the management API.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// `None` where nothing is said.
    pub(crate) body: Option<Value>,
}

impl Call {
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            body: None,
        }
    }

    pub(crate) fn post(path: impl Into<String>, fields: Fields) -> Self {
        Self {
            method: Method::POST,
            path: path.into(),
            body: Some(fields.0.into()),
        }
    }

    pub(crate) fn patch(path: impl Into<String>, fields: Fields) -> Self {
        Self {
            method: Method::PATCH,
            path: path.into(),
            body: Some(fields.0.into()),
        }
    }

    pub(crate) fn delete(path: impl Into<String>) -> Self {
        Self {
            method: Method::DELETE,
            path: path.into(),
            body: None,
        }
    }
}

/// How an answer is shown to people.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Show {
    /// Every key and its value.
    Object,
    /// A new thing of this kind, with its name and id.
    Named(&'static str),
    /// The value of this key, which is shown once.
    Secret(&'static str),
    /// A new channel.
    Channel,
    /// The list under this key, with these columns.
    List(&'static str, &'static [&'static str]),
    /// That something is gone.
    Removed,
    /// What happened to a message.
    Trace,
    /// What a channel stands on.
    Standing,
    /// How the messages of a channel fare.
    Delivery,
}

/// The fields of a body. What was not given is left out, since `null` says something else.
#[derive(Default)]
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    /// With a field, if it was given.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: Option<impl Serialize>) -> Self {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), serde_json::json!(value));
        }
        self
    }

    /// With a field that `none` takes away.
    #[must_use]
    pub(crate) fn with_or_none(self, name: &str, value: Option<String>) -> Self {
        let value = value.map(|value| (value != "none").then_some(value));
        self.with(name, value)
    }

    /// All of them as the value of another field.
    pub(crate) fn into_object(self) -> Map<String, Value> {
        self.0
    }

    /// With a list, unless it is empty.
    #[must_use]
    pub(crate) fn with_all(self, name: &str, values: Vec<String>) -> Self {
        self.with(name, (!values.is_empty()).then_some(values))
    }
}

/// The path of one thing among its kind.
pub(crate) fn one(path: &str, name: &str) -> String {
    format!("{path}/{}", segment(name))
}

/// A text as one segment of a path, or as a value in a query.
pub(crate) fn segment(text: &str) -> String {
    let mut segment = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            segment.push(char::from(byte));
        } else {
            segment.push_str(&format!("%{byte:02X}"));
        }
    }
    segment
}

/// A secret that was given, or that stands in a file.
///
/// # Errors
/// The file cannot be read.
pub(crate) fn secret(
    given: Option<&Secret>,
    file: Option<&Path>,
) -> anyhow::Result<Option<String>> {
    let Some(path) = file else {
        return Ok(given.map(|given| given.reveal().to_owned()));
    };
    let text = std::fs::read_to_string(path);
    let text = text.with_context(|| format!("reading {}", path.display()))?;
    Ok(Some(text.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_given_is_not_said_and_none_takes_away() {
        let fields = Fields::default()
            .with("name", Some("a"))
            .with("title", None::<String>)
            .with_or_none("rate", Some("none".to_owned()))
            .with_or_none("window", Some("60s".to_owned()))
            .with_or_none("refusals", None)
            .with_all("teams", Vec::new());
        let body = serde_json::json!({ "name": "a", "rate": null, "window": "60s" });
        assert_eq!(Value::from(fields.0), body);
    }

    #[test]
    fn a_name_is_one_segment_of_a_path() {
        assert_eq!(one("/a", "wamid./=+é"), "/a/wamid.%2F%3D%2B%C3%A9");
    }
}
