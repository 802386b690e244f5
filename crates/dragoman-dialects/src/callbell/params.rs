//! The query of a call.

use std::collections::HashMap;

use axum::extract::Query;

use super::errors::{Error, FieldErrors};
use super::handlers::QueryOf;

/// The query of a call. What is empty is absent.
pub(super) struct Params(HashMap<String, String>);

impl Params {
    pub(super) fn read(query: QueryOf) -> Self {
        Self(query.map(|Query(query)| query).unwrap_or_default())
    }

    /// A text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let text = self.0.get(name).map(String::as_str);
        text.filter(|text| !text.is_empty())
    }

    /// A list with commas in it; what is empty in it does not count.
    pub(super) fn names(&self, name: &str) -> Vec<&str> {
        let list = self.text(name).unwrap_or_default().split(',');
        list.map(str::trim)
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// `true` or `false`, also as `1` or `0`.
    pub(super) fn flag(&self, name: &'static str) -> Result<Option<bool>, Error> {
        match self.text(name) {
            None => Ok(None),
            Some("true" | "1") => Ok(Some(true)),
            Some("false" | "0") => Ok(Some(false)),
            Some(_) => Err(wrong(name, "must be boolean")),
        }
    }

    /// One of these words.
    pub(super) fn one_of(
        &self,
        name: &'static str,
        words: [&'static str; 2],
    ) -> Result<Option<&'static str>, Error> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        let found = words.into_iter().find(|word| *word == text);
        let [one, other] = words;
        found
            .map(Some)
            .ok_or_else(|| wrong(name, format!("must be {one} or {other}")))
    }

    /// A number from 1.
    pub(super) fn count(&self, name: &'static str) -> Result<Option<usize>, Error> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        let number = text.parse().ok().filter(|number| *number > 0);
        number
            .map(Some)
            .ok_or_else(|| wrong(name, "must be a number from 1"))
    }
}

/// The error of a call whose query or body has one field that is wrong.
pub(super) fn wrong(field: &'static str, text: impl Into<String>) -> Error {
    Error::Fields(FieldErrors::one(field, text))
}
