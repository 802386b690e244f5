//! Locations, reactions, and what a message answers.

use std::time::Duration;

use serde_json::Value;

use super::limits::required;
use super::{Checked, Scene};
use crate::graph::GraphError;
use crate::world::{Message, Status, words};

/// Older messages take no reaction.
const REACTED_WITHIN: Duration = Duration::from_secs(30 * 24 * 3600);
/// The longest emoji is a family or a flag, joined of several characters.
const EMOJI_CHARACTERS: usize = 14;

/// What a message answers need not be known any more: then it goes without its quotation.
pub(super) fn context(body: &Value, kind: &str) -> Checked {
    let Some(context) = body.get("context") else {
        return Ok(());
    };
    if kind == "reaction" {
        return Err(GraphError::invalid("context does not go with a reaction"));
    }
    required(context, "message_id", "context['message_id']")?;
    let id = words(context, "message_id");
    if is_message_id(&id) {
        Ok(())
    } else {
        Err(GraphError::invalid(
            "context['message_id'] is not a message id",
        ))
    }
}

fn is_message_id(id: &str) -> bool {
    let in_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte);
    id.strip_prefix("wamid.")
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(in_base64))
}

/// Coordinates are numbers, or strings of them.
pub(super) fn location(content: &Value, name: &str) -> Checked {
    for (key, furthest) in [("latitude", 90.0), ("longitude", 180.0)] {
        required(content, key, &format!("{name}['{key}']"))?;
        let degrees = words(content, key).trim().parse::<f64>();
        if !degrees.is_ok_and(|degrees| degrees.abs() <= furthest) {
            return Err(GraphError::invalid(&format!(
                "{name}['{key}'] must lie between -{furthest} and {furthest}"
            )));
        }
    }
    Ok(())
}

/// An empty emoji takes the reaction back.
pub(super) fn reaction(content: &Value, customer: &str, scene: Scene<'_>) -> Checked {
    required(content, "message_id", "reaction['message_id']")?;
    let Some(emoji) = content.get("emoji").and_then(Value::as_str) else {
        return Err(GraphError::missing("reaction['emoji']"));
    };
    let spoken = |letter: char| letter.is_ascii_alphabetic() || letter.is_whitespace();
    if emoji.chars().any(spoken) || emoji.chars().count() > EMOJI_CHARACTERS {
        return Err(GraphError::invalid("reaction['emoji'] is not an emoji"));
    }
    let target = scene.world.message(&words(content, "message_id"));
    if target.is_some_and(|target| takes_reactions(target, customer, scene)) {
        return Ok(());
    }
    Err(GraphError::invalid(
        "reaction['message_id'] is not a message of this chat that can be reacted to",
    ))
}

fn takes_reactions(target: &Message, customer: &str, scene: Scene<'_>) -> bool {
    scene.world.customer_index(customer) == Some(target.customer)
        && target.phone_number_id == scene.phone_number_id
        && !target.is_reaction()
        && !target.is_notice()
        && target.status != Status::Failed
        && scene.now.since(target.at) <= REACTED_WITHIN
}
