//! Every limit, at the limit and one past it.

use serde_json::{Value, json};

use super::client::{Client, text};

const TO: &str = "31612345678";

fn x(count: usize) -> String {
    // Two bytes each, so that characters and not bytes are counted.
    "é".repeat(count)
}

/// So many objects, each with its own number.
fn numbered(count: usize, make: impl Fn(String) -> Value) -> Value {
    (0..count).map(|n| make(n.to_string())).collect()
}

fn interactive(object: Value) -> Value {
    json!({ "to": TO, "type": "interactive", "interactive": object })
}

fn buttons(buttons: Value) -> Value {
    interactive(
        json!({ "type": "button", "body": { "text": "B" }, "action": { "buttons": buttons } }),
    )
}

fn button(id: String, title: String) -> Value {
    json!({ "type": "reply", "reply": { "id": id, "title": title } })
}

/// Buttons with one part more, or another.
fn with(part: &str, value: Value) -> Value {
    let mut message = buttons(json!([button("y".into(), "Yes".into())]));
    message["interactive"][part] = value;
    message
}

fn list(button: String, sections: Value) -> Value {
    interactive(json!({ "type": "list", "body": { "text": "B" },
        "action": { "button": button, "sections": sections } }))
}

fn row(id: String, title: String, description: String) -> Value {
    list(
        "Open".into(),
        json!([{ "rows": [{ "id": id, "title": title, "description": description }] }]),
    )
}

fn section(title: String, rows: usize) -> Value {
    let rows = numbered(rows, |n| json!({ "id": format!("{title}{n}"), "title": n }));
    json!({ "title": title, "rows": rows })
}

fn products(sections: Value) -> Value {
    interactive(
        json!({ "type": "product_list", "header": { "type": "text", "text": "H" },
        "body": { "text": "B" }, "action": { "catalog_id": "1", "sections": sections } }),
    )
}

fn product(id: String) -> Value {
    json!({ "product_retailer_id": id })
}

fn flow(label: String) -> Value {
    interactive(
        json!({ "type": "flow", "body": { "text": "B" }, "action": { "name": "flow",
        "parameters": { "flow_message_version": "3", "flow_id": "1", "flow_cta": label } } }),
    )
}

fn template(components: Value) -> Value {
    json!({ "to": TO, "type": "template", "template": { "name": "unknown",
        "language": { "code": "en" }, "components": components } })
}

fn value(text: String) -> Value {
    json!({ "type": "body", "parameters": [{ "type": "text", "text": text }] })
}

fn card(n: String) -> Value {
    json!({ "name": { "formatted_name": n, "first_name": n } })
}

/// A limit: its name, how much is allowed, the code of what is more, and a message with so much.
type Limit = (&'static str, usize, i64, fn(usize) -> Value);

const LIMITS: [Limit; 29] = [
    ("text", 4096, 1001, |n| text(TO, &x(n))),
    (
        "caption",
        1024,
        1009,
        |n| json!({ "to": TO, "type": "image", "image": { "link": "https://e.com/a", "caption": x(n) } }),
    ),
    ("callback data", 512, 1009, |n| {
        let mut message = text(TO, "Hi");
        message["biz_opaque_callback_data"] = x(n).into();
        message
    }),
    (
        "cards",
        257,
        1009,
        |n| json!({ "to": TO, "type": "contacts", "contacts": numbered(n, card) }),
    ),
    ("header", 60, 1009, |n| {
        with("header", json!({ "type": "text", "text": x(n) }))
    }),
    ("body", 1024, 1009, |n| {
        with("body", json!({ "text": x(n) }))
    }),
    ("footer", 60, 1009, |n| {
        with("footer", json!({ "text": x(n) }))
    }),
    ("buttons", 3, 1009, |n| {
        buttons(numbered(n, |n| button(n.clone(), n)))
    }),
    ("reply id", 256, 1009, |n| {
        buttons(json!([button(x(n), "Yes".into())]))
    }),
    ("reply title", 20, 1009, |n| {
        buttons(json!([button("y".into(), x(n))]))
    }),
    ("list button", 20, 1009, |n| {
        list(x(n), json!([section("A".into(), 1)]))
    }),
    ("sections of a list", 10, 2015, |n| {
        list("Open".into(), numbered(n, |n| section(n, 1)))
    }),
    ("section title", 24, 1009, |n| {
        list("Open".into(), json!([section(x(n), 1)]))
    }),
    ("rows", 10, 2016, |n| {
        list("Open".into(), json!([section("A".into(), n)]))
    }),
    ("rows of two sections", 5, 2016, |n| {
        list(
            "Open".into(),
            json!([section("A".into(), n), section("B".into(), 5)]),
        )
    }),
    ("row id", 200, 1009, |n| row(x(n), "T".into(), "D".into())),
    ("row title", 24, 1009, |n| row("r".into(), x(n), "D".into())),
    ("row description", 72, 1009, |n| {
        row("r".into(), "T".into(), x(n))
    }),
    ("retailer id of one", 100, 1009, |n| {
        interactive(json!({ "type": "product",
            "action": { "catalog_id": "1", "product_retailer_id": x(n) } }))
    }),
    ("retailer id of many", 100, 1009, |n| {
        products(json!([{ "product_items": [product(x(n))] }]))
    }),
    ("retailer id of a picture", 100, 1009, |n| {
        interactive(
            json!({ "type": "catalog_message", "body": { "text": "B" }, "action":
            { "name": "catalog_message", "parameters": { "thumbnail_product_retailer_id": x(n) } } }),
        )
    }),
    ("sections of products", 10, 2015, |n| {
        products(numbered(
            n,
            |n| json!({ "title": n, "product_items": [product(n.clone())] }),
        ))
    }),
    ("products", 30, 2023, |n| {
        products(json!([{ "title": "A", "product_items": numbered(n, product) }]))
    }),
    ("title of products", 24, 1009, |n| {
        products(json!([{ "title": x(n), "product_items": [product("1".into())] }]))
    }),
    ("flow button", 30, 1009, |n| flow(x(n))),
    ("template header", 60, 2004, |n| {
        template(json!([{ "type": "header", "parameters": [{ "type": "text", "text": x(n) }] }]))
    }),
    ("template body", 1024, 2004, |n| {
        template(
            json!([value(x(n)), { "type": "button", "sub_type": "url", "index": 0,
            "parameters": [{ "type": "text", "text": "a" }] }]),
        )
    }),
    ("template body alone", 32_768, 2004, |n| {
        template(json!([value(x(n))]))
    }),
    ("coupon", 15, 2004, |n| {
        template(
            json!([{ "type": "button", "sub_type": "copy_code", "index": "9",
            "parameters": [{ "type": "coupon_code", "coupon_code": x(n) }] }]),
        )
    }),
];

#[tokio::test]
async fn every_limit_lets_as_much_pass_as_it_says_and_no_more() {
    let client = Client::logged_in("clerk").await;
    for (name, most, code, message) in LIMITS {
        let fitting = client.send(message(most)).await;
        assert_eq!(fitting.status, 201, "{name}: {}", fitting.body);
        let over = client.send(message(most + 1)).await;
        assert_eq!(over.code(), (400, code), "{name}");
    }
}

#[tokio::test]
async fn a_thousand_numbers_are_checked_at_once_and_no_more() {
    let client = Client::logged_in("clerk").await;
    for (count, expected) in [(1000, (200, 0)), (1001, (400, 1009))] {
        let question = json!({ "blocking": "wait", "contacts": vec!["+16315551002"; count] });
        let path = "/onprem/demo/v1/contacts";
        let answer = client.call("POST", path, question.to_string()).await;
        assert_eq!(answer.code(), expected, "{count}");
    }
}

#[tokio::test]
async fn nothing_at_all_is_as_wrong_as_too_much() {
    let client = Client::logged_in("clerk").await;
    for (message, code) in [
        (with("body", json!({ "text": "" })), 1009),
        (with("header", json!({ "type": "text", "text": "" })), 1009),
        (buttons(json!([])), 1008),
        (buttons(json!([button("y".into(), "".into())])), 1009),
        (list("".into(), json!([section("A".into(), 1)])), 1009),
        (list("Open".into(), json!([])), 2015),
        (list("Open".into(), json!([section("A".into(), 0)])), 2016),
        (
            list(
                "Open".into(),
                json!([section("A".into(), 1), section("".into(), 1)]),
            ),
            1008,
        ),
        (products(json!([])), 2015),
        (products(json!([{ "title": "A" }])), 2023),
        (flow("".into()), 1009),
    ] {
        let refused = client.send(message.clone()).await;
        assert_eq!(refused.code(), (400, code), "{message}");
    }
}

#[tokio::test]
async fn what_must_differ_must_differ_and_what_has_no_place_is_refused() {
    let client = Client::logged_in("clerk").await;
    let twice = |a: [&str; 2], b: [&str; 2]| {
        let [a, b] = [a, b].map(|[id, title]| button(id.into(), title.into()));
        buttons(json!([a, b]))
    };
    let mut data = flow("Book".into());
    data["interactive"]["action"]["parameters"]["flow_action"] = "data_exchange".into();
    data["interactive"]["action"]["parameters"]["flow_action_payload"] = json!({ "screen": "S" });
    let [mut named, mut outdated] = [(); 2].map(|()| flow("Book".into()));
    named["interactive"]["action"]["parameters"]["flow_name"] = "booking".into();
    outdated["interactive"]["action"]["parameters"]["flow_message_version"] = 2.into();
    let place = interactive(
        json!({ "type": "location_request_message", "body": { "text": "B" },
        "footer": { "text": "F" }, "action": { "name": "send_location" } }),
    );
    for (message, code) in [
        (twice(["a", "A"], ["a", "B"]), 1009),
        (twice(["a", "A"], ["b", "A"]), 1009),
        (twice([" a", "A"], ["b", "B"]), 2017),
        (twice(["a ", "A"], ["b", "B"]), 2017),
        (
            list(
                "Open".into(),
                json!([{ "rows": [
            { "id": "r", "title": "A" }, { "id": "r", "title": "B" }] }]),
            ),
            1009,
        ),
        (flow("Book 🍽".into()), 2017),
        (data, 1010),
        (named, 1009),
        (outdated, 1009),
        (place, 1010),
        (
            with(
                "header",
                json!({ "type": "audio", "audio": { "link": "https://e.com/a" } }),
            ),
            2036,
        ),
    ] {
        let refused = client.send(message.clone()).await;
        assert_eq!(refused.code(), (400, code), "{message}");
    }
}
