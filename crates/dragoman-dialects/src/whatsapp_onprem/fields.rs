//! The fields of a request, each with the name that an error calls it by.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::render::Fault;
use super::wire::FOREIGN;
use crate::control::has_control;

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

    /// Another object that stands in the same place.
    pub(super) fn with<'b>(&self, object: &'b Map<String, Value>) -> Fields<'b> {
        Fields {
            object,
            path: self.path.clone(),
        }
    }

    /// Refuses control characters, in whichever text they stand.
    ///
    /// # Errors
    /// 1009.
    pub(super) fn plain(&self) -> Result<(), Fault> {
        match controlled(self.object) {
            Some(place) => Err(Fault::invalid(
                &self.name(&place),
                "has a control character",
            )),
            None => Ok(()),
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

    /// An object. PHP writes an empty one as an empty array: it counts as absent.
    ///
    /// # Errors
    /// 1009 when it is something else.
    pub(super) fn object_at(&self, key: &str) -> Result<Option<Self>, Fault> {
        let given = self.get(key);
        given
            .filter(|value| value.as_array().is_none_or(|list| !list.is_empty()))
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

/// The first text with a control character among the fields of an object: `a.b[0].c`.
fn controlled(object: &Map<String, Value>) -> Option<String> {
    let mut own = object.iter().filter(|(key, _)| *key != FOREIGN);
    own.find_map(|(key, value)| Some(format!("{key}{}", controlled_in(value)?)))
}

/// The way from a value to the first such text in it: `.b[0].c`, or nothing when it is the text.
fn controlled_in(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => has_control(text).then(String::new),
        Value::Object(object) => Some(format!(".{}", controlled(object)?)),
        Value::Array(list) => {
            let mut list = list.iter().enumerate();
            list.find_map(|(n, value)| Some(format!("[{n}]{}", controlled_in(value)?)))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
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
