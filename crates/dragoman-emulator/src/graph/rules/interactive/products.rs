//! Products of a catalog.

use serde_json::Value;

use super::super::Checked;
use super::super::limits::{at_most, count, items, part, required, within};
use super::actions::{named, titled};

const LONGEST_ID: usize = 100;

pub(super) fn single(action: &Value) -> Checked {
    required(action, "catalog_id", "interactive['action']['catalog_id']")?;
    product(action)
}

pub(super) fn several(action: &Value) -> Checked {
    required(action, "catalog_id", "interactive['action']['catalog_id']")?;
    let sections = items(action, "sections");
    titled(sections)?;
    let products: Vec<_> = sections
        .iter()
        .flat_map(|section| items(section, "product_items"))
        .collect();
    count(products.len(), 1..=30, "the products of all sections")?;
    products.into_iter().try_for_each(product)
}

pub(super) fn catalog(action: &Value) -> Checked {
    named(action, "catalog_message")?;
    at_most(
        part(action, "parameters"),
        "thumbnail_product_retailer_id",
        LONGEST_ID,
    )
}

pub(super) fn product(item: &Value) -> Checked {
    within(
        item,
        "product_retailer_id",
        LONGEST_ID,
        "product_retailer_id",
    )
}
