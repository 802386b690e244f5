//! Whether the content of a message may be taken: shape and limits. Pure.

mod interactive;
mod template;

use serde_json::Value;

use super::GraphError;
use super::address::Checkable;
use crate::world::{World, words};

type Checked = Result<(), GraphError>;

const KINDS: [&str; 11] = [
    "text",
    "image",
    "audio",
    "video",
    "document",
    "sticker",
    "location",
    "contacts",
    "reaction",
    "interactive",
    "template",
];

/// The rules for the content.
pub(crate) fn content(
    body: &Value,
    checkable: &Checkable,
    phone_number_id: &str,
    strict: bool,
    world: &World,
) -> Checked {
    let kind = checkable.kind.as_str();
    if !KINDS.contains(&kind) {
        return Err(
            GraphError::known(131_051).with(format!("Message type {kind} is not supported."))
        );
    }
    at_most(body, "biz_opaque_callback_data", 512)?;
    let Some(content) = body
        .get(kind)
        .filter(|content| content.is_object() || content.is_array())
    else {
        return Err(GraphError::missing(kind));
    };
    if let Some(context) = body.get("context") {
        required(context, "message_id", "context['message_id']")?;
    }
    match kind {
        "text" => {
            required(content, "body", "text['body']")?;
            at_most(content, "body", 4096)
        }
        "location" => {
            required(content, "latitude", "location['latitude']")?;
            required(content, "longitude", "location['longitude']")
        }
        "reaction" => required(content, "message_id", "reaction['message_id']"),
        "contacts" => contacts(content),
        "interactive" => interactive::check(content),
        "template" => {
            template::check(content, phone_number_id, strict, world)?;
            template::suits(content, &checkable.customer, phone_number_id, world)
        }
        _ => media(kind, content),
    }
}

fn media(kind: &str, content: &Value) -> Checked {
    let given = |key: &str| !words(content, key).is_empty();
    match (given("id"), given("link")) {
        (false, false) => {
            return Err(GraphError::missing(&format!(
                "{kind}['link'] or {kind}['id']"
            )));
        }
        (true, true) => {
            return Err(GraphError::invalid(&format!(
                "{kind} takes either id or link"
            )));
        }
        (true, false) => {}
        (false, true) => {
            let link = words(content, "link");
            if !link.starts_with("http://") && !link.starts_with("https://") {
                return Err(GraphError::invalid(&format!(
                    "{kind}['link'] must begin with http:// or https://"
                )));
            }
        }
    }
    at_most(content, "caption", 1024)
}

fn contacts(content: &Value) -> Checked {
    let cards = content.as_array().map_or(&[][..], Vec::as_slice);
    if cards.is_empty() || cards.len() > 257 {
        return Err(GraphError::invalid("contacts must hold 1 to 257 contacts"));
    }
    for card in cards {
        required(
            card.get("name").unwrap_or(&Value::Null),
            "formatted_name",
            "contacts['name']['formatted_name']",
        )?;
    }
    Ok(())
}

fn required(value: &Value, key: &str, name: &str) -> Checked {
    if words(value, key).is_empty() {
        Err(GraphError::missing(name))
    } else {
        Ok(())
    }
}

fn at_most(value: &Value, key: &str, limit: usize) -> Checked {
    let length = words(value, key).chars().count();
    if length > limit {
        return Err(GraphError::invalid(&format!(
            "{key} must be at most {limit} characters long, not {length}"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::graph::address::address;

    fn code(mut body: Value) -> u32 {
        body["messaging_product"] = json!("whatsapp");
        body["to"] = json!("+31 6");
        let checked = address(&body)
            .and_then(|checkable| content(&body, &checkable, "1", false, &World::default()));
        checked.err().map_or(0, |error| error.code)
    }

    #[test]
    fn content_is_refused_by_code() {
        for (body, expected) in [
            (json!({"text": {"body": "Hi"}}), 0),
            (json!({"type": "text"}), 131_008),
            (json!({"type": "text", "text": {}}), 131_008),
            (
                json!({"type": "text", "text": {"body": "x".repeat(4097)}}),
                131_009,
            ),
            (json!({"type": "poll", "poll": {}}), 131_051),
            (json!({"type": "image", "image": {}}), 131_008),
            (
                json!({"type": "image", "image": {"link": "https://a/b.jpg", "id": "1"}}),
                131_009,
            ),
            (
                json!({"type": "image", "image": {"link": "file:///etc"}}),
                131_009,
            ),
            (json!({"type": "audio", "audio": {"id": "1"}}), 0),
            (json!({"type": "contacts", "contacts": []}), 131_009),
        ] {
            assert_eq!(code(body.clone()), expected, "{body}");
        }
    }
}
