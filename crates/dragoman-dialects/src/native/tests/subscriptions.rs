//! Subscriptions.

use dragoman_core::Secret;
use dragoman_core::ports::Store;
use serde_json::json;

use super::house::{CHANNEL, House, made, problem};

const PATH: &str = "/api/v1/subscriptions";

#[tokio::test]
async fn a_subscription_hears_of_what_comes_and_shows_its_secret_once() {
    let house = House::new();
    let new = json!({ "url": "https://app.example/hook", "format": "callbell",
        "events": ["message_created", "message_created"], "channel": "main" });
    let made = made(&house, PATH, new).await;
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_"), "{secret}");
    let kept = house.store.catalog().subscriptions[0].clone();
    assert_eq!(kept.secret.as_ref().map(Secret::reveal), Some(secret));
    assert_eq!((kept.since, kept.channel), (41, Some(CHANNEL)));
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    let (_, shown) = house.caller("acme", &path).await;
    assert!(!shown.to_string().contains(secret));
    assert_eq!(shown["events"], json!(["message_created"]));
    let change = json!({ "url": "https://app.example/new", "events": [], "enabled": false });
    let (_, changed) = house
        .with_token("acme", "PATCH", &path, change.to_string())
        .await;
    assert_eq!(
        (&changed["events"], &changed["enabled"]),
        (&json!([]), &json!(false))
    );
    let kept = house.store.catalog().subscriptions[0].clone();
    assert_eq!(kept.secret.as_ref().map(Secret::reveal), Some(secret));
    assert_eq!(house.with_token("acme", "DELETE", &path, "").await.0, 200);
}

#[tokio::test]
async fn what_a_subscription_cannot_have_is_refused_and_named() {
    let house = House::new();
    for (key, value) in [
        ("url", json!("ftp://app.example")),
        ("format", json!("smoke")),
        ("events", json!(["message_eaten"])),
        ("channel", json!("foreign")),
        ("channel", json!("nowhere")),
    ] {
        let mut body = json!({ "url": "https://app.example", "format": "onprem" });
        body[key] = value;
        let heard = house
            .with_token("acme", "POST", PATH, body.to_string())
            .await;
        assert_eq!(problem(&heard), (400, "invalid", key), "{body}");
    }
}
