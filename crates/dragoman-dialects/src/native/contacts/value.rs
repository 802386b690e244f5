//! Values of custom fields, checked against their definition.

use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, FieldKind};
use dragoman_core::contact::CustomerChange;
use serde::Deserialize;
use serde_json::json;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::control::has_control;
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

impl FieldValue {
    fn has_control(&self) -> bool {
        match self {
            Self::Text(text) => has_control(text),
            Self::List(texts) => texts.iter().any(|text| has_control(text)),
            Self::Nothing => false,
        }
    }
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

/// A value that its definition allows; without one every text is right.
pub(super) fn field(
    catalog: &Catalog,
    account: Id,
    name: &str,
    value: &FieldValue,
) -> Result<CustomerChange, Problem> {
    let wrong = |why: &str| Problem::invalid("fields", format!("{name}: {why}"));
    let key = Name::try_from(name.to_owned()).map_err(|why| wrong(&why))?;
    let defined = catalog.custom_field(account, name);
    let kind = defined.map(|field| field.kind);
    let is_option = |text: &String| {
        let mut options = defined.iter().flat_map(|field| &field.options);
        options.any(|option| **option == **text)
    };
    let kept = match (kind, value) {
        (_, FieldValue::Nothing) => return Ok(CustomerChange::Field(key.0, None)),
        (_, value) if value.has_control() => return Err(wrong("has a control character")),
        // Kept for the day when there is a definition.
        (None, FieldValue::List(chosen)) => json!(chosen).to_string(),
        (Some(FieldKind::Checkbox), FieldValue::List(chosen)) if chosen.iter().all(is_option) => {
            json!(chosen).to_string()
        }
        (Some(FieldKind::Checkbox), _) => return Err(wrong("must be a list of its options")),
        (_, FieldValue::List(_)) => return Err(wrong("must be a text")),
        (None | Some(FieldKind::Text), FieldValue::Text(text)) => text.clone(),
        (Some(FieldKind::Email), FieldValue::Text(text)) if is_email(text) => text.clone(),
        (Some(FieldKind::Email), _) => return Err(wrong("must be an e-mail address")),
        (Some(FieldKind::Number), FieldValue::Text(text)) if is_number(text) => text.clone(),
        (Some(FieldKind::Number), _) => return Err(wrong("must be a number")),
        (Some(FieldKind::Date), FieldValue::Text(text)) if is_date(text) => text.clone(),
        (Some(FieldKind::Date), _) => return Err(wrong("must be a date such as 2026-03-01")),
        (Some(FieldKind::Dropdown), FieldValue::Text(text)) if is_option(text) => text.clone(),
        (Some(FieldKind::Dropdown), _) => return Err(wrong("must be one of its options")),
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
