//! What the customer can press, choose or fill in.

use serde_json::Value;
use url::{Host, Url};

use super::super::Checked;
use super::super::limits::{at_most, count, items, one_of, part, required, within};
use crate::graph::GraphError;
use crate::world::words;

pub(super) fn reply_buttons(action: &Value) -> Checked {
    let buttons = items(action, "buttons");
    count(buttons.len(), 1..=3, "interactive['action']['buttons']")?;
    let mut seen = Vec::new();
    for button in buttons {
        one_of(button, "type", &["reply"])?;
        let reply = part(button, "reply");
        within(reply, "id", 256, "reply['id']")?;
        within(reply, "title", 20, "reply['title']")?;
        let id = words(reply, "id");
        if id.trim() != id {
            return Err(GraphError::invalid(
                "reply['id'] must not begin or end with a space",
            ));
        }
        for word in [("id", id), ("title", words(reply, "title"))] {
            if seen.contains(&word) {
                let details = format!("button {}s must be unique", word.0);
                return Err(GraphError::invalid(&details));
            }
            seen.push(word);
        }
    }
    Ok(())
}

pub(super) fn list_rows(action: &Value) -> Checked {
    within(action, "button", 20, "interactive['action']['button']")?;
    let sections = items(action, "sections");
    titled(sections)?;
    let rows: Vec<_> = sections
        .iter()
        .flat_map(|section| items(section, "rows"))
        .collect();
    count(rows.len(), 1..=10, "the rows of all sections")?;
    for row in rows {
        within(row, "id", 200, "rows['id']")?;
        within(row, "title", 24, "rows['title']")?;
        at_most(row, "description", 72)?;
    }
    Ok(())
}

/// Sections need a title where there are several.
pub(super) fn titled(sections: &[Value]) -> Checked {
    count(sections.len(), 1..=10, "interactive['action']['sections']")?;
    for section in sections {
        at_most(section, "title", 24)?;
        if sections.len() > 1 {
            required(section, "title", "sections['title']")?;
        }
    }
    Ok(())
}

pub(super) fn link(action: &Value) -> Checked {
    named(action, "cta_url")?;
    let parameters = part(action, "parameters");
    required(
        parameters,
        "url",
        "interactive['action']['parameters']['url']",
    )?;
    within(
        parameters,
        "display_text",
        20,
        "interactive['action']['parameters']['display_text']",
    )?;
    let url = Url::parse(&words(parameters, "url")).ok();
    let has_name = |url: &Url| {
        matches!(url.scheme(), "http" | "https") && matches!(url.host(), Some(Host::Domain(_)))
    };
    if url.as_ref().is_some_and(has_name) {
        return Ok(());
    }
    Err(GraphError::invalid(
        "interactive['action']['parameters']['url'] must be http or https, with the name of a host",
    ))
}

pub(super) fn flow(action: &Value) -> Checked {
    named(action, "flow")?;
    let parameters = part(action, "parameters");
    required(parameters, "flow_message_version", "flow_message_version")?;
    one_of(parameters, "flow_message_version", &["3"])?;
    within(parameters, "flow_cta", 30, "flow_cta")?;
    let given = |key: &str| !words(parameters, key).is_empty();
    match (given("flow_id"), given("flow_name")) {
        (false, false) => return Err(GraphError::missing("flow_id or flow_name")),
        (true, true) => {
            return Err(GraphError::invalid(
                "a flow has either flow_id or flow_name",
            ));
        }
        (true, false) | (false, true) => {}
    }
    one_of(parameters, "mode", &["draft", "published"])?;
    one_of(parameters, "flow_action", &["navigate", "data_exchange"])?;
    match parameters.get("flow_action_payload") {
        Some(payload) => required(payload, "screen", "flow_action_payload['screen']"),
        None => Ok(()),
    }
}

pub(super) fn address(action: &Value) -> Checked {
    named(action, "address_message")?;
    let parameters = part(action, "parameters");
    required(parameters, "country", "address_message['country']")?;
    one_of(parameters, "country", &["IN", "SG"])
}

pub(super) fn voice_call(action: &Value) -> Checked {
    named(action, "voice_call")?;
    let parameters = part(action, "parameters");
    at_most(parameters, "display_text", 20)?;
    let Some(minutes) = parameters.get("ttl_minutes").and_then(Value::as_u64) else {
        return Ok(());
    };
    if (1..=43_200).contains(&minutes) {
        return Ok(());
    }
    Err(GraphError::invalid(
        "ttl_minutes must lie between 1 and 43200",
    ))
}

pub(super) fn order(action: &Value, name: &str) -> Checked {
    named(action, name)?;
    let parameters = part(action, "parameters");
    required(parameters, "reference_id", "reference_id")?;
    match parameters.get("order") {
        Some(order) => required(order, "status", "order['status']"),
        None => Err(GraphError::missing("order")),
    }
}

pub(super) fn named(action: &Value, name: &str) -> Checked {
    required(action, "name", "interactive['action']['name']")?;
    one_of(action, "name", &[name])
}
