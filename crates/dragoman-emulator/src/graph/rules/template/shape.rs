//! The components of a template message, for themselves.

use serde_json::Value;

use super::super::limits::{count, items, part, required};
use super::super::{Checked, Scene};
use super::parameters;
use crate::graph::GraphError;
use crate::world::words;

pub(super) fn check(content: &Value, scene: Scene<'_>) -> Checked {
    match content.get("components") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Array(components)) => components
            .iter()
            .try_for_each(|component| check_component(component, scene)),
        Some(_) => Err(GraphError::invalid("template['components'] must be a list")),
    }
}

fn check_component(component: &Value, scene: Scene<'_>) -> Checked {
    required(component, "type", "template['components']['type']")?;
    let kind = words(component, "type").to_ascii_lowercase();
    if component
        .get("parameters")
        .is_some_and(|list| !list.is_array())
    {
        return Err(GraphError::invalid(&format!(
            "{kind}: parameters must be a list"
        )));
    }
    let given = items(component, "parameters");
    match kind.as_str() {
        "body" => given
            .iter()
            .try_for_each(|parameter| parameters::of_body(parameter, &kind)),
        "header" => {
            let text = |parameter: &&Value| words(parameter, "type").eq_ignore_ascii_case("text");
            if given.len() > 1 && !given.iter().all(|parameter| text(&parameter)) {
                return Err(GraphError::invalid("header: takes one parameter"));
            }
            given
                .iter()
                .try_for_each(|parameter| parameters::of_header(parameter, scene))
        }
        "button" => button(component),
        "limited_time_offer" => given.iter().try_for_each(parameters::of_offer),
        "carousel" => {
            let cards = items(component, "cards");
            count(cards.len(), 1..=10, "carousel: cards")?;
            cards
                .iter()
                .flat_map(|card| items(card, "components"))
                .try_for_each(|component| check_component(component, scene))
        }
        "footer" | "tap_target_configuration" | "order_status" | "order_details" => Ok(()),
        _ => Err(GraphError::invalid(&format!(
            "template['components']['type'] {kind} is not known"
        ))),
    }
}

fn button(component: &Value) -> Checked {
    required(component, "sub_type", "button['sub_type']")?;
    required(component, "index", "button['index']")?;
    let index = words(component, "index");
    if !index.parse().is_ok_and(|index: u32| index <= 9) {
        return Err(GraphError::invalid(
            "button['index'] must lie between 0 and 9",
        ));
    }
    let sub_type = words(component, "sub_type").to_ascii_lowercase();
    let given = items(component, "parameters");
    if given.len() > 1 {
        return Err(GraphError::invalid("button: takes one parameter"));
    }
    let Some(parameter) = given.first() else {
        return Ok(());
    };
    match sub_type.as_str() {
        "quick_reply" => parameters::of_kind(parameter, "payload", &sub_type),
        "url" => {
            parameters::of_kind(parameter, "text", &sub_type)?;
            required(parameter, "text", "button['text']")
        }
        "copy_code" => parameters::of_coupon(parameter),
        "flow" | "catalog" => parameters::of_kind(parameter, "action", &sub_type),
        "mpm" => {
            parameters::of_kind(parameter, "action", &sub_type)?;
            parameters::products(part(parameter, "action"))
        }
        "spm" | "voice_call" | "order_details" | "phone_number" => Ok(()),
        _ => Err(GraphError::invalid(&format!(
            "button['sub_type'] {sub_type} is not known"
        ))),
    }
}
