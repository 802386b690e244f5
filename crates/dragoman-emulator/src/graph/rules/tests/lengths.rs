//! Lengths and numbers, at the limit and one past it.

use serde_json::{Value, json};

use super::*;

#[test]
fn texts_keep_their_length() {
    limited(4096, &json!({"text": {"body": "{{x}}"}}), 131_009);
    limited(
        512,
        &json!({"text": {"body": "Hi"}, "biz_opaque_callback_data": "{{x}}"}),
        131_009,
    );
    for kind in ["image", "video", "document"] {
        let body = json!({"type": kind, kind: {"link": "https://a/b", "caption": "{{x}}"}});
        limited(1024, &body, 131_009);
    }
    limited(256, &buttons(json!([button("{{x}}", "Yes")])), 131_009);
    limited(20, &buttons(json!([button("y", "{{x}}")])), 131_009);
    let row = |row: Value| list(json!([{"rows": [row]}]));
    limited(200, &row(json!({"id": "{{x}}", "title": "One"})), 131_009);
    limited(24, &row(json!({"id": "1", "title": "{{x}}"})), 131_009);
    limited(
        72,
        &row(json!({"id": "1", "title": "One", "description": "{{x}}"})),
        131_009,
    );
    limited(
        24,
        &list(json!([{"title": "{{x}}", "rows": [{"id": "1", "title": "One"}]}])),
        131_009,
    );
    limited(
        100,
        &products(json!([{"product_items": [{"product_retailer_id": "{{x}}"}]}])),
        131_009,
    );
    limited(
        30,
        &flow(json!({"flow_id": "1", "flow_cta": "{{x}}"})),
        131_009,
    );
    for (limit, mut body) in [
        (1024, json!({"type": "button", "body": {"text": "{{x}}"}})),
        (
            60,
            json!({"type": "button", "body": {"text": "?"}, "footer": {"text": "{{x}}"}}),
        ),
        (
            60,
            json!({"type": "button", "body": {"text": "?"}, "header": {"type": "text", "text": "{{x}}"}}),
        ),
    ] {
        body["action"] = json!({"buttons": [button("y", "Yes")]});
        limited(limit, &interactive_message(body), 131_009);
    }
    limited(
        4096,
        &interactive_message(json!({
            "type": "list", "body": {"text": "{{x}}"},
            "action": {"button": "Menu", "sections": [{"rows": [{"id": "1", "title": "One"}]}]},
        })),
        131_009,
    );
    limited(
        20,
        &interactive_message(json!({
            "type": "list", "body": {"text": "?"},
            "action": {"button": "{{x}}", "sections": [{"rows": [{"id": "1", "title": "One"}]}]},
        })),
        131_009,
    );
    limited(
        20,
        &interactive_message(json!({
            "type": "cta_url", "body": {"text": "?"}, "action": {"name": "cta_url", "parameters": {
                "display_text": "{{x}}", "url": "https://shop.example",
            }},
        })),
        131_009,
    );
}

#[test]
fn lists_keep_their_number() {
    let many =
        |count: usize, make: &dyn Fn(usize) -> Value| Value::Array((0..count).map(make).collect());
    let row = |n: usize| json!({"id": n.to_string(), "title": "Row"});
    let item = |n: usize| json!({"product_retailer_id": n.to_string()});
    let card = |_: usize| json!({"name": {"formatted_name": "Ann Bee", "first_name": "Ann"}});
    let reply = |n: usize| button(&n.to_string(), &format!("Button {n}"));
    let section = |n: usize| json!({"title": format!("Section {n}"), "rows": [row(n)]});
    let shelf = |n: usize| json!({"title": format!("Shelf {n}"), "product_items": [item(n)]});
    for (most, make) in [
        (
            3,
            &(|n| buttons(many(n, &reply))) as &dyn Fn(usize) -> Value,
        ),
        (10, &|n| list(json!([{"rows": many(n, &row)}]))),
        (10, &|n| list(many(n, &section))),
        (30, &|n| {
            products(json!([{"product_items": many(n, &item)}]))
        }),
        (10, &|n| products(many(n, &shelf))),
        (
            257,
            &|n| json!({"type": "contacts", "contacts": many(n, &card)}),
        ),
    ] {
        assert_eq!(code(&make(0)), 131_009, "none of {most}");
        assert_eq!(code(&make(1)), 0, "one of {most}");
        assert_eq!(code(&make(most)), 0, "{most}");
        assert_eq!(code(&make(most + 1)), 131_009, "more than {most}");
    }
}
