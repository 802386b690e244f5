//! Cards side by side, which all look alike.

use serde_json::Value;

use super::super::limits::{at_most, count, items, one_of, part, required, within};
use super::super::{Checked, Scene, media};
use super::{actions, products};
use crate::graph::GraphError;
use crate::world::words;

const LINE_BREAKS: usize = 2;

pub(super) fn check(action: &Value, scene: Scene<'_>) -> Checked {
    let cards = items(action, "cards");
    count(cards.len(), 2..=10, "interactive['action']['cards']")?;
    for (index, card) in cards.iter().enumerate() {
        if words(card, "card_index") != index.to_string() {
            return Err(GraphError::invalid("card_index must count from 0"));
        }
        check_card(card, scene)?;
    }
    if cards.iter().any(|card| shape(card) != shape(&cards[0])) {
        return Err(GraphError::invalid(
            "all cards must have the same kinds and numbers of buttons",
        ));
    }
    Ok(())
}

fn check_card(card: &Value, scene: Scene<'_>) -> Checked {
    let (body, action) = (part(card, "body"), part(card, "action"));
    at_most(body, "text", 160)?;
    if words(body, "text").matches('\n').count() > LINE_BREAKS {
        return Err(GraphError::invalid(
            "the body of a card has at most 2 line breaks",
        ));
    }
    required(card, "type", "cards['type']")?;
    one_of(card, "type", &["cta_url", "product"])?;
    if words(card, "type") == "product" {
        required(action, "catalog_id", "cards['action']['catalog_id']")?;
        return products::product(action);
    }
    let header = part(card, "header");
    required(header, "type", "cards['header']['type']")?;
    one_of(header, "type", &["image", "video"])?;
    let kind = words(header, "type");
    media::check(&kind, part(header, &kind), scene)?;
    let buttons = items(action, "buttons");
    if buttons.is_empty() {
        return actions::link(action);
    }
    for button in buttons {
        let reply = part(button, "quick_reply");
        within(reply, "id", 256, "quick_reply['id']")?;
        within(reply, "title", 20, "quick_reply['title']")?;
    }
    Ok(())
}

/// The kind of a card and how many buttons it has.
fn shape(card: &Value) -> (String, usize) {
    let buttons = items(part(card, "action"), "buttons");
    (words(card, "type"), buttons.len())
}
