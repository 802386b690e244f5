//! Every limit, at it and one past it.

mod content;
mod interactive;
mod lengths;
mod templates;

use serde_json::{Value, json};

use super::*;
use crate::graph::address::address;
use crate::world::{Entry, fill};

const PEER: &str = "316";

/// A number with one upload of each kind, one customer who wrote, and one template.
fn world() -> World {
    let mut world = World::default();
    for (id, mime) in [("11", "image/png"), ("12", "audio/ogg; codecs=opus")] {
        let media = json!({
            "id": id, "phone_number_id": "1", "at": 0, "mime": mime, "sha256": "", "bytes": 4,
        });
        world.apply(Entry::Media(serde_json::from_value(media).unwrap()));
    }
    let wrote = json!({"wrote": {
        "at": 0, "phone_number_id": "1", "customer": PEER, "wamid": "wamid.Q",
        "message": {"type": "text", "text": {"body": "Hi"}},
    }});
    world.apply(serde_json::from_value(wrote).unwrap());
    let template = json!({
        "id": "9", "waba_id": "2", "name": "offer", "language": "en", "category": "MARKETING",
        "parameter_format": "POSITIONAL",
        "components": [
            {"type": "HEADER", "format": "IMAGE"},
            {"type": "BODY", "text": "Hello {{1}}, {{2}}"},
            {"type": "BUTTONS", "buttons": [
                {"type": "QUICK_REPLY", "text": "Yes"},
                {"type": "URL", "text": "Look", "url": "https://shop.example/{{1}}"},
                {"type": "COPY_CODE", "example": "X"},
            ]},
        ],
    });
    world.apply(Entry::Template(serde_json::from_value(template).unwrap()));
    world
}

fn judged(mut body: Value, now_ms: u64) -> u32 {
    body["messaging_product"] = json!("whatsapp");
    body["to"] = json!("+31 6");
    let world = world();
    let scene = Scene {
        phone_number_id: "1",
        strict: true,
        now: UnixMillis(now_ms),
        world: &world,
    };
    let checked = address(&body).and_then(|checkable| content(&body, &checkable, scene));
    checked.err().map_or(0, |error| error.code)
}

fn code(body: &Value) -> u32 {
    judged(body.clone(), 0)
}

/// `{{x}}` is filled with so many characters: as many as fit, and one more.
fn limited(limit: usize, body: &Value, past: u32) {
    let with = |length: usize| -> Value {
        let filler = json!({"parameter_name": "x", "text": "x".repeat(length)});
        serde_json::from_str(&fill(&body.to_string(), &[filler])).unwrap()
    };
    assert_eq!(code(&with(limit)), 0, "{body} at {limit}");
    assert_eq!(code(&with(limit + 1)), past, "{body} past {limit}");
}

fn interactive_message(content: Value) -> Value {
    json!({"type": "interactive", "interactive": content})
}

fn button(id: &str, title: &str) -> Value {
    json!({"type": "reply", "reply": {"id": id, "title": title}})
}

fn buttons(buttons: Value) -> Value {
    interactive_message(
        json!({"type": "button", "body": {"text": "?"}, "action": {"buttons": buttons}}),
    )
}

fn list(sections: Value) -> Value {
    interactive_message(json!({
        "type": "list", "body": {"text": "?"}, "action": {"button": "Menu", "sections": sections},
    }))
}

fn products(sections: Value) -> Value {
    interactive_message(json!({
        "type": "product_list", "header": {"type": "text", "text": "Shop"}, "body": {"text": "?"},
        "action": {"catalog_id": "7", "sections": sections},
    }))
}

fn link(url: &str) -> Value {
    interactive_message(json!({
        "type": "cta_url", "body": {"text": "?"},
        "action": {"name": "cta_url", "parameters": {"display_text": "Go", "url": url}},
    }))
}

fn flow(parameters: Value) -> Value {
    let mut all = json!({"flow_message_version": "3", "flow_cta": "Book"});
    for (key, value) in parameters.as_object().unwrap() {
        all[key] = value.clone();
    }
    interactive_message(json!({
        "type": "flow", "body": {"text": "?"}, "action": {"name": "flow", "parameters": all},
    }))
}

fn template_message(components: Value) -> Value {
    json!({"type": "template", "template": {
        "name": "offer", "language": {"code": "en"}, "components": components,
    }})
}
