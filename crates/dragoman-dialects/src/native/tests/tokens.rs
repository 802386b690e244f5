//! Tokens of programs.

use std::time::Duration;

use dragoman_core::ports::{Clock, Store};
use dragoman_core::refusal::When;
use serde_json::json;

use super::house::{House, problem};

const PATH: &str = "/api/v1/tokens";

#[tokio::test]
async fn a_token_has_a_policy_and_shows_its_secret_once() {
    let house = House::new();
    let new = json!({ "account": "acme", "name": "Shop", "refusals": "later", "rate": "80/s",
        "duplicate_window": "60s" });
    let (status, made) = house.operator("POST", PATH, new.to_string()).await;
    assert_eq!(status, 201, "{made}");
    let secret = made["token"].as_str().unwrap();
    assert_eq!(house.caller(secret, PATH).await.0, 200);
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    let (_, shown) = house.operator("GET", &path, "").await;
    assert!(!shown.to_string().contains(secret));
    assert_eq!(
        (&shown["scope"], &shown["refusals"]),
        (&json!("api"), &json!("later"))
    );
    assert_eq!(
        (&shown["rate"], &shown["duplicate_window"]),
        (&json!("80/s"), &json!("1m"))
    );
    let change = json!({ "rate": null, "refusals": "now" }).to_string();
    let (_, changed) = house.operator("PATCH", &path, change).await;
    assert_eq!(
        (&changed["rate"], &changed["duplicate_window"]),
        (&json!(null), &json!("1m"))
    );
    let policy = house.store.catalog().tokens.last().unwrap().policy;
    assert_eq!((policy.refusals, policy.rate), (Some(When::Now), None));
    assert_eq!(house.operator("DELETE", &path, "").await.0, 200);
    assert_eq!(house.caller(secret, PATH).await.0, 401);
}

#[tokio::test]
async fn a_policy_that_there_is_not_is_refused_and_named() {
    let house = House::new();
    for (key, value) in [
        ("refusals", "never"),
        ("rate", "fast"),
        ("duplicate_window", "2d"),
        ("name", ""),
        ("account", "nowhere"),
    ] {
        let mut body = json!({ "account": "acme" });
        body[key] = value.into();
        let heard = house.operator("POST", PATH, body.to_string()).await;
        assert_eq!(problem(&heard), (400, "invalid", key));
    }
}

#[tokio::test]
async fn a_token_has_the_scopes_and_the_life_that_it_was_made_with() {
    let house = House::new();
    let new = json!({ "account": "acme", "scopes": ["management", "messages:send"],
        "expires": "90d" });
    let (_, made) = house.operator("POST", PATH, new.to_string()).await;
    let secret = made["token"].as_str().unwrap();
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    let (_, shown) = house.operator("GET", &path, "").await;
    assert_eq!(shown["scopes"], json!(["messages:send", "management"]));
    assert_eq!(house.caller(secret, PATH).await.0, 200);
    let heard = house.caller(secret, "/api/v1/contacts").await;
    assert_eq!(problem(&heard), (403, "forbidden", ""));
    house.clock.advance(Duration::from_secs(90 * 24 * 3600));
    assert_eq!(house.caller(secret, PATH).await.0, 401);
    for (key, value) in [
        ("scopes", json!([])),
        ("scopes", json!(["all"])),
        ("expires", json!("never")),
        ("expires", json!("0d")),
        ("rights", json!(["management"])),
    ] {
        let body = json!({ "account": "acme", key: value }).to_string();
        let heard = house.operator("POST", PATH, body).await;
        assert_eq!(problem(&heard), (400, "invalid", key));
    }
}

#[tokio::test]
async fn the_last_use_of_a_token_is_shown_at_once_and_written_once_an_hour() {
    let house = House::new();
    let path = format!("{PATH}/{}", house.store.catalog().tokens[0].id.simple());
    let last = async || house.operator("GET", &path, "").await.1["last_used_at"].clone();
    let written = async || {
        house.services.uses.write(&*house.store).await.unwrap();
        house.store.catalog().tokens[0].last_used_at
    };
    assert_eq!((last().await, written().await), (json!(null), None));
    let first = house.clock.now();
    house.caller("acme", PATH).await;
    assert_eq!(last().await, json!(first.iso().to_string()));
    assert_eq!(written().await, Some(first));
    house.clock.advance(Duration::from_secs(3599));
    house.caller("acme", PATH).await;
    assert_eq!(written().await, Some(first));
    let second = house.clock.now();
    assert_eq!(last().await, json!(second.iso().to_string()));
    house.clock.advance(Duration::from_secs(1));
    house.caller("acme", PATH).await;
    assert_eq!(written().await, Some(house.clock.now()));
}

#[tokio::test]
async fn only_the_operator_makes_changes_and_removes_tokens() {
    let house = House::new();
    let (_, list) = house.caller("acme", PATH).await;
    let own = format!("{PATH}/{}", list["tokens"][0]["id"].as_str().unwrap());
    for (method, path) in [("POST", PATH), ("PATCH", &own), ("DELETE", &own)] {
        let heard = house.with_token("acme", method, path, "{}").await;
        assert_eq!(problem(&heard), (403, "forbidden", ""), "{method}");
    }
}

#[tokio::test]
async fn more_calls_than_a_token_may_make_have_to_wait_and_the_operator_s_do_not() {
    let house = House::new();
    let new = json!({ "account": "acme", "rate": "2/s" }).to_string();
    let (_, made) = house.operator("POST", PATH, new).await;
    let secret = made["token"].as_str().unwrap();
    assert_eq!(house.caller(secret, PATH).await.0, 200);
    assert_eq!(house.caller(secret, "/api/v1/teams/x").await.0, 404);
    let heard = house.caller(secret, PATH).await;
    assert_eq!(problem(&heard), (429, "too_many_requests", ""));
    assert_eq!(house.caller("acme", PATH).await.0, 200);
    assert_eq!(house.operator("GET", PATH, "").await.0, 200);
    house.clock.advance(Duration::from_millis(500));
    assert_eq!(house.caller(secret, PATH).await.0, 200);
}
