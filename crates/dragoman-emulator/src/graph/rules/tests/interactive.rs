//! Interactive messages of every type.

use serde_json::{Value, json};

use super::*;

#[test]
fn interactive_messages_have_what_their_type_needs() {
    let of = |kind: &str, action: Value| {
        interactive_message(json!({"type": kind, "body": {"text": "?"}, "action": action}))
    };
    let pictured = |header: Value| {
        let mut body = buttons(json!([button("y", "Yes")]));
        body["interactive"]["header"] = header;
        body
    };
    let rows = json!([{"rows": [{"id": "1", "title": "One"}]}]);
    let mut list_with_picture = list(rows.clone());
    list_with_picture["interactive"]["header"] = json!({"type": "image", "image": {"id": "11"}});
    let mut headless = products(json!([{"product_items": [{"product_retailer_id": "a"}]}]));
    headless["interactive"]
        .as_object_mut()
        .unwrap()
        .remove("header");
    let untitled =
        json!([{"rows": [{"id": "1", "title": "One"}]}, {"rows": [{"id": "2", "title": "Two"}]}]);
    for (body, expected) in [
        (of("poll", json!({})), 131_009),
        (
            interactive_message(json!({"type": "button", "body": {"text": "?"}})),
            131_008,
        ),
        (
            interactive_message(json!({"type": "button", "action": {"buttons": []}})),
            131_008,
        ),
        (
            buttons(json!([button("y", "Yes"), button("y", "No")])),
            131_009,
        ),
        (
            buttons(json!([button("y", "Yes"), button("n", "Yes")])),
            131_009,
        ),
        (buttons(json!([button(" y", "Yes")])), 131_009),
        (
            buttons(json!([{"type": "url", "reply": {"id": "y", "title": "Yes"}}])),
            131_009,
        ),
        (pictured(json!({"type": "image", "image": {"id": "11"}})), 0),
        (
            pictured(json!({"type": "image", "image": {"id": "99"}})),
            131_009,
        ),
        (
            pictured(json!({"type": "audio", "audio": {"id": "12"}})),
            131_009,
        ),
        (list_with_picture, 131_009),
        (list(untitled), 131_008),
        (list(json!([{"rows": [{"title": "One"}]}])), 131_008),
        (link("https://shop.example/a?b"), 0),
        (link("https://192.0.2.1/a"), 131_009),
        (link("ftp://shop.example"), 131_009),
        (flow(json!({"flow_id": "1"})), 0),
        (
            flow(
                json!({"flow_name": "booking", "flow_action": "navigate", "flow_action_payload": {"screen": "A"}}),
            ),
            0,
        ),
        (flow(json!({})), 131_008),
        (flow(json!({"flow_id": "1", "flow_name": "b"})), 131_009),
        (
            flow(json!({"flow_id": "1", "flow_message_version": "2"})),
            131_009,
        ),
        (flow(json!({"flow_id": "1", "mode": "secret"})), 131_009),
        (
            flow(json!({"flow_id": "1", "flow_action_payload": {}})),
            131_008,
        ),
        (
            of("location_request_message", json!({"name": "send_location"})),
            0,
        ),
        (
            of("location_request_message", json!({"name": "guess"})),
            131_009,
        ),
        (
            of(
                "address_message",
                json!({"name": "address_message", "parameters": {"country": "IN"}}),
            ),
            0,
        ),
        (
            of(
                "address_message",
                json!({"name": "address_message", "parameters": {"country": "NL"}}),
            ),
            131_009,
        ),
        (of("catalog_message", json!({"name": "catalog_message"})), 0),
        (of("catalog_message", json!({})), 131_008),
        (
            interactive_message(
                json!({"type": "product", "action": {"catalog_id": "7", "product_retailer_id": "a"}}),
            ),
            0,
        ),
        (
            interactive_message(json!({"type": "product", "action": {"product_retailer_id": "a"}})),
            131_008,
        ),
        (headless, 131_008),
        (
            of(
                "call_permission_request",
                json!({"name": "call_permission_request"}),
            ),
            0,
        ),
    ] {
        assert_eq!(code(&body), expected, "{body}");
    }
}

#[test]
fn cards_of_a_carousel_look_alike() {
    let card = |index: usize, text: &str| {
        json!({
            "card_index": index, "type": "cta_url", "header": {"type": "image", "image": {"link": "https://a.example/b"}},
            "body": {"text": text},
            "action": {"name": "cta_url", "parameters": {"display_text": "Go", "url": "https://a.example"}},
        })
    };
    let carousel = |cards: Value| {
        interactive_message(
            json!({"type": "carousel", "body": {"text": "?"}, "action": {"cards": cards}}),
        )
    };
    limited(
        160,
        &carousel(json!([card(0, "{{x}}"), card(1, "b")])),
        131_009,
    );
    assert_eq!(code(&carousel(json!([card(0, "a")]))), 131_009);
    assert_eq!(
        code(&carousel(json!([card(0, "a"), card(0, "b")]))),
        131_009
    );
    assert_eq!(code(&carousel(json!([card(0, "a"), card(1, "\n\n")]))), 0);
    assert_eq!(
        code(&carousel(json!([card(0, "a"), card(1, "\n\n\n")]))),
        131_009
    );
}
