//! Values of custom fields, checked against their definition.

use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, FieldKind};
use dragoman_core::contact::CustomerChange;
use serde::Deserialize;
use serde_json::json;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::native::answer::Problem;
use crate::native::words::{Name, is_email};

/// The value of a custom field: a text, or of a checkbox a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum FieldValue {
    Text(String),
    List(Vec<String>),
    /// `null`: it has none.
    Nothing,
}

impl PartialSchema for FieldValue {
    fn schema() -> RefOr<Schema> {
        let of = |kind| ObjectBuilder::new().schema_type(kind);
        OneOfBuilder::new()
            .item(of(Type::String))
            .item(ArrayBuilder::new().items(of(Type::String)))
            .item(of(Type::Null))
            .into()
    }
}

impl ToSchema for FieldValue {}

/// A value that its definition allows; fields without one are text.
pub(super) fn field(
    catalog: &Catalog,
    account: Id,
    name: &str,
    value: &FieldValue,
) -> Result<CustomerChange, Problem> {
    let wrong = |why: &str| Problem::invalid("fields", format!("{name}: {why}"));
    let key = Name::try_from(name.to_owned()).map_err(|why| wrong(&why))?;
    let defined = catalog.custom_field(account, name);
    let kind = defined.map_or(FieldKind::Text, |field| field.kind);
    let is_option = |text: &String| {
        let mut options = defined.iter().flat_map(|field| &field.options);
        options.any(|option| **option == **text)
    };
    let kept = match (kind, value) {
        (_, FieldValue::Nothing) => return Ok(CustomerChange::Field(key.0, None)),
        (FieldKind::Checkbox, FieldValue::List(chosen)) if chosen.iter().all(is_option) => {
            json!(chosen).to_string()
        }
        (FieldKind::Checkbox, _) => return Err(wrong("must be a list of its options")),
        (_, FieldValue::List(_)) => return Err(wrong("must be a text")),
        (FieldKind::Text, FieldValue::Text(text)) => text.clone(),
        (FieldKind::Email, FieldValue::Text(text)) if is_email(text) => text.clone(),
        (FieldKind::Email, _) => return Err(wrong("must be an e-mail address")),
        (FieldKind::Number, FieldValue::Text(text)) if is_number(text) => text.clone(),
        (FieldKind::Number, _) => return Err(wrong("must be a number")),
        (FieldKind::Date, FieldValue::Text(text)) if is_date(text) => text.clone(),
        (FieldKind::Date, _) => return Err(wrong("must be a date such as 2026-03-01")),
        (FieldKind::Dropdown, FieldValue::Text(text)) if is_option(text) => text.clone(),
        (FieldKind::Dropdown, _) => return Err(wrong("must be one of its options")),
    };
    Ok(CustomerChange::Field(key.0, Some(kept.into())))
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

fn is_date(text: &str) -> bool {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    text.len() == 10 && time::Date::parse(text, format).is_ok()
}
