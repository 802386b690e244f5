//! What is written into JSON columns: record types of the store's own, mapped to core's values.
//!
//! Core's types are not serializable. A record type mirrors one of them field by field with
//! serde's `remote` derive: when core changes, this stops to compile, and somebody decides what an
//! old row means. Every JSON column stands beside the version of its shape.

pub(crate) mod address;
pub(crate) mod catalog;
pub(crate) mod content;
pub(crate) mod event;
pub(crate) mod failure;
pub(crate) mod inbound;
pub(crate) mod news;
pub(crate) mod note;
pub(crate) mod outbound;
pub(crate) mod profile;
pub(crate) mod scope;
pub(crate) mod sending;
pub(crate) mod shape;
pub(crate) mod staff;
pub(crate) mod template;
pub(crate) mod value;

use serde_json::Value;
use serde_json::error::Category;
use shape::{Reading, Shape, Writing};

/// The version of the shapes in this folder. Raise it with a change that old rows cannot be read
/// with, and keep the old shapes beside the new.
pub(crate) const VERSION: i64 = 1;

/// A stored record cannot be read: written by a newer version, or damaged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a stored {what} cannot be read: {why}")]
pub struct Unreadable {
    what: &'static str,
    why: Box<str>,
}

impl Unreadable {
    /// A `what` that cannot be read because of `why`.
    pub(crate) fn new(what: &'static str, why: impl ToString) -> Self {
        Self {
            what,
            why: why.to_string().into(),
        }
    }

    /// A `what` that is not the JSON of one. serde's own words quote what stands there, and these
    /// end in a log.
    pub(crate) fn misshapen(what: &'static str, error: &serde_json::Error) -> Self {
        let why = match error.classify() {
            Category::Data => "it has another shape",
            Category::Syntax | Category::Eof | Category::Io => "it is no JSON",
        };
        Self::new(what, format!("{why}, at column {}", error.column()))
    }
}

/// A value as the JSON of its record.
pub(crate) fn to_json<R: Shape<T>, T>(value: &T) -> String {
    serde_json::to_string(&Writing::<T, R>::new(value))
        .expect("records have string keys and no writer that fails")
}

/// A value as the JSON of its record, to be sealed.
pub(crate) fn to_value<R: Shape<T>, T>(value: &T) -> Value {
    serde_json::to_value(Writing::<T, R>::new(value))
        .expect("records have string keys and no writer that fails")
}

/// The value of a record that was opened.
///
/// # Errors
/// The record is not what `what` looks like.
pub(crate) fn from_value<R: Shape<T>, T>(
    what: &'static str,
    record: Value,
) -> Result<T, Unreadable> {
    let reading: Reading<T, R> =
        serde_json::from_value(record).map_err(|error| Unreadable::misshapen(what, &error))?;
    Ok(reading.value)
}

/// The value of a record.
///
/// # Errors
/// The record is of another version, or is not what `what` looks like.
pub(crate) fn from_json<R: Shape<T>, T>(
    what: &'static str,
    version: i64,
    json: &str,
) -> Result<T, Unreadable> {
    if version != VERSION {
        return Err(Unreadable::new(
            what,
            format!("version {version} is not known"),
        ));
    }
    let reading: Reading<T, R> =
        serde_json::from_str(json).map_err(|error| Unreadable::misshapen(what, &error))?;
    Ok(reading.value)
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
