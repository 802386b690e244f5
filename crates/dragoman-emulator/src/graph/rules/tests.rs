//! Every limit, at it and one past it.

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

fn interactive(content: Value) -> Value {
    json!({"type": "interactive", "interactive": content})
}

fn button(id: &str, title: &str) -> Value {
    json!({"type": "reply", "reply": {"id": id, "title": title}})
}

fn buttons(buttons: Value) -> Value {
    interactive(json!({"type": "button", "body": {"text": "?"}, "action": {"buttons": buttons}}))
}

fn list(sections: Value) -> Value {
    interactive(json!({
        "type": "list", "body": {"text": "?"}, "action": {"button": "Menu", "sections": sections},
    }))
}

fn products(sections: Value) -> Value {
    interactive(json!({
        "type": "product_list", "header": {"type": "text", "text": "Shop"}, "body": {"text": "?"},
        "action": {"catalog_id": "7", "sections": sections},
    }))
}

fn link(url: &str) -> Value {
    interactive(json!({
        "type": "cta_url", "body": {"text": "?"},
        "action": {"name": "cta_url", "parameters": {"display_text": "Go", "url": url}},
    }))
}

fn flow(parameters: Value) -> Value {
    let mut all = json!({"flow_message_version": "3", "flow_cta": "Book"});
    for (key, value) in parameters.as_object().unwrap() {
        all[key] = value.clone();
    }
    interactive(json!({
        "type": "flow", "body": {"text": "?"}, "action": {"name": "flow", "parameters": all},
    }))
}

fn template(components: Value) -> Value {
    json!({"type": "template", "template": {
        "name": "offer", "language": {"code": "en"}, "components": components,
    }})
}

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
        limited(limit, &interactive(body), 131_009);
    }
    limited(
        4096,
        &interactive(json!({
            "type": "list", "body": {"text": "{{x}}"},
            "action": {"button": "Menu", "sections": [{"rows": [{"id": "1", "title": "One"}]}]},
        })),
        131_009,
    );
    limited(
        20,
        &interactive(json!({
            "type": "list", "body": {"text": "?"},
            "action": {"button": "{{x}}", "sections": [{"rows": [{"id": "1", "title": "One"}]}]},
        })),
        131_009,
    );
    limited(
        20,
        &interactive(json!({
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

#[test]
fn content_is_refused_by_code() {
    for (body, expected) in [
        (json!({"text": {"body": "Hi"}}), 0),
        (json!({"type": "text"}), 131_008),
        (json!({"type": "text", "text": {}}), 131_008),
        (json!({"type": "poll", "poll": {}}), 131_051),
        (json!({"type": "image", "image": {}}), 131_008),
        (
            json!({"type": "image", "image": {"link": "https://a/b.jpg", "id": "11"}}),
            131_009,
        ),
        (
            json!({"type": "image", "image": {"link": "file:///etc"}}),
            131_009,
        ),
        (
            json!({"type": "image", "image": {"link": "http://"}}),
            131_009,
        ),
        (json!({"type": "image", "image": {"id": "11"}}), 0),
        (json!({"type": "image", "image": {"id": "99"}}), 131_009),
        (
            json!({"type": "audio", "audio": {"id": "12", "caption": "La"}}),
            131_009,
        ),
        (
            json!({"type": "sticker", "sticker": {"link": "http://a/b", "filename": "b"}}),
            131_009,
        ),
        (
            json!({"type": "location", "location": {"latitude": "52.1", "longitude": 4}}),
            0,
        ),
        (
            json!({"type": "location", "location": {"latitude": 91, "longitude": 4}}),
            131_009,
        ),
        (
            json!({"type": "location", "location": {"latitude": 52}}),
            131_008,
        ),
        (
            json!({"type": "location", "location": {"latitude": "x", "longitude": 4}}),
            131_009,
        ),
        (
            json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "Ann"}}]}),
            131_008,
        ),
        (
            json!({"type": "contacts", "contacts": [
                {"name": {"formatted_name": "A", "first_name": "A"}, "birthday": "1.2.2003"},
            ]}),
            131_009,
        ),
        (
            json!({"type": "reaction", "reaction": {"message_id": "wamid.Q", "emoji": "👍🏽"}}),
            0,
        ),
        (
            json!({"type": "reaction", "reaction": {"message_id": "wamid.Q", "emoji": ""}}),
            0,
        ),
        (
            json!({"type": "reaction", "reaction": {"message_id": "wamid.Q"}}),
            131_008,
        ),
        (
            json!({"type": "reaction", "reaction": {"message_id": "wamid.Q", "emoji": "ok"}}),
            131_009,
        ),
        (
            json!({"type": "reaction", "reaction": {"message_id": "wamid.Z", "emoji": "👍"}}),
            131_009,
        ),
        (
            json!({"text": {"body": "Hi"}, "context": {"message_id": "wamid.Gone=="}}),
            0,
        ),
        (
            json!({"text": {"body": "Hi"}, "context": {"message_id": "yesterday's"}}),
            131_009,
        ),
        (json!({"text": {"body": "Hi"}, "context": {}}), 131_008),
    ] {
        assert_eq!(code(&body), expected, "{body}");
    }
}

#[test]
fn a_month_later_files_and_reactions_are_out_of_date() {
    let image = json!({"type": "image", "image": {"id": "11"}});
    let reaction =
        json!({"type": "reaction", "reaction": {"message_id": "wamid.Q", "emoji": "👍"}});
    let month_ms = 30 * 24 * 3_600_000;
    assert_eq!(judged(image.clone(), month_ms - 1), 0);
    assert_eq!(judged(image, month_ms), 131_009);
    assert_eq!(judged(reaction.clone(), month_ms), 0);
    assert_eq!(judged(reaction, month_ms + 1), 131_009);
}

#[test]
fn interactive_messages_have_what_their_type_needs() {
    let of = |kind: &str, action: Value| {
        interactive(json!({"type": kind, "body": {"text": "?"}, "action": action}))
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
            interactive(json!({"type": "button", "body": {"text": "?"}})),
            131_008,
        ),
        (
            interactive(json!({"type": "button", "action": {"buttons": []}})),
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
            interactive(
                json!({"type": "product", "action": {"catalog_id": "7", "product_retailer_id": "a"}}),
            ),
            0,
        ),
        (
            interactive(json!({"type": "product", "action": {"product_retailer_id": "a"}})),
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
        interactive(json!({"type": "carousel", "body": {"text": "?"}, "action": {"cards": cards}}))
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

#[test]
fn parameters_have_to_fit_the_template() {
    let image = json!({"type": "header", "parameters": [{"type": "image", "image": {"link": "http://a/b.png"}}]});
    let video = json!({"type": "header", "parameters": [{"type": "video", "video": {"link": "http://a/b.mp4"}}]});
    let of_body =
        |a: &str, b: Value| json!({"type": "BODY", "parameters": [{"type": "text", "text": a}, b]});
    let last = json!({"type": "text", "text": "b"});
    let two = of_body("a", last.clone());
    let one = json!({"type": "body", "parameters": [{"type": "text", "text": "a"}]});
    let url = json!({"type": "button", "sub_type": "url", "index": 1, "parameters": [{"type": "text", "text": "42"}]});
    let coupon = |code: &str| json!({"type": "button", "sub_type": "copy_code", "index": "2", "parameters": [{"type": "coupon_code", "coupon_code": code}]});
    let saved = coupon("SAVE");
    let reply = |sub_type: &str, index: u32| json!({"type": "button", "sub_type": sub_type, "index": index, "parameters": [{"type": "payload", "payload": "P"}]});
    let amount = json!({"type": "currency", "currency": {"fallback_value": "$ 5", "code": "USD", "amount_1000": 5000}});
    for (components, expected) in [
        (json!([image, two, url, saved]), 0),
        (json!([image, two, url, saved, reply("QUICK_REPLY", 0)]), 0),
        (json!([image, of_body("a", amount), url, saved]), 0),
        (json!([image, one, url, saved]), 132_000),
        (json!([video, two, url, saved]), 132_012),
        (json!([two, url, saved]), 132_012),
        (json!([image, two, saved]), 131_008),
        (json!([image, two, url]), 131_008),
        (json!([image, two, url, saved, reply("url", 0)]), 132_012),
        (
            json!([image, two, url, saved, reply("quick_reply", 3)]),
            132_012,
        ),
        (
            json!([image, two, url, saved, reply("quick_reply", 10)]),
            131_009,
        ),
        (json!([image, two, url, saved, reply("dance", 0)]), 131_009),
        (
            json!([image, of_body("a\nb", last.clone()), url, saved]),
            132_007,
        ),
        (
            json!([image, of_body("a     b", last.clone()), url, saved]),
            132_007,
        ),
        (
            json!([image, of_body("a", json!({"type": "image"})), url, saved]),
            132_012,
        ),
        (
            json!([image, of_body("a", json!({"type": "text"})), url, saved]),
            131_008,
        ),
        (
            json!([
                image,
                of_body("a", json!({"type": "date_time", "date_time": {}})),
                url,
                saved
            ]),
            131_008,
        ),
        (
            json!([image, two, url, saved, {"type": "trailer"}]),
            131_009,
        ),
        (
            json!([image, two, url, saved, {"type": "carousel", "cards": [{}]}]),
            132_000,
        ),
        (json!({"type": "body"}), 131_009),
    ] {
        assert_eq!(
            code(&template(components.clone())),
            expected,
            "{components}"
        );
    }
    limited(
        15,
        &template(json!([image, two, url, coupon("{{x}}")])),
        131_009,
    );
    let room = 1024 - "Hello , b".len();
    limited(
        room,
        &template(json!([image, of_body("{{x}}", last), url, saved])),
        132_005,
    );
}

#[test]
fn a_name_that_nobody_created_is_refused_where_it_is_strict() {
    let world = World::default();
    let content = json!({"name": "offer", "language": {"code": "nl"}});
    for (strict, expected) in [(false, None), (true, Some(132_001))] {
        let scene = Scene {
            phone_number_id: "1",
            strict,
            now: UnixMillis(0),
            world: &world,
        };
        let refused = template::check(&content, scene).err();
        assert_eq!(refused.map(|error| error.code), expected);
    }
}
