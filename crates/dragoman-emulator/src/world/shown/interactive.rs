//! Messages with buttons, lists and links, and the answers to them.

use serde_json::Value;

use super::media::header;
use super::{Button, Shown};
use crate::world::words;

pub(super) fn shown(content: &Value) -> Shown {
    let body = content
        .get("body")
        .map(|body| words(body, "text"))
        .unwrap_or_default();
    let kind = words(content, "type");
    let reply = content.get(&kind).unwrap_or(&Value::Null);
    let text = match kind.as_str() {
        "button_reply" | "list_reply" => words(reply, "title"),
        "nfm_reply" => words(reply, "body"),
        _ if body.is_empty() => format!("[interactive {kind}]"),
        _ => body,
    };
    let action = content.get("action").unwrap_or(&Value::Null);
    let (header, media) = content.get("header").map(header).unwrap_or_default();
    Shown {
        text,
        header,
        media,
        footer: content.get("footer").map(|footer| words(footer, "text")),
        buttons: action_buttons(&kind, action),
        ..Shown::default()
    }
}

fn action_buttons(kind: &str, action: &Value) -> Vec<Button> {
    let list = |value: &Value, key: &str| {
        value
            .get(key)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    match kind {
        "button" => list(action, "buttons")
            .iter()
            .filter_map(|button| button.get("reply"))
            .map(|reply| Button {
                kind: "reply",
                text: words(reply, "title"),
                id: Some(words(reply, "id")),
                ..Button::default()
            })
            .collect(),
        "list" => list(action, "sections")
            .iter()
            .flat_map(|section| list(section, "rows"))
            .map(|row| Button {
                kind: "list",
                text: words(&row, "title"),
                id: Some(words(&row, "id")),
                ..Button::default()
            })
            .collect(),
        "cta_url" => action
            .get("parameters")
            .map(|parameters| Button {
                kind: "url",
                text: words(parameters, "display_text"),
                url: Some(words(parameters, "url")),
                ..Button::default()
            })
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}
