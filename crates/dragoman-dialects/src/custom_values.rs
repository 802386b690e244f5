//! Values of custom fields: which are right, and what is kept of them. The same in every dialect.

use std::fmt;

use dragoman_core::catalog::{CustomField, FieldKind};
use serde_json::json;
use time::Date;
use time::macros::format_description;

use crate::control::has_control;

/// As many characters a value may have, as it is kept.
const LONGEST: usize = 4096;

/// A value as somebody gives it.
#[derive(Clone, Debug)]
pub(crate) enum Given<'a> {
    Text(&'a str),
    /// What is chosen.
    List(Vec<&'a str>),
}

/// Why a value is none of its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misfit {
    Control,
    TooLong,
    NotText,
    NotEmail,
    NotNumber,
    NotDate,
    NotOption,
    NotOptions,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Control => "has a control character",
            Self::TooLong => "must have at most 4096 characters",
            Self::NotText => "must be a text",
            Self::NotEmail => "must be an e-mail address",
            Self::NotNumber => "must be a number",
            Self::NotDate => "must be a date such as 2026-03-01",
            Self::NotOption => "must be one of its options",
            Self::NotOptions => "must be a list of its options",
        })
    }
}

/// What is kept of a value; `None` takes away what there is, as an empty text does. Without a
/// definition every text is right, and a list is kept for the day when there is one.
///
/// # Errors
/// The definition does not take it, it is too long, or a control character stands in it.
pub(crate) fn kept(
    field: Option<&CustomField>,
    value: &Given<'_>,
) -> Result<Option<Box<str>>, Misfit> {
    let text = match value {
        Given::Text("") => return Ok(None),
        Given::Text(text) if has_control(text) => return Err(Misfit::Control),
        Given::List(chosen) if chosen.iter().any(|text| has_control(text)) => {
            return Err(Misfit::Control);
        }
        Given::Text(text) => (*text).to_owned(),
        Given::List(chosen) => json!(chosen).to_string(),
    };
    if text.chars().count() > LONGEST {
        return Err(Misfit::TooLong);
    }
    if let Some(field) = field {
        check(field, value, &text)?;
    }
    Ok(Some(text.into()))
}

/// What is chosen, of a text that is kept of a list.
pub(crate) fn list(text: &str) -> Option<Vec<String>> {
    serde_json::from_str(text).ok()
}

/// Whether a value, and the text that would be kept of it, is one of this field.
fn check(field: &CustomField, value: &Given<'_>, text: &str) -> Result<(), Misfit> {
    let is_option = |choice: &str| field.options.iter().any(|option| **option == *choice);
    let (is_right, otherwise) = match (field.kind, value) {
        // Also as the text in which a list is shown.
        (FieldKind::Checkbox, Given::List(_) | Given::Text(_)) => {
            let chosen = list(text);
            let all = chosen.is_some_and(|chosen| chosen.iter().all(|choice| is_option(choice)));
            (all, Misfit::NotOptions)
        }
        (
            FieldKind::Text
            | FieldKind::Email
            | FieldKind::Number
            | FieldKind::Date
            | FieldKind::Dropdown,
            Given::List(_),
        ) => (false, Misfit::NotText),
        (FieldKind::Text, Given::Text(_)) => (true, Misfit::NotText),
        (FieldKind::Email, Given::Text(_)) => (is_email(text), Misfit::NotEmail),
        (FieldKind::Number, Given::Text(_)) => (is_number(text), Misfit::NotNumber),
        (FieldKind::Date, Given::Text(_)) => (is_date(text), Misfit::NotDate),
        (FieldKind::Dropdown, Given::Text(_)) => (is_option(text), Misfit::NotOption),
    };
    is_right.then_some(()).ok_or(otherwise)
}

/// Something on both sides of one `@`, with a dot inside the right one. More only the mail knows.
fn is_email(text: &str) -> bool {
    let Some((person, host)) = text.split_once('@') else {
        return false;
    };
    let is_plain = |c: char| !c.is_whitespace() && c != '@';
    let has_dot = host
        .split_once('.')
        .is_some_and(|(name, rest)| !name.is_empty() && !rest.is_empty() && !rest.ends_with('.'));
    !person.is_empty() && has_dot && person.chars().chain(host.chars()).all(is_plain)
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// `YYYY-MM-DD`, a day that there is.
fn is_date(text: &str) -> bool {
    let format = format_description!("[year]-[month]-[day]");
    text.len() == "YYYY-MM-DD".len() && Date::parse(text, format).is_ok()
}
