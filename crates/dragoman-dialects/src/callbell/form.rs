//! A JSON object read field by field, noting everything that is wrong with it.

use super::errors::{Error, FieldErrors};
use super::json::{Json, Object};
use super::parse;
use crate::control::has_control;

/// What a required field gets that is missing or empty.
pub(super) const REQUIRED: &str = "must be present and not empty";

/// The field is there, but wrong, and that has been noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Noted;

/// An object under examination. `null` counts as absent everywhere.
pub(super) struct Form<'a> {
    body: &'a Object<'a>,
    errors: FieldErrors,
}

impl<'a> Form<'a> {
    pub(super) fn new(body: &'a Object<'a>) -> Self {
        Self {
            body,
            errors: FieldErrors::default(),
        }
    }

    /// Ends the examination.
    pub(super) fn into_errors(self) -> FieldErrors {
        self.errors
    }

    /// Notes what is wrong with a field.
    pub(super) fn note(&mut self, field: &'static str, text: impl Into<String>) -> Noted {
        self.errors.add(field, text);
        Noted
    }

    /// Whether the field is there and `null`.
    pub(super) fn is_null(&self, field: &str) -> bool {
        matches!(self.body.get(field), Some(Json::Null))
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, field: &'static str) -> Result<Option<bool>, Noted> {
        match self.value(field) {
            None => Ok(None),
            Some(Json::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.note(field, "must be boolean")),
        }
    }

    /// The field as it is.
    pub(super) fn value(&self, field: &str) -> Option<&'a Json<'a>> {
        let value = self.body.get(field);
        value.filter(|value| !matches!(value, Json::Null))
    }

    /// A string, possibly empty.
    pub(super) fn text(&mut self, field: &'static str) -> Result<Option<&'a str>, Noted> {
        self.string(field, self.value(field))
    }

    /// A string that, if it is there, is not empty.
    pub(super) fn name(&mut self, field: &'static str) -> Result<Option<&'a str>, Noted> {
        match self.text(field)? {
            Some("") => Err(self.note(field, REQUIRED)),
            given => Ok(given),
        }
    }

    /// A string that is there and not empty.
    pub(super) fn required(&mut self, field: &'static str) -> Result<&'a str, Noted> {
        match self.name(field)? {
            Some(text) => Ok(text),
            None => Err(self.note(field, REQUIRED)),
        }
    }

    /// `value` as a string; errors go to `field`.
    pub(super) fn string(
        &mut self,
        field: &'static str,
        value: Option<&'a Json<'a>>,
    ) -> Result<Option<&'a str>, Noted> {
        match value {
            None | Some(Json::Null) => Ok(None),
            Some(Json::Text(text)) if has_control(text) => Err(self.note(field, "is invalid")),
            Some(Json::Text(text)) => Ok(Some(text)),
            Some(Json::Bool(_) | Json::Number(_) | Json::List(_) | Json::Object(_)) => {
                Err(self.note(field, "must be string"))
            }
        }
    }

    /// An object.
    pub(super) fn object(&mut self, field: &'static str) -> Result<Option<&'a Object<'a>>, Noted> {
        match self.value(field) {
            None => Ok(None),
            Some(Json::Object(object)) => Ok(Some(object)),
            Some(_) => Err(self.note(field, "must be object")),
        }
    }
}

/// Reads an object, or says everything that is wrong with it.
pub(super) fn examine<'a, T>(
    body: &'a Object<'a>,
    read: impl FnOnce(&mut Form<'a>) -> Result<T, Noted>,
) -> Result<T, FieldErrors> {
    let mut form = Form::new(body);
    read(&mut form).map_err(|Noted| form.into_errors())
}

/// The one field of a call that changes nothing else.
pub(super) fn only_name(field: &'static str, body: &[u8]) -> Result<Box<str>, Error> {
    let object = parse::object(body)?;
    let name = examine(&object, |form| form.required(field));
    name.map(Into::into).map_err(Error::Fields)
}
