//! Buttons and lists, as the sub-objects of `message_created` show them. Pure.
//!
//! The original writes `metadata` of a list as JSON in a text and of buttons as an object. Both
//! kinds are shown for what we sent and for what a customer chose; of a choice only what was
//! chosen is known.

use dragoman_core::Raw;
use serde_json::{Value, json};

/// What stands for an interactive message.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// `messageInteractiveList`.
    pub(super) list: Option<Value>,
    /// `messageReplyButton`.
    pub(super) buttons: Option<Value>,
}

/// What we sent: the provider's `interactive` object. Kinds other than buttons and lists have no
/// place in the original.
pub(super) fn sent(raw: &Raw) -> Shown {
    let sent: Value = serde_json::from_str(raw.as_str()).unwrap_or_default();
    match sent["type"].as_str() {
        Some("list") => Shown {
            list: Some(list(&menu(&sent))),
            ..Shown::default()
        },
        Some("button") => Shown {
            buttons: Some(buttons(content(&sent), choices(&sent))),
            ..Shown::default()
        },
        Some(_) | None => Shown::default(),
    }
}

/// What a customer chose: the provider's `interactive` object.
pub(super) fn chosen(raw: &Raw) -> Shown {
    let chosen: Value = serde_json::from_str(raw.as_str()).unwrap_or_default();
    let (row, button) = (&chosen["list_reply"], &chosen["button_reply"]);
    Shown {
        list: row.is_object().then(|| {
            let section = json!({ "title": null, "subtitle": null, "items": [item(row)] });
            list(
                &json!({ "header": null, "body": row["title"], "buttons": [],
                "sections": [section] }),
            )
        }),
        buttons: button
            .is_object()
            .then(|| buttons(only(&button["title"]), vec![option(button)])),
    }
}

/// What a customer chose of a template's quick replies.
pub(super) fn quick_reply(label: &str, payload: Option<&str>) -> Value {
    let button = json!({ "title": label, "id": payload });
    buttons(only(&button["title"]), vec![option(&button)])
}

fn list(menu: &Value) -> Value {
    json!({ "metadata": menu.to_string() })
}

fn menu(sent: &Value) -> Value {
    let action = &sent["action"];
    let sections = each(&action["sections"], |section| {
        json!({
            "title": section["title"],
            "subtitle": null,
            "items": each(&section["rows"], item),
        })
    });
    json!({
        "header": sent["header"]["text"],
        "body": sent["body"]["text"],
        "buttons": [{ "title": action["button"] }],
        "sections": sections,
    })
}

fn item(row: &Value) -> Value {
    json!({ "header": row["title"], "description": row["description"] })
}

fn buttons(content: Value, options: Vec<Value>) -> Value {
    let metadata = json!({ "type": "quick_reply", "content": content, "options": options });
    json!({ "metadata": metadata })
}

/// Text above and below, and the file at the top.
fn content(sent: &Value) -> Value {
    let header = &sent["header"];
    let kind = header["type"].as_str().unwrap_or_default();
    let mut content = only(&sent["body"]["text"]);
    content["header"] = header["text"].clone();
    content["caption"] = sent["footer"]["text"].clone();
    content["url"] = header[kind]["link"].clone();
    content["filename"] = header[kind]["filename"].clone();
    content
}

/// A text and nothing else.
fn only(text: &Value) -> Value {
    json!({ "url": null, "text": text, "header": null, "caption": null, "filename": null,
        "contentType": null })
}

fn choices(sent: &Value) -> Vec<Value> {
    each(&sent["action"]["buttons"], |button| {
        option(&button["reply"])
    })
}

/// A button; `postback_text` is what the business put behind it.
fn option(button: &Value) -> Value {
    json!({ "type": "text", "title": button["title"], "postback_url": null,
        "postback_text": button["id"] })
}

fn each(list: &Value, shown: impl Fn(&Value) -> Value) -> Vec<Value> {
    let list = list.as_array().map_or(&[][..], Vec::as_slice);
    list.iter().map(shown).collect()
}
