//! Custom fields, as they are shown with their types. Pure.

use std::collections::BTreeMap;

use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, CustomField, FieldKind};
use dragoman_core::contact::Contact;

use super::super::wire::{FieldValue, TypedField};

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

fn list(text: &str) -> Option<Vec<String>> {
    serde_json::from_str(text).ok()
}
