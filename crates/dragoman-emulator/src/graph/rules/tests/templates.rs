//! Templates, and what fills them in.

use serde_json::{Value, json};

use super::*;

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
            code(&template_message(components.clone())),
            expected,
            "{components}"
        );
    }
    limited(
        15,
        &template_message(json!([image, two, url, coupon("{{x}}")])),
        131_009,
    );
    let room = 1024 - "Hello , b".len();
    limited(
        room,
        &template_message(json!([image, of_body("{{x}}", last), url, saved])),
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
