//! The parameters that fill a template in.

use serde_json::Value;

use super::super::limits::{count, items, part, required, within};
use super::super::{Checked, Scene, media, plain};
use crate::graph::GraphError;
use crate::world::{MEDIA_KINDS, words};

/// More spaces in a row break the layout that was reviewed.
const FIVE_SPACES: &str = "     ";

pub(super) fn of_body(parameter: &Value, place: &str) -> Checked {
    required(parameter, "type", &format!("{place}['type']"))?;
    let kind = words(parameter, "type").to_ascii_lowercase();
    let value = part(parameter, &kind);
    match kind.as_str() {
        "text" => text(parameter, place),
        "currency" => {
            for key in ["fallback_value", "code", "amount_1000"] {
                required(value, key, &format!("currency['{key}']"))?;
            }
            Ok(())
        }
        "date_time" => required(value, "fallback_value", "date_time['fallback_value']"),
        "group_id" => required(parameter, "group_id", "group_id"),
        _ => Err(mismatch(place, "TEXT", &kind)),
    }
}

fn text(parameter: &Value, place: &str) -> Checked {
    required(parameter, "text", &format!("{place}['text']"))?;
    let text = words(parameter, "text");
    if text.contains(['\n', '\r', '\t']) || text.contains(FIVE_SPACES) {
        return Err(GraphError::known(132_007).with(format!(
            "{place}: text cannot have line breaks, tabs or more than 4 spaces in a row"
        )));
    }
    Ok(())
}

pub(super) fn of_header(parameter: &Value, scene: Scene<'_>) -> Checked {
    required(parameter, "type", "header['type']")?;
    let kind = words(parameter, "type").to_ascii_lowercase();
    let value = part(parameter, &kind);
    match kind.as_str() {
        "location" => {
            plain::location(value, "location")?;
            required(value, "name", "location['name']")?;
            required(value, "address", "location['address']")
        }
        "product" => within(
            value,
            "product_retailer_id",
            100,
            "product['product_retailer_id']",
        ),
        "audio" | "sticker" => Err(mismatch("header", "TEXT", &kind)),
        _ if MEDIA_KINDS.contains(&kind.as_str()) => media::check(&kind, value, scene),
        _ => of_body(parameter, "header"),
    }
}

pub(super) fn of_offer(parameter: &Value) -> Checked {
    of_kind(parameter, "limited_time_offer", "limited_time_offer")?;
    let offer = part(parameter, "limited_time_offer");
    required(offer, "expiration_time_ms", "expiration_time_ms")
}

pub(super) fn of_coupon(parameter: &Value) -> Checked {
    of_kind(parameter, "coupon_code", "copy_code")?;
    within(parameter, "coupon_code", 15, "coupon_code")
}

pub(super) fn products(action: &Value) -> Checked {
    let sections = items(action, "sections");
    count(sections.len(), 1..=10, "mpm: sections")?;
    let products = sections
        .iter()
        .map(|section| items(section, "product_items").len());
    count(products.sum(), 1..=30, "mpm: the products of all sections")
}

/// The type that a button's parameter has to have.
pub(super) fn of_kind(parameter: &Value, wanted: &str, place: &str) -> Checked {
    let kind = words(parameter, "type").to_ascii_lowercase();
    if kind == wanted {
        Ok(())
    } else {
        Err(mismatch(place, wanted, &kind))
    }
}

/// Meta's words for a parameter of another type.
pub(super) fn mismatch(place: &str, expected: &str, received: &str) -> GraphError {
    let received = if received.is_empty() {
        "unknown"
    } else {
        received
    };
    GraphError::known(132_012).with(format!(
        "{place}: Format mismatch, expected {}, received {}",
        expected.to_ascii_uppercase(),
        received.to_ascii_uppercase()
    ))
}
