//! The request bodies that Callbell's documents print, in our words.

use serde_json::{Value, json};

/// The template uuid of every template sample.
pub(crate) const TEMPLATE: &str = "d980fb66fd5043d3ace1aa06ba044342";

fn to_demo_customer(rest: &Value) -> Value {
    let mut body = json!({ "to": "+31612345678", "from": "whatsapp" });
    let (Value::Object(body_map), Value::Object(rest)) = (&mut body, rest) else {
        unreachable!("both are objects")
    };
    body_map.extend(rest.clone());
    body
}

pub(crate) fn text(text: &str) -> Value {
    to_demo_customer(&json!({ "type": "text", "content": { "text": text } }))
}

pub(crate) fn file(kind: &str, url: &str) -> Value {
    to_demo_customer(&json!({ "type": kind, "content": { "url": url } }))
}

pub(crate) fn captioned_image() -> Value {
    let content =
        json!({ "url": "https://example.com/my_image.jpeg", "text": "This is my caption" });
    to_demo_customer(&json!({ "type": "image", "content": content }))
}

pub(crate) fn template(kind: &str, url: Option<&str>) -> Value {
    let mut content = json!({ "text": "John Doe" });
    if let Some(url) = url {
        content["url"] = url.into();
    }
    let rest = json!({ "type": kind, "content": content, "template_uuid": TEMPLATE, "optin_contact": true });
    to_demo_customer(&rest)
}
