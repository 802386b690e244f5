//! What customers can choose from.

use serde_json::{Value, json};

use super::media;
use crate::support::dice::Dice;

/// An `interactive` object of this type.
pub(super) fn object(dice: &mut Dice, kind: &str) -> Value {
    let action = action(dice, kind);
    let mut object = json!({ "type": kind, "action": action });
    let body = json!({ "text": dice.text(1024) });
    if kind == "product" {
        dice.optional(&mut object, "body", body);
    } else {
        object["body"] = body;
    }
    let footer = json!({ "text": dice.text(60) });
    let footer = dice.one_of(&[footer, json!({ "text": "" }), json!({ "text": null })]);
    dice.optional(&mut object, "footer", footer);
    let header = header(dice, kind);
    if kind == "product_list" {
        object["header"] = header;
    } else {
        dice.optional(&mut object, "header", header);
    }
    object
}

/// Mostly one that goes with the type.
fn header(dice: &mut Dice, kind: &str) -> Value {
    let any = matches!(kind, "button" | "flow") || dice.roll(20) == 0;
    let words: &[&str] = if any {
        &["text", "image", "video", "document"]
    } else {
        &["text"]
    };
    match dice.one_of(words) {
        "text" => json!({ "type": "text", "text": dice.text(60) }),
        word => json!({ "type": word, word: media(dice, word) }),
    }
}

fn action(dice: &mut Dice, kind: &str) -> Value {
    match kind {
        "button" => {
            let buttons = (0..dice.count(3)).map(|_| button(dice)).collect();
            json!({ "buttons": dice.list(buttons) })
        }
        "list" => json!({ "button": dice.text(20), "sections": sections(dice, "rows", 10, row) }),
        "product" => json!({ "catalog_id": dice.number(1000),
            "product_retailer_id": dice.text(100) }),
        "product_list" => json!({ "catalog_id": dice.number(1000),
            "sections": sections(dice, "product_items", 30, product) }),
        "catalog_message" => {
            let mut action = json!({ "name": "catalog_message" });
            let thumbnail = json!({ "thumbnail_product_retailer_id": dice.text(100) });
            dice.optional(&mut action, "parameters", thumbnail);
            action
        }
        "flow" => json!({ "name": "flow", "parameters": flow(dice) }),
        "location_request_message" => json!({ "name": "send_location" }),
        _ => json!({ "name": "address_message", "parameters": address(dice) }),
    }
}

fn button(dice: &mut Dice) -> Value {
    json!({ "type": "reply", "reply": { "id": id(dice, 256), "title": dice.text(20) } })
}

/// Programs also number what can be chosen.
fn id(dice: &mut Dice, most: usize) -> Value {
    match dice.roll(20) {
        0 => json!(" a "),
        1..=4 => dice.number(100),
        _ => json!(dice.text(most)),
    }
}

/// Sections whose entries are together sometimes as many as there may be.
fn sections(dice: &mut Dice, key: &str, most: usize, entry: fn(&mut Dice) -> Value) -> Value {
    let sections = dice.count(10).min(most);
    let mut left = dice.count(most);
    let entries = (0..sections).map(|n| {
        let share = left.div_ceil(sections - n);
        left -= share;
        let entries = (0..share).map(|_| entry(dice)).collect();
        let mut section = json!({ key: dice.list(entries) });
        let title = json!(dice.text(24));
        if sections > 1 {
            section["title"] = title;
        } else {
            dice.optional(&mut section, "title", title);
        }
        section
    });
    let entries = entries.collect();
    dice.list(entries)
}

fn row(dice: &mut Dice) -> Value {
    let mut row = json!({ "id": id(dice, 200), "title": dice.text(24) });
    let description = json!(dice.text(72));
    dice.optional(&mut row, "description", description);
    row
}

fn product(dice: &mut Dice) -> Value {
    json!({ "product_retailer_id": dice.text(100) })
}

fn flow(dice: &mut Dice) -> Value {
    let version = dice.one_of(&[json!("3"), json!(3), json!("3"), json!("4")]);
    let named = dice.one_of(&["flow_id", "flow_name"]);
    let mut flow = json!({ "flow_message_version": version, named: dice.number(1000),
        "flow_cta": dice.letters(30) });
    dice.optional(&mut flow, "flow_token", json!("t"));
    let mode = json!(dice.one_of(&["draft", "published"]));
    dice.optional(&mut flow, "mode", mode);
    let does = json!(dice.one_of(&["navigate", "navigate", "data_exchange"]));
    dice.optional(&mut flow, "flow_action", does);
    let mut payload = json!({});
    dice.optional(&mut payload, "screen", json!("FIRST"));
    dice.optional(&mut payload, "data", json!({ "a": [null, 1, ""] }));
    dice.optional(&mut flow, "flow_action_payload", payload);
    flow
}

fn address(dice: &mut Dice) -> Value {
    let mut address = json!({ "country": dice.one_of(&["IN", "SG", "NL"]) });
    dice.optional(&mut address, "values", json!({ "name": "K" }));
    let saved = json!([{ "id": "1", "value": { "name": "K" } }]);
    dice.optional(&mut address, "saved_addresses", saved);
    address
}
