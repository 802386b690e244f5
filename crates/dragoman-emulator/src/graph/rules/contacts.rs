//! Contact cards.

use serde_json::Value;

use super::Checked;
use super::limits::{count, part, required};
use crate::graph::GraphError;
use crate::world::words;

const MOST_CARDS: usize = 257;
/// A card needs one of them beside the formatted name.
const NAME_PARTS: [&str; 5] = ["first_name", "last_name", "middle_name", "suffix", "prefix"];
const LISTS: [&str; 4] = ["addresses", "emails", "phones", "urls"];

pub(super) fn check(content: &Value) -> Checked {
    let cards = content.as_array().map_or(&[][..], Vec::as_slice);
    count(cards.len(), 1..=MOST_CARDS, "contacts")?;
    cards.iter().try_for_each(card)
}

fn card(card: &Value) -> Checked {
    let name = part(card, "name");
    required(name, "formatted_name", "contacts['name']['formatted_name']")?;
    if NAME_PARTS.iter().all(|key| words(name, key).is_empty()) {
        let parts = NAME_PARTS.join(", ");
        return Err(GraphError::missing(&format!(
            "contacts['name']: one of {parts}"
        )));
    }
    for key in LISTS {
        if card.get(key).is_some_and(|list| !list.is_array()) {
            return Err(GraphError::invalid(&format!(
                "contacts['{key}'] must be a list"
            )));
        }
    }
    let birthday = words(card, "birthday");
    if !birthday.is_empty() && !is_date(&birthday) {
        return Err(GraphError::invalid(
            "contacts['birthday'] must be written YYYY-MM-DD",
        ));
    }
    Ok(())
}

fn is_date(text: &str) -> bool {
    let pattern = b"dddd-dd-dd";
    text.len() == pattern.len()
        && text.bytes().zip(pattern).all(|(byte, wanted)| {
            if *wanted == b'd' {
                byte.is_ascii_digit()
            } else {
                byte == *wanted
            }
        })
}
