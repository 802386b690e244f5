//! Whether buttons, lists and links keep their limits. Pure.

use serde_json::Value;

use super::{Checked, at_most, media, required};
use crate::graph::GraphError;
use crate::world::{MEDIA_KINDS, words};

pub(super) fn check(content: &Value) -> Checked {
    required(content, "type", "interactive['type']")?;
    let kind = words(content, "type");
    let text = |key: &str| content.get(key).cloned().unwrap_or_default();
    if !matches!(kind.as_str(), "product" | "call_permission_request") {
        required(&text("body"), "text", "interactive['body']['text']")?;
    }
    at_most(
        &text("body"),
        "text",
        if kind == "list" { 4096 } else { 1024 },
    )?;
    at_most(&text("footer"), "text", 60)?;
    if let Some(header) = content.get("header") {
        let header_kind = words(header, "type");
        if MEDIA_KINDS.contains(&header_kind.as_str()) {
            media(
                &header_kind,
                header.get(&header_kind).unwrap_or(&Value::Null),
            )?;
        }
        at_most(header, "text", 60)?;
    }
    let Some(action) = content.get("action") else {
        return Err(GraphError::missing("interactive['action']"));
    };
    match kind.as_str() {
        "button" => reply_buttons(action),
        "list" => list_rows(action),
        "cta_url" => {
            let parameters = action.get("parameters").cloned().unwrap_or_default();
            required(
                &parameters,
                "url",
                "interactive['action']['parameters']['url']",
            )?;
            required(
                &parameters,
                "display_text",
                "interactive['action']['parameters']['display_text']",
            )?;
            at_most(&parameters, "display_text", 20)
        }
        _ => Ok(()),
    }
}

fn reply_buttons(action: &Value) -> Checked {
    let buttons = items(action, "buttons");
    if buttons.is_empty() || buttons.len() > 3 {
        return Err(GraphError::invalid(
            "interactive['action']['buttons'] must hold 1 to 3 buttons",
        ));
    }
    let mut seen = Vec::new();
    for button in buttons {
        let reply = button.get("reply").unwrap_or(&Value::Null);
        required(reply, "id", "reply['id']")?;
        required(reply, "title", "reply['title']")?;
        at_most(reply, "id", 256)?;
        at_most(reply, "title", 20)?;
        for word in [("id", words(reply, "id")), ("title", words(reply, "title"))] {
            if seen.contains(&word) {
                return Err(GraphError::invalid(&format!(
                    "button {}s must be unique",
                    word.0
                )));
            }
            seen.push(word);
        }
    }
    Ok(())
}

fn list_rows(action: &Value) -> Checked {
    required(action, "button", "interactive['action']['button']")?;
    at_most(action, "button", 20)?;
    let sections = items(action, "sections");
    let rows: Vec<_> = sections
        .iter()
        .flat_map(|section| items(section, "rows"))
        .collect();
    if sections.len() > 10 || rows.is_empty() || rows.len() > 10 {
        return Err(GraphError::invalid(
            "interactive['action']['sections'] must hold 1 to 10 rows in total",
        ));
    }
    for section in sections {
        at_most(section, "title", 24)?;
        if sections.len() > 1 {
            required(section, "title", "sections['title']")?;
        }
    }
    for row in rows {
        required(row, "id", "rows['id']")?;
        required(row, "title", "rows['title']")?;
        at_most(row, "id", 200)?;
        at_most(row, "title", 24)?;
        at_most(row, "description", 72)?;
    }
    Ok(())
}

fn items<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}
