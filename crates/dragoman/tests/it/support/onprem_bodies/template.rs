//! Templates of the demo, filled in rightly and wrongly.

use serde_json::{Value, json};

use super::media;
use crate::support::dice::Dice;

/// A template, what its header is, and how many values its body takes.
const TEMPLATES: [(&str, Option<&str>, usize); 6] = [
    ("demo_single", None, 1),
    ("demo_multi", None, 3),
    ("demo_image", Some("image"), 1),
    ("demo_document", Some("document"), 1),
    ("demo_video", Some("video"), 1),
    ("nobody_made_this", None, 1),
];

pub(super) fn template(dice: &mut Dice) -> Value {
    let (name, header, values) = dice.one_of(&TEMPLATES);
    let mut components = Vec::new();
    if let Some(kind) = header {
        components.push(head(dice, kind));
    }
    let values = count(dice, values);
    let values = (0..values).map(|_| value(dice)).collect();
    let word = dice.one_of(&["body", "BODY"]);
    components.push(json!({ "type": word, "parameters": dice.list(values) }));
    components.extend(button(dice));
    let language = dice.one_of(&[
        json!({ "policy": "deterministic", "code": "en" }),
        json!({ "policy": null, "code": "en" }),
        json!("en"),
        json!(""),
        json!({ "code": "xx" }),
    ]);
    let mut template = json!({ "name": name, "language": language });
    dice.optional(&mut template, "namespace", json!("any"));
    template["components"] = dice.list(components);
    template
}

/// Mostly as many as there should be.
fn count(dice: &mut Dice, right: usize) -> usize {
    match dice.roll(10) {
        0 => right + 1,
        _ => right,
    }
}

/// In today's shape, or in the one of 2021.
fn head(dice: &mut Dice, kind: &str) -> Value {
    let file = media(dice, kind);
    let parameter = if dice.roll(3) == 0 {
        let mut file = file;
        file["type"] = kind.into();
        file
    } else {
        json!({ "type": kind, kind: file })
    };
    json!({ "type": "header", "parameters": dice.list(vec![parameter]) })
}

fn value(dice: &mut Dice) -> Value {
    match dice.roll(6) {
        0 => json!({ "type": "currency", "currency": { "fallback_value": "€ 1", "code": "EUR",
            "amount_1000": dice.number(9000) } }),
        1 => json!({ "type": "date_time", "date_time": { "fallback_value": "May",
            "day_of_week": 1 + dice.roll(7), "hour": dice.number(24), "calendar": "" } }),
        2 => json!({ "type": "text", "text": dice.number(100) }),
        3 => json!({ "type": "text", "text": dice.one_of(&["a\nb", "a     b", "a\tb", " "]) }),
        _ => json!({ "type": "text", "text": dice.text(900) }),
    }
}

/// Those of the demo's templates that have a button have a quick reply.
fn button(dice: &mut Dice) -> Option<Value> {
    let sub_type = match dice.roll(8) {
        0 => "url",
        1..=3 => "quick_reply",
        _ => return None,
    };
    let parameters = match sub_type {
        "url" => json!([{ "type": "text", "text": dice.text(100) }]),
        _ => dice.one_of(&[
            json!([]),
            json!([{ "type": "payload", "payload": "p" }]),
            json!({ "type": "payload", "payload": 7 }),
        ]),
    };
    let index = dice.one_of(&[json!(0), json!("0"), json!(0), json!(9)]);
    Some(
        json!({ "type": "button", "sub_type": sub_type, "index": index,
        "parameters": parameters }),
    )
}

pub(super) fn hsm(dice: &mut Dice) -> Value {
    let values = (0..count(dice, 1)).map(|_| {
        let mut value = json!({ "default": dice.text(900) });
        let amount = json!({ "currency_code": "EUR", "amount_1000": 1000 });
        dice.optional(&mut value, "currency", amount);
        value
    });
    let values = values.collect();
    let policy = dice.one_of(&["deterministic", "fallback"]);
    json!({ "namespace": "any", "element_name": "demo_single",
        "language": { "policy": policy, "code": "en" },
        "localizable_params": dice.list(values) })
}
