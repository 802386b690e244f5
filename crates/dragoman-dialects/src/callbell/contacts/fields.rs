//! Custom fields: what a call may put in, and how the values are shown with their types. Pure.

use std::collections::BTreeMap;

use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, CustomField, FieldKind};
use dragoman_core::contact::{Contact, CustomerChange};
use serde_json::{Number, json};
use time::Date;
use time::macros::format_description;

use super::super::form::{Form, Noted};
use super::super::json::Json;
use super::super::wire::{FieldValue, TypedField};
use super::changes::LONGEST_NAME;
use crate::control::has_control;

const FIELD: &str = "custom_fields";
const LONGEST_VALUE: usize = 4096;

/// The largest whole number that every reader of JSON has the same idea of: 2 to the 53rd.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// `custom_fields`: those that are named change, the others stay. `null` and an empty text take a
/// value away.
pub(super) fn read(
    form: &mut Form<'_>,
    account: Id,
    catalog: &Catalog,
) -> Result<Vec<CustomerChange>, Noted> {
    let Some(values) = form.object(FIELD)? else {
        return Ok(Vec::new());
    };
    let mut changes = Vec::new();
    let mut noted = None;
    for (name, value) in values.sorted() {
        let is_name =
            !name.trim().is_empty() && !has_control(name) && is_within(name, LONGEST_NAME);
        match kept(value, catalog.custom_field(account, name)) {
            Ok(value) if is_name => changes.push(CustomerChange::Field(name.into(), value)),
            Ok(_) | Err(Misfit) => noted = Some(form.note(FIELD, format!("{name} is invalid"))),
        }
    }
    match noted {
        Some(noted) => Err(noted),
        None => Ok(changes),
    }
}

fn is_within(text: &str, most: usize) -> bool {
    text.chars().count() <= most
}

/// The value is none of this field.
struct Misfit;

/// What is kept of a value; `None` takes away what there is. Without a definition every text is
/// right, and a list is kept for the day when there is one.
fn kept(value: &Json<'_>, field: Option<&CustomField>) -> Result<Option<Box<str>>, Misfit> {
    let text = match value {
        Json::Null => return Ok(None),
        Json::Text(text) if text.is_empty() => return Ok(None),
        Json::Text(text) if has_control(text) => return Err(Misfit),
        Json::Text(text) => text.to_string(),
        Json::Number(number) => digits(number)?,
        Json::List(values) => {
            let chosen = values.iter().map(choice).collect::<Result<Vec<_>, _>>()?;
            json!(chosen).to_string()
        }
        Json::Bool(_) | Json::Object(_) => return Err(Misfit),
    };
    if !is_within(&text, LONGEST_VALUE) || field.is_some_and(|field| !takes(field, value, &text)) {
        return Err(Misfit);
    }
    Ok(Some(text.into()))
}

/// A number as a text. One that was rounded when it was read is refused: a program that means it
/// exactly writes a text itself.
fn digits(number: &Number) -> Result<String, Misfit> {
    let was_rounded = number.is_f64() && number.as_f64().is_none_or(|value| value.abs() >= EXACT);
    (!was_rounded).then(|| number.to_string()).ok_or(Misfit)
}

fn choice<'a>(value: &'a Json<'_>) -> Result<&'a str, Misfit> {
    match value {
        Json::Text(text) if !has_control(text) => Ok(text),
        Json::Text(_)
        | Json::Null
        | Json::Bool(_)
        | Json::Number(_)
        | Json::List(_)
        | Json::Object(_) => Err(Misfit),
    }
}

/// Whether a value, and the text that would be kept of it, is one of this field.
fn takes(field: &CustomField, value: &Json<'_>, text: &str) -> bool {
    let is_option = |choice: &str| field.options.iter().any(|option| **option == *choice);
    match (field.kind, value) {
        // Also as the text in which we show it.
        (FieldKind::Checkbox, _) => {
            list(text).is_some_and(|chosen| chosen.iter().all(|choice| is_option(choice)))
        }
        (_, Json::List(_)) => false,
        (FieldKind::Text, _) => true,
        (FieldKind::Email, _) => is_email(text),
        (FieldKind::Number, _) => text.parse::<f64>().is_ok_and(f64::is_finite),
        (FieldKind::Date, _) => is_date(text),
        (FieldKind::Dropdown, _) => is_option(text),
    }
}

fn list(text: &str) -> Option<Vec<String>> {
    serde_json::from_str(text).ok()
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

/// `YYYY-MM-DD`, a day that there is.
fn is_date(text: &str) -> bool {
    let format = format_description!("[year]-[month]-[day]");
    text.len() == "YYYY-MM-DD".len() && Date::parse(text, format).is_ok()
}

/// `customFieldsMetadata`: the values with their types; those without a definition are texts.
pub(super) fn typed(
    contact: &Contact,
    account: Id,
    catalog: &Catalog,
) -> BTreeMap<String, TypedField> {
    let profile = contact.profile.iter();
    let values = profile.flat_map(|profile| &profile.fields);
    values
        .map(|(name, value)| {
            let field = catalog.custom_field(account, name);
            (name.to_string(), with_type(field, value))
        })
        .collect()
}

fn with_type(field: Option<&CustomField>, value: &str) -> TypedField {
    let kind = field.map_or(FieldKind::Text, |field| field.kind);
    let value = match kind {
        // A value can be older than the definition.
        FieldKind::Checkbox => {
            FieldValue::List(list(value).unwrap_or_else(|| vec![value.to_owned()]))
        }
        FieldKind::Text
        | FieldKind::Email
        | FieldKind::Number
        | FieldKind::Date
        | FieldKind::Dropdown => FieldValue::Text(value.to_owned()),
    };
    let has_options = matches!(kind, FieldKind::Dropdown | FieldKind::Checkbox);
    let options = field.filter(|_| has_options).map(|field| {
        let options = field.options.iter();
        options.map(ToString::to_string).collect()
    });
    TypedField {
        value,
        kind: kind.word(),
        options,
    }
}
