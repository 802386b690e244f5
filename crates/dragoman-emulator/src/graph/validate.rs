//! Whether a message may be taken: shape, limits and template parameters. Pure.

use serde_json::Value;

use super::GraphError;
use super::template_rules;
use crate::world::{MEDIA_KINDS, World, is_bsuid, normalise, words};

type Checked = Result<(), GraphError>;

/// A request that is shaped like a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Checkable {
    pub(crate) kind: String,
    /// As it was written, for the answer.
    pub(crate) input: String,
    /// The customer's id.
    pub(crate) customer: String,
}

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

/// Who gets what; enough to know which faults apply.
pub(crate) fn address(body: &Value) -> Result<Checkable, GraphError> {
    if !body.is_object() {
        return Err(GraphError::parameter("Invalid parameter"));
    }
    match body
        .get("messaging_product")
        .map(|_| words(body, "messaging_product"))
    {
        None => {
            return Err(GraphError::parameter(
                "The parameter messaging_product is required.",
            ));
        }
        Some(product) if product != "whatsapp" => {
            return Err(GraphError::parameter(
                "Param messaging_product must be one of {WHATSAPP}",
            ));
        }
        Some(_) => {}
    }
    let recipient_type = words(body, "recipient_type");
    if !recipient_type.is_empty() && !recipient_type.eq_ignore_ascii_case("individual") {
        return Err(GraphError::known(131_002).with("Only individual recipients are served here."));
    }
    let input = ["to", "recipient"]
        .iter()
        .map(|key| words(body, key))
        .find(|value| !value.is_empty());
    let Some(input) = input else {
        return Err(GraphError::parameter("The parameter to is required."));
    };
    let Some(customer) = normalise(&input) else {
        return Err(invalid("to is neither a phone number nor a user id"));
    };
    let kind = words(body, "type").to_ascii_lowercase();
    Ok(Checkable {
        kind: if kind.is_empty() {
            "text".to_owned()
        } else {
            kind
        },
        input,
        customer,
    })
}

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
        return Err(missing(kind));
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
        "interactive" => interactive(content),
        "template" => template_rules::check(content, phone_number_id, strict, world),
        _ => media(kind, content),
    }
}

pub(super) fn media(kind: &str, content: &Value) -> Checked {
    let given = |key: &str| !words(content, key).is_empty();
    match (given("id"), given("link")) {
        (false, false) => return Err(missing(&format!("{kind}['link'] or {kind}['id']"))),
        (true, true) => return Err(invalid(&format!("{kind} takes either id or link"))),
        (true, false) => {}
        (false, true) => {
            let link = words(content, "link");
            if !link.starts_with("http://") && !link.starts_with("https://") {
                return Err(invalid(&format!(
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
        return Err(invalid("contacts must hold 1 to 257 contacts"));
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

fn interactive(content: &Value) -> Checked {
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
        return Err(missing("interactive['action']"));
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
        return Err(invalid(
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
                return Err(invalid(&format!("button {}s must be unique", word.0)));
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
        return Err(invalid(
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

fn required(value: &Value, key: &str, name: &str) -> Checked {
    if words(value, key).is_empty() {
        Err(missing(name))
    } else {
        Ok(())
    }
}

fn at_most(value: &Value, key: &str, limit: usize) -> Checked {
    let length = words(value, key).chars().count();
    if length > limit {
        return Err(invalid(&format!(
            "{key} must be at most {limit} characters long, not {length}"
        )));
    }
    Ok(())
}

pub(super) fn missing(name: &str) -> GraphError {
    GraphError::known(131_008).with(format!("Parameter {name} is required"))
}

pub(super) fn invalid(details: &str) -> GraphError {
    GraphError::known(131_009).with(details)
}

/// The answer's form for a recipient.
pub(crate) fn contact(checkable: &Checkable, wa_id: Option<&str>) -> Value {
    if is_bsuid(&checkable.customer) {
        return serde_json::json!({"input": checkable.input, "user_id": checkable.customer});
    }
    serde_json::json!({"input": checkable.input, "wa_id": wa_id.unwrap_or(&checkable.customer)})
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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

    #[test]
    fn the_product_and_the_recipient_are_needed() {
        assert_eq!(address(&json!({"to": "1"})).unwrap_err().code, 100);
        assert_eq!(
            address(&json!({"messaging_product": "whatsapp"}))
                .unwrap_err()
                .code,
            100
        );
        assert_eq!(address(&json!([])).unwrap_err().code, 100);
    }
}
