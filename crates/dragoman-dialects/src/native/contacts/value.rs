//! Values of custom fields, as callers write them.

use dragoman_core::Tenant;
use dragoman_core::catalog::Catalog;
use dragoman_core::contact::CustomerChange;
use serde::Deserialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::custom_values::{self, Given};
use crate::native::answer::Problem;
use crate::native::words::Name;

/// The value of a custom field: a text, or of a checkbox a list, also as the JSON text of one.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum FieldValue {
    Text(String),
    List(Vec<String>),
    /// `null`: it has none, as with an empty text.
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

/// What becomes of a custom field when it is given a value.
pub(super) fn field(
    catalog: &Catalog,
    account: Tenant,
    name: &str,
    value: &FieldValue,
) -> Result<CustomerChange, Problem> {
    let wrong = |why: &str| Problem::invalid("fields", format!("{name}: {why}"));
    let key = Name::try_from(name.to_owned()).map_err(|why| wrong(&why))?;
    let given = match value {
        FieldValue::Nothing => return Ok(CustomerChange::Field(key.0, None)),
        FieldValue::Text(text) => Given::Text(text),
        FieldValue::List(chosen) => Given::List(chosen.iter().map(String::as_str).collect()),
    };
    let kept = custom_values::kept(catalog.custom_field(account, name), &given);
    let kept = kept.map_err(|misfit| wrong(&misfit.to_string()))?;
    Ok(CustomerChange::Field(key.0, kept))
}
