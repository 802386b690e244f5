//! Custom fields: what a call may put in, and how the values are shown with their types. Pure.

use std::collections::BTreeMap;

use dragoman_core::Tenant;
use dragoman_core::catalog::{Catalog, CustomField, FieldKind};
use dragoman_core::contact::{Contact, CustomerChange};
use serde_json::Number;

use super::super::form::{Form, Noted};
use super::super::json::Json;
use super::super::wire::{FieldValue, TypedField};
use super::changes::LONGEST_NAME;
use crate::control::has_control;
use crate::custom_values::{self, Given, Misfit};

const FIELD: &str = "custom_fields";

/// The largest whole number that every reader of JSON has the same idea of: 2 to the 53rd.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// `custom_fields`: those that are named change, the others stay. `null` and an empty text take a
/// value away.
pub(super) fn read(
    form: &mut Form<'_>,
    account: Tenant,
    catalog: &Catalog,
) -> Result<Vec<CustomerChange>, Noted> {
    let Some(values) = form.object(FIELD)? else {
        return Ok(Vec::new());
    };
    let mut changes = Vec::new();
    let mut noted = None;
    for (name, value) in values.sorted() {
        let is_name =
            !name.trim().is_empty() && !has_control(name) && name.chars().count() <= LONGEST_NAME;
        match kept(value, catalog.custom_field(account, name)) {
            Ok(value) if is_name => changes.push(CustomerChange::Field(name.into(), value)),
            Ok(_) | Err(Invalid) => noted = Some(form.note(FIELD, format!("{name} is invalid"))),
        }
    }
    match noted {
        Some(noted) => Err(noted),
        None => Ok(changes),
    }
}

/// The value is none of this field.
struct Invalid;

impl From<Misfit> for Invalid {
    /// Clients of the original are told no more.
    fn from(_: Misfit) -> Self {
        Self
    }
}

/// What is kept of a value; `None` takes away what there is.
fn kept(value: &Json<'_>, field: Option<&CustomField>) -> Result<Option<Box<str>>, Invalid> {
    Ok(match value {
        Json::Null => None,
        Json::Text(text) => custom_values::kept(field, &Given::Text(text))?,
        Json::Number(number) => custom_values::kept(field, &Given::Text(&digits(number)?))?,
        Json::List(values) => {
            let chosen = values.iter().map(choice).collect::<Result<Vec<_>, _>>()?;
            custom_values::kept(field, &Given::List(chosen))?
        }
        Json::Bool(_) | Json::Object(_) => return Err(Invalid),
    })
}

/// A number as a text. One that was rounded when it was read is refused: a program that means it
/// exactly writes a text itself.
fn digits(number: &Number) -> Result<String, Invalid> {
    let was_rounded = number.is_f64() && number.as_f64().is_none_or(|value| value.abs() >= EXACT);
    (!was_rounded).then(|| number.to_string()).ok_or(Invalid)
}

fn choice<'a>(value: &'a Json<'_>) -> Result<&'a str, Invalid> {
    match value {
        Json::Text(text) => Ok(text),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::List(_) | Json::Object(_) => {
            Err(Invalid)
        }
    }
}

/// `customFieldsMetadata`: the values with their types; those without a definition are texts.
pub(super) fn typed(
    contact: &Contact,
    account: Tenant,
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
            FieldValue::List(custom_values::list(value).unwrap_or_else(|| vec![value.to_owned()]))
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
