//! Sending.

use std::time::Duration;

use dragoman_core::message::Priority;
use dragoman_core::ports::DeskError;
use dragoman_core::{Address, Refusal, Secret};
use serde_json::{Value, json};

use super::client::{Client, text};
use super::doubles::{DEMO, message_id};
use super::samples;
use crate::whatsapp_onprem::ids;

#[tokio::test]
async fn a_message_is_answered_with_its_id_and_the_recipient() {
    let client = Client::logged_in("clerk").await;
    let sent = client.send(text("+31 6 12345678", "Hello")).await;
    assert_eq!(sent.status, 201);
    let id = ids::outbound(&Address::parse("31612345678").unwrap(), message_id(1));
    assert_eq!(
        sent.body,
        json!({
            "messages": [{ "id": id }],
            "contacts": [{ "input": "+31 6 12345678", "wa_id": "31612345678" }],
            "meta": { "api_status": "stable", "version": "2.53.0" },
        })
    );
    assert_eq!(client.house.last_accepted().content.text(), Some("Hello"));
}

#[tokio::test]
async fn shape_limits_and_parameters_are_refused_at_once() {
    let client = Client::logged_in("clerk").await;
    let to = "31612345678";
    let order = |parameters: Value| {
        json!({ "to": to, "type": "template", "template": {
            "name": "order_update", "language": { "code": "en" },
            "components": parameters } })
    };
    for (message, code) in [
        (text(to, &"x".repeat(4097)), 1001),
        (text(to, ""), 1009),
        (text("31600000000", "Hi"), 1021),
        (order(json!([])), 2000),
        (
            order(json!([
                { "type": "header", "parameters": [{ "type": "image", "image": { "link": "https://e.com/a.png" } }] },
                { "type": "body", "parameters": [{ "type": "text", "text": "a" }, { "type": "text", "text": "b" }] },
            ])),
            2012,
        ),
        (
            json!({ "to": to, "type": "image", "image": { "link": "file:///etc/passwd" } }),
            1009,
        ),
        (
            json!({ "to": to, "type": "image", "image": { "link": "https://e.com", "caption": "x".repeat(1025) } }),
            1009,
        ),
    ] {
        let answer = client.send(message.clone()).await;
        assert_eq!(answer.code(), (400, code), "{message}");
    }
    assert!(client.house.accepted.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_the_original_found_out_later_is_accepted() {
    let client = Client::logged_in("clerk").await;
    client.house.clock.shift(Duration::from_secs(25 * 3600));
    assert_eq!(
        client
            .send(text("31612345678", "Window closed"))
            .await
            .status,
        201
    );
    let unknown = json!({ "to": "31612345678", "type": "template",
        "template": { "name": "none", "language": { "code": "en" } } });
    assert_eq!(client.send(unknown).await.status, 201);
}

#[tokio::test]
async fn every_trouble_of_the_desk_has_its_own_answer() {
    let client = Client::logged_in("clerk").await;
    for (trouble, expected) in [
        (DeskError::Refused(Refusal::QueueFull), (429, 1015)),
        (DeskError::Refused(Refusal::AccountFull), (429, 1015)),
        (DeskError::Refused(Refusal::ChannelDisabled), (503, 1011)),
        (DeskError::KeyReused, (422, 1009)),
        (DeskError::Unavailable, (503, 1016)),
    ] {
        *client.house.trouble.lock().unwrap() = Some(trouble);
        let answer = client.send(text("31612345678", "Hi")).await;
        assert_eq!(answer.code(), expected);
        assert_eq!(
            answer.headers.contains_key("retry-after"),
            [429, 503].contains(&expected.0)
        );
    }
    client.house.store.sicken();
    let logout = client
        .call("POST", "/onprem/demo/v1/users/logout", "")
        .await;
    assert_eq!(logout.code(), (503, 1016), "the store is unwell");
}

#[tokio::test]
async fn a_repeated_call_with_a_key_is_answered_like_the_first() {
    let client = Client::logged_in("clerk").await;
    let (path, body) = (
        "/onprem/demo/v1/messages",
        text("31612345678", "Hi").to_string(),
    );
    let key = [("idempotency-key", "k1")];
    let first = client.call_with("POST", path, body.clone(), &key).await;
    assert!(!first.headers.contains_key("idempotency-replayed"));
    let by_uuid = format!("/onprem/{DEMO}/v1/messages/");
    let again = client.call_with("POST", &by_uuid, body, &key).await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    let other = text("31612345678", "Bye").to_string();
    let reused = client.call_with("POST", path, other.clone(), &key).await;
    assert_eq!(reused.code(), (422, 1009));
    let bad = client
        .call_with("POST", path, other, &[("idempotency-key", "a b")])
        .await;
    assert_eq!(bad.code(), (400, 1009));
}

#[tokio::test]
async fn a_repetition_is_told_by_what_the_customer_would_see() {
    let client = Client::logged_in("clerk").await;
    client.house.store.rewrite(|catalog| {
        let settings = &mut catalog.channels[0].settings;
        settings.insert("onprem_duplicate_window".into(), Secret::new("60s"));
    });
    let fingerprint = async |changes: Value| {
        let mut message = text("31612345678", "Hi");
        for (field, value) in changes.as_object().unwrap() {
            message[field] = value.clone();
        }
        assert_eq!(client.send(message).await.status, 201, "{changes}");
        client.house.last_duplicate().unwrap().fingerprint
    };
    let first = fingerprint(json!({})).await;
    for same in [
        json!({ "to": "+31 6 1234 5678" }),
        json!({ "biz_opaque_callback_data": "2", "ttl": 60 }),
        json!({ "recipient_type": "individual", "context": null }),
    ] {
        assert_eq!(fingerprint(same.clone()).await, first, "{same}");
    }
    for other in [
        json!({ "to": "31612345679" }),
        json!({ "text": { "body": "Hi " } }),
        json!({ "preview_url": true }),
    ] {
        assert_ne!(fingerprint(other.clone()).await, first, "{other}");
    }
}

#[tokio::test]
async fn a_header_says_how_one_message_is_sent() {
    let client = Client::logged_in("clerk").await;
    let (path, body) = (
        "/onprem/demo/v1/messages",
        text("31612345678", "Hi").to_string(),
    );
    let bulk = [("dragoman-priority", "bulk")];
    let sent = client.call_with("POST", path, body.clone(), &bulk).await;
    assert_eq!(sent.status, 201);
    assert_eq!(client.house.last_accepted().priority, Priority::Bulk);
    let bad = [("dragoman-priority", "urgent")];
    let refused = client.call_with("POST", path, body, &bad).await;
    assert_eq!(refused.code(), (400, 1009));
}

#[tokio::test]
async fn values_of_a_wrong_type_are_the_clients_fault_everywhere() {
    let client = Client::logged_in("admin").await;
    let wrong = [
        json!(0),
        json!(-1),
        json!(1.5),
        json!(true),
        json!("x"),
        json!([]),
        json!([[]]),
        json!([null]),
        json!({}),
        json!({ "0": 1 }),
        json!({ "a": null }),
    ];
    let samples = samples::samples();
    for (name, sample) in samples {
        for at in places(&sample) {
            for value in &wrong {
                let mut message = sample.clone();
                *message.pointer_mut(&at).unwrap() = value.clone();
                let status = client.send(message).await.status;
                assert!(matches!(status, 201 | 400), "{name} {at} {value}: {status}");
            }
        }
    }
    for body in ["", "x", "[]", "null", "7", "\"x\"", "{\"to\":", "\u{0}"] {
        let answer = client.call("POST", "/onprem/demo/v1/messages", body).await;
        assert_eq!(answer.code(), (400, 1025), "{body}");
    }
}

/// The JSON pointers of all values inside `value`.
fn places(value: &Value) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(object) => object
            .iter()
            .map(|(key, value)| (key.clone(), value))
            .collect(),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .map(|(n, value)| (n.to_string(), value))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    let mut places = Vec::new();
    for (key, value) in inner {
        places.push(format!("/{key}"));
        places.extend(
            self::places(value)
                .iter()
                .map(|place| format!("/{key}{place}")),
        );
    }
    places
}
