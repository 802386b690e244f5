//! What a token wants otherwise.

use std::time::Duration;

use dragoman_core::catalog::Policy;
use dragoman_core::rate::Rate;
use dragoman_core::refusal::When;
use serde_json::{Value, json};

use super::doubles::{House, foreign, request};
use super::samples::{FAMILY, FOREIGN_CHANNEL, PENDING};

const TEXT: &str = include_str!("../fixtures/send_text.json");
const TEMPLATE: &str = include_str!("../fixtures/send_template.json");

fn house(policy: Policy) -> House {
    let house = House::new();
    house.change(|catalog| catalog.tokens[0].policy = policy);
    house
}

fn later() -> House {
    house(Policy {
        refusals: Some(When::Later),
        ..Policy::default()
    })
}

#[tokio::test]
async fn a_token_can_hear_of_the_window_and_of_opt_outs_later() {
    let house = later();
    house.close_window();
    assert_eq!(house.send(TEXT).await.body["message"]["status"], "enqueued");
    house.opt_out();
    assert_eq!(house.send(TEXT).await.status, 200);
    assert_eq!(house.send(TEMPLATE).await.status, 200);
}

#[tokio::test]
async fn a_token_can_hear_of_templates_and_their_values_later() {
    let template = |uuid: String, values: Value| {
        let mut body: Value = serde_json::from_str(TEMPLATE).unwrap();
        (body["template_uuid"], body["template_values"]) = (uuid.into(), values);
        body.to_string()
    };
    let unapproved = || template(PENDING.simple(), json!(["John"]));
    let too_many = || template(FAMILY.simple(), json!(["John", "Jane"]));
    for body in [unapproved(), too_many()] {
        let answer = later().send(body.clone()).await;
        assert_eq!(answer.body["message"]["status"], "enqueued");
        assert_eq!(House::new().send(body).await.status, 400);
    }
    // Of a template that there is not, nothing could be kept.
    let unknown = template(FOREIGN_CHANNEL.simple(), json!(null));
    let error = json!({ "error": { "template_uuid": ["not found"] } });
    assert_eq!(later().send(unknown).await.whole(), (400, error));
}

#[tokio::test]
async fn what_has_no_shape_is_heard_of_now_by_every_token() {
    let house = later();
    house.close_window();
    for (field, body) in [
        ("content.text", TEXT.replace("Hello!", &"x".repeat(4097))),
        ("optin_contact", TEMPLATE.replace("true", "false")),
        ("type", TEMPLATE.replace(r#""text","#, r#""audio","#)),
    ] {
        let answer = house.send(body).await;
        assert_eq!(answer.status, 400, "{field}");
        assert!(answer.body["error"][field].is_array(), "{}", answer.body);
    }
}

#[tokio::test]
async fn more_calls_than_a_token_may_make_have_to_wait() {
    let house = house(Policy {
        rate: Rate::per_second(2),
        ..Policy::default()
    });
    let router = house.router();
    let get = async |path| House::call_through(router.clone(), request("GET", path, "")).await;
    assert_eq!(get("/v1/teams").await.status, 200);
    assert_eq!(get("/v1/channels/x").await.status, 404);
    let answer = get("/v1/teams").await;
    assert_eq!(answer.headers["retry-after"], "1");
    let error = json!({ "error": "too many requests" });
    assert_eq!(answer.whole(), (429, error.clone()));
    let send = request("POST", "/v1/messages/send", TEXT);
    let answer = House::call_through(router.clone(), send).await;
    assert_eq!(answer.whole(), (429, error));
    assert_eq!(house.submissions(), 0);
    // Others are not slowed down.
    let other = House::call_through(router.clone(), foreign("GET", "/v1/teams", ""));
    assert_eq!(other.await.status, 200);
    house.clock().advance(Duration::from_millis(500));
    assert_eq!(get("/v1/teams").await.status, 200);
}

/// The fingerprint under which this body is handed in.
async fn fingerprint(body: &Value) -> [u8; 16] {
    let house = house(Policy {
        duplicate_window: Some(Duration::from_secs(60)),
        ..Policy::default()
    });
    let answer = house.send(body.to_string()).await;
    assert_eq!(answer.status, 200, "{body}: {}", answer.body);
    let duplicate = house.submission().duplicate.unwrap();
    assert_eq!(duplicate.window, Duration::from_secs(60));
    duplicate.fingerprint
}

#[tokio::test]
async fn a_repetition_is_told_by_what_the_customer_would_see() {
    let body: Value = serde_json::from_str(TEMPLATE).unwrap();
    let with = |changes: Value| {
        let mut body = body.clone();
        for (field, value) in changes.as_object().unwrap() {
            body[field] = value.clone();
        }
        body
    };
    let first = fingerprint(&body).await;
    for same in [
        json!({ "metadata": { "try": "2" } }),
        json!({ "to": "+31 6 1234 5678" }),
        json!({ "fields": "contact", "assigned_user": "john.doe@email.com" }),
    ] {
        assert_eq!(fingerprint(&with(same.clone())).await, first, "{same}");
    }
    for other in [
        json!({ "to": "31612345679" }),
        json!({ "content": { "text": "Jane Doe" } }),
        json!({ "template_values": ["John Doe"] }),
        json!({ "template_values": ["Jane Doe"] }),
        json!({ "template_uuid": "00000000000000000000000000000001" }),
        json!({ "template_uuid": null }),
    ] {
        assert_ne!(fingerprint(&with(other.clone())).await, first, "{other}");
    }
}

#[tokio::test]
async fn without_a_window_every_call_is_its_own() {
    let house = House::new();
    house.send(TEXT).await;
    assert_eq!(house.submission().duplicate, None);
}
