//! A customer has another number, or another user id, and every business in a chat with them is told.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::chat;
use crate::state::{Held, State};
use crate::world::{Customer, CustomerChange};

/// The message that tells of it, from whom it was before; `None` when no business sees anything
/// new. A number or a user id that there was none of before is shown, not changed.
pub(super) fn notice(before: &Customer, change: &CustomerChange) -> Option<Value> {
    let hides_number = change.hides_number.unwrap_or(before.hides_number);
    let moves = another(before.phone.as_ref(), change.phone.as_ref()).is_some() && !hides_number;
    let number = change.wa_id.as_ref().or(change.phone.as_ref());
    let number = another(before.shown_number(), number).filter(|_| moves);
    let user_id = another(before.bsuid.as_ref(), change.bsuid.as_ref());
    let (kind, old, new) = match (&number, &user_id) {
        (Some((old, new)), _) => ("user_changed_number", old, new),
        (None, Some((old, new))) => ("user_changed_user_id", old, new),
        (None, None) => return None,
    };
    let mut system = Map::new();
    let name = &before.name;
    system.insert(
        "body".to_owned(),
        json!(format!("{name} changed from {old} to {new}")),
    );
    system.insert("type".to_owned(), json!(kind));
    put(&mut system, "wa_id", number.map(|(_, new)| new));
    put(&mut system, "user_id", user_id.map(|(_, new)| new));
    let mut message = Map::new();
    put(&mut message, "from", before.shown_number());
    put(&mut message, "from_user_id", before.bsuid.as_ref());
    message.insert("type".to_owned(), json!("system"));
    message.insert("system".to_owned(), Value::Object(system));
    Some(Value::Object(message))
}

/// Tells every number that has a chat with the customer.
pub(super) fn tell(state: &Arc<State>, held: &mut Held<'_>, id: &str, notice: &Value) {
    let chat = held.customer(id).map_or(&[][..], |customer| &customer.chat);
    let numbers: BTreeSet<String> = chat
        .iter()
        .map(|index| held.messages[*index as usize].phone_number_id.clone())
        .collect();
    for phone_number_id in numbers {
        chat::hand_over(state, held, id, &phone_number_id, notice.clone());
    }
}

/// What was there, and what is there instead.
fn another<'a>(
    old: Option<&'a String>,
    new: Option<&'a String>,
) -> Option<(&'a String, &'a String)> {
    old.zip(new).filter(|(old, new)| old != new)
}

fn put(object: &mut Map<String, Value>, key: &str, value: Option<&String>) {
    if let Some(value) = value {
        object.insert(key.to_owned(), json!(value));
    }
}
