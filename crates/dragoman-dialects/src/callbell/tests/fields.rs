//! What is wrong with a body, field by field.

use serde_json::{Value, json};

use super::doubles::House;
use super::samples::{FOREIGN_CHANNEL, TEAM};

/// A good body, changed at some keys.
fn body(changes: &Value) -> Value {
    let mut body = json!({
        "to": "31612345678", "from": "whatsapp", "type": "text", "content": { "text": "Hi" },
    });
    for (key, value) in changes.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

async fn check(changes: Value, errors: Value) {
    let house = House::new();
    let answer = house.send(body(&changes).to_string()).await;
    assert_eq!(
        answer.whole(),
        (400, json!({ "error": errors })),
        "{changes}"
    );
    assert_eq!(house.submissions(), 0, "{changes}");
}

const REQUIRED: &str = "must be present and not empty";

#[tokio::test]
async fn all_that_is_missing_is_named_at_once() {
    let answer = House::new().send("{}").await;
    let errors = json!({
        "to": [REQUIRED], "from": [REQUIRED], "type": [REQUIRED], "content": [REQUIRED],
    });
    assert_eq!(answer.whole(), (400, json!({ "error": errors })));
    check(
        json!({ "content": null, "contenu": { "text": "Salut" }, "to": 31612345678_u64,
            "metadata": [], "team_uuid": "x", "bot_status": 1 }),
        json!({ "content": [REQUIRED], "to": ["must be string"], "metadata": ["must be object"],
            "team_uuid": ["not found"], "bot_status": ["must be string"] }),
    )
    .await;
}

#[tokio::test]
async fn recipients() {
    check(json!({ "to": "hello" }), json!({ "to": ["is invalid"] })).await;
    check(
        json!({ "to": "0612345678" }),
        json!({ "to": ["is invalid"] }),
    )
    .await;
    check(json!({ "to": "" }), json!({ "to": [REQUIRED] })).await;
    check(
        json!({ "to": 31612345678_u64 }),
        json!({ "to": ["must be string"] }),
    )
    .await;
    check(
        json!({ "to": null, "bsuid": "31612345678" }),
        json!({ "bsuid": ["is invalid"] }),
    )
    .await;
}

#[tokio::test]
async fn senders() {
    check(
        json!({ "from": "sms" }),
        json!({ "from": ["must be one of whatsapp, facebook, instagram, telegram"] }),
    )
    .await;
    check(
        json!({ "from": "telegram" }),
        json!({ "from": ["this account has no telegram channel"] }),
    )
    .await;
    for uuid in [
        FOREIGN_CHANNEL.simple().as_str(),
        "x",
        "00000000-0000-0000-0000-000000000009",
    ] {
        check(
            json!({ "channel_uuid": uuid }),
            json!({ "channel_uuid": ["not found"] }),
        )
        .await;
    }
}

#[tokio::test]
async fn a_channel_by_uuid_decides_whatever_from_says() {
    let channel = "35F6F8CC-B550-4278-A2EA-099F3A4E0730";
    let changes = json!({ "from": "instagram", "channel_uuid": channel });
    let answer = House::new().send(body(&changes).to_string()).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn contents() {
    let kinds = "must be one of text, image, document, audio, video";
    check(json!({ "type": "template" }), json!({ "type": [kinds] })).await;
    check(
        json!({ "content": "Hi" }),
        json!({ "content": ["must be object"] }),
    )
    .await;
    check(
        json!({ "content": {} }),
        json!({ "content.text": [REQUIRED] }),
    )
    .await;
    check(
        json!({ "content": { "text": "" } }),
        json!({ "content.text": [REQUIRED] }),
    )
    .await;
    check(
        json!({ "type": "image" }),
        json!({ "content.url": [REQUIRED] }),
    )
    .await;
    check(
        json!({ "content": { "text": 1, "url": [], "name": {} } }),
        json!({ "content.text": ["must be string"], "content.url": ["must be string"],
            "content.name": ["must be string"] }),
    )
    .await;
}

#[tokio::test]
async fn control_characters_are_refused_wherever_a_text_has_them() {
    for control in ["\u{0}", "\u{1}", "\u{8}", "\u{b}", "\u{1b}", "\u{1f}"] {
        let text = format!("a{control}b");
        check(
            json!({ "content": { "text": text, "name": text }, "metadata": { "k": text } }),
            json!({ "content.text": ["is invalid"], "content.name": ["is invalid"],
                "metadata": ["is invalid"] }),
        )
        .await;
        check(
            json!({ "metadata": { text: "v" } }),
            json!({ "metadata": ["is invalid"] }),
        )
        .await;
    }
    let lines = json!({ "content": { "text": "a\tb\r\nc" }, "metadata": { "k": "a\nb" } });
    assert_eq!(
        House::new().send(body(&lines).to_string()).await.status,
        200
    );
}

#[tokio::test]
async fn templates() {
    check(
        json!({ "template_uuid": "" }),
        json!({ "template_uuid": [REQUIRED] }),
    )
    .await;
    check(
        json!({ "template_uuid": "greeting" }),
        json!({ "template_uuid": ["not found"] }),
    )
    .await;
    let uuid = "d980fb66fd5043d3ace1aa06ba044342";
    for (values, text) in [
        (json!("Jack"), "must be array"),
        (json!([1]), "must be string"),
        (json!(["a", null]), "must be string"),
    ] {
        check(
            json!({ "template_uuid": uuid, "optin_contact": true, "template_values": values }),
            json!({ "template_values": [text] }),
        )
        .await;
    }
    for opt_in in [json!("true"), json!(1)] {
        check(
            json!({ "template_uuid": uuid, "optin_contact": opt_in }),
            json!({ "optin_contact": ["must be boolean"] }),
        )
        .await;
    }
}

#[tokio::test]
async fn metadata_has_limits() {
    let pairs = |n: usize| {
        let pair = |i: usize| (format!("k{i}"), json!("v"));
        Value::Object((0..n).map(pair).collect())
    };
    for (metadata, text) in [
        (json!({ "a": 1 }), "must be string"),
        (json!({ "a": "ok", "b": true, "c": 2 }), "must be string"),
        (json!("x"), "must be object"),
        (pairs(11), "must have at most 10 pairs"),
        (
            json!({ "k".repeat(51): "v" }),
            "keys must have at most 50 characters",
        ),
        (
            json!({ "k": "é".repeat(501) }),
            "values must have at most 500 characters",
        ),
    ] {
        check(
            json!({ "metadata": metadata }),
            json!({ "metadata": [text] }),
        )
        .await;
    }
    let full = json!({ "metadata": pairs(10) });
    assert_eq!(House::new().send(body(&full).to_string()).await.status, 200);
    let long = json!({ "metadata": { "k".repeat(50): "é".repeat(500) } });
    assert_eq!(House::new().send(body(&long).to_string()).await.status, 200);
}

#[tokio::test]
async fn assignments() {
    check(
        json!({ "team_uuid": TEAM.simple().replace('7', "8") }),
        json!({ "team_uuid": ["not found"] }),
    )
    .await;
    check(
        json!({ "assigned_user": {} }),
        json!({ "assigned_user": ["must be string"] }),
    )
    .await;
    check(
        json!({ "bot_status": "paused" }),
        json!({ "bot_status": ["must be bot_start or bot_end"] }),
    )
    .await;
    let house = House::new();
    let wishes = json!({ "assigned_user": "nobody@e.com", "team_uuid": TEAM.simple() });
    assert_eq!(house.send(body(&wishes).to_string()).await.status, 200);
    let wish = house.submission().assignment;
    assert_eq!(
        (wish.user.as_deref(), wish.team),
        (Some("nobody@e.com"), Some(TEAM))
    );
}

#[tokio::test]
async fn bodies_that_are_no_object_are_refused() {
    for body in [
        "",
        "{",
        "[1,2",
        "{\"a\":1e999}",
        "\u{feff}{}",
        "{\"a\":\"\\ud800\"}",
    ] {
        let answer = House::new().send(body).await;
        assert_eq!(answer.status, 400, "{body}");
        let text = answer.body["error"].as_str().unwrap().to_owned();
        assert!(text.starts_with("invalid JSON: "), "{text}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(House::new().send(deep).await.status, 400);
    assert_eq!(House::new().send(vec![b'"', 0xff, b'"']).await.status, 400);
    for body in ["null", "[]", "\"text\"", "7", "true"] {
        let answer = House::new().send(body).await;
        let error = json!({ "error": "the body must be a JSON object" });
        assert_eq!(answer.whole(), (400, error), "{body}");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_as_json() {
    let body = vec![b' '; crate::body::LIMIT + 1];
    let answer = House::new().send(body).await;
    assert_eq!(answer.status, 413);
    assert!(answer.body["error"].is_string());
}

#[tokio::test]
async fn no_value_in_any_field_is_a_fault_of_ours() {
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5e300),
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("\u{202e}\u{10ffff}"),
        json!("x".repeat(10_000)),
        json!([]),
        json!([[null]]),
        json!({}),
        json!({ "text": {} }),
        json!({ "url": "ftp://x", "text": "t" }),
        json!({ "url": "https://", "name": "a/b" }),
    ];
    let uuid = "d980fb66fd5043d3ace1aa06ba044342";
    let bases = [
        json!({}),
        json!({ "type": "document", "content": { "url": "https://e.com/a.pdf" } }),
        json!({ "template_uuid": uuid, "optin_contact": true }),
    ];
    for base in &bases {
        for field in [
            "to",
            "bsuid",
            "from",
            "type",
            "content",
            "channel_uuid",
            "template_uuid",
            "optin_contact",
            "template_values",
            "assigned_user",
            "team_uuid",
            "fields",
            "bot_status",
            "metadata",
        ] {
            for value in &values {
                let mut changed = body(base);
                changed[field] = value.clone();
                let answer = House::new().send(changed.to_string()).await;
                assert!(matches!(answer.status, 200 | 400), "{changed}: {answer:?}");
            }
        }
    }
}
