//! Messages with buttons, lists, products and forms, and the answers to them.

use serde_json::Value;

use super::media::header;
use super::{Button, Product, Shown};
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
        "product" => body,
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
        buttons: buttons(&kind, action),
        menu: (kind == "list").then(|| words(action, "button")),
        products: products(&kind, action),
        ..Shown::default()
    }
}

fn buttons(kind: &str, action: &Value) -> Vec<Button> {
    let none = Value::Null;
    let parameters = action.get("parameters").unwrap_or(&none);
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
        "list" => list(action, "sections").iter().flat_map(rows).collect(),
        "cta_url" => vec![Button {
            kind: "url",
            text: words(parameters, "display_text"),
            url: Some(words(parameters, "url")),
            ..Button::default()
        }],
        "flow" => vec![Button {
            kind: "flow",
            text: words(parameters, "flow_cta"),
            id: Some(words(parameters, "flow_token")),
            payload: Some(screen(parameters)),
            ..Button::default()
        }],
        "location_request_message" => vec![Button {
            kind: "location",
            text: "Send location".to_owned(),
            ..Button::default()
        }],
        "address_message" => vec![Button {
            kind: "address",
            text: "Provide address".to_owned(),
            payload: parameters.get("values").map(Value::to_string),
            ..Button::default()
        }],
        "catalog_message" => vec![Button {
            kind: "catalog",
            text: "View catalog".to_owned(),
            ..Button::default()
        }],
        "product" | "product_list" => vec![Button {
            kind: "catalog",
            text: "View items".to_owned(),
            id: Some(words(action, "catalog_id")),
            ..Button::default()
        }],
        _ => Vec::new(),
    }
}

fn rows(section: &Value) -> Vec<Button> {
    let title = Some(words(section, "title")).filter(|title| !title.is_empty());
    let rows = list(section, "rows").iter();
    rows.map(|row| Button {
        kind: "list",
        text: words(row, "title"),
        id: Some(words(row, "id")),
        description: Some(words(row, "description")).filter(|text| !text.is_empty()),
        section: title.clone(),
        ..Button::default()
    })
    .collect()
}

/// Where a flow begins, or what it is called.
fn screen(parameters: &Value) -> String {
    let payload = parameters.get("flow_action_payload");
    let names = [
        payload
            .map(|payload| words(payload, "screen"))
            .unwrap_or_default(),
        words(parameters, "flow_name"),
        words(parameters, "flow_id"),
    ];
    let mut named = names.into_iter().filter(|name| !name.is_empty());
    named.next().unwrap_or_default()
}

fn products(kind: &str, action: &Value) -> Vec<Product> {
    let product = |item: &Value, section: Option<String>| Product {
        id: words(item, "product_retailer_id"),
        section,
    };
    match kind {
        "product" => vec![product(action, None)],
        "product_list" => list(action, "sections")
            .iter()
            .flat_map(|section| {
                let title = Some(words(section, "title")).filter(|title| !title.is_empty());
                let items = list(section, "product_items").iter();
                items
                    .map(|item| product(item, title.clone()))
                    .collect::<Vec<_>>()
            })
            .collect(),
        "catalog_message" => {
            let shown = action.get("parameters").unwrap_or(&Value::Null);
            let id = words(shown, "thumbnail_product_retailer_id");
            let id = if id.is_empty() { "item".to_owned() } else { id };
            vec![Product { id, section: None }]
        }
        _ => Vec::new(),
    }
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_shows_its_rows_in_their_sections() {
        let shown = shown(&json!({
            "type": "list", "body": {"text": "?"},
            "action": {"button": "Menu", "sections": [
                {"title": "Hot", "rows": [{"id": "1", "title": "Tea", "description": "Green"}]},
                {"title": "Cold", "rows": [{"id": "2", "title": "Water"}]},
            ]},
        }));
        assert_eq!(shown.menu.as_deref(), Some("Menu"));
        assert_eq!(
            serde_json::to_value(shown.buttons).unwrap(),
            json!([
                {"kind": "list", "text": "Tea", "id": "1", "description": "Green", "section": "Hot"},
                {"kind": "list", "text": "Water", "id": "2", "section": "Cold"},
            ])
        );
    }

    #[test]
    fn a_flow_shows_where_it_begins() {
        for (parameters, payload) in [
            (
                json!({"flow_id": "7", "flow_action_payload": {"screen": "DATE"}}),
                "DATE",
            ),
            (json!({"flow_name": "booking"}), "booking"),
            (json!({"flow_id": "7"}), "7"),
        ] {
            let action = json!({"parameters": parameters});
            let [button] = &buttons("flow", &action)[..] else {
                panic!("one button")
            };
            assert_eq!(button.payload.as_deref(), Some(payload));
        }
    }

    #[test]
    fn products_are_shown_by_their_ids() {
        let shown = shown(&json!({
            "type": "product_list", "body": {"text": "?"},
            "action": {"catalog_id": "c", "sections": [{"title": "New", "product_items": [{"product_retailer_id": "sku"}]}]},
        }));
        assert_eq!(
            serde_json::to_value(shown.products).unwrap(),
            json!([{"id": "sku", "section": "New"}])
        );
        assert_eq!(shown.buttons[0].id.as_deref(), Some("c"));
    }
}
