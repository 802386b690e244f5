//! Idempotency keys: a repeated call makes nothing a second time.

use serde_json::json;

use super::house::{House, problem};

#[tokio::test]
async fn a_repeated_call_with_a_key_finds_what_the_first_one_made() {
    let house = House::new();
    for (path, body) in [
        ("/api/v1/accounts", json!({ "name": "third" })),
        (
            "/api/v1/teams",
            json!({ "account": "acme", "name": "General" }),
        ),
        (
            "/api/v1/users",
            json!({ "account": "acme", "email": "ada@e.com" }),
        ),
        (
            "/api/v1/statuses",
            json!({ "account": "acme", "name": "Lunch" }),
        ),
        (
            "/api/v1/funnels",
            json!({ "account": "acme", "name": "Lead" }),
        ),
        (
            "/api/v1/fields",
            json!({ "account": "acme", "name": "City", "kind": "text" }),
        ),
    ] {
        let (first, replayed) = house.keyed("k", path, &body).await;
        assert_eq!((first.0, replayed), (201, false), "{path}: {}", first.1);
        let (again, replayed) = house.keyed("k", path, &body).await;
        assert!(replayed, "{path}");
        assert_eq!(again, first, "{path}");
        let (other, _) = house.keyed("another", path, &body).await;
        assert_ne!(other.1["id"], first.1["id"], "{path}");
    }
}

#[tokio::test]
async fn a_customer_who_is_made_known_again_with_a_key_is_shown_as_they_are() {
    let house = House::new();
    let path = "/api/v1/contacts";
    let body = json!({ "account": "acme", "address": "31612345678", "name": "Jan" });
    let (first, replayed) = house.keyed("k", path, &body).await;
    assert_eq!((first.0, replayed), (201, false), "{}", first.1);
    let one = format!("{path}/{}", first.1["id"].as_str().unwrap());
    house.operator("PATCH", &one, r#"{"name":"Johan"}"#).await;
    let (again, replayed) = house.keyed("k", path, &body).await;
    assert_eq!(
        (again.0, replayed, &again.1["name"]),
        (201, true, &json!("Johan"))
    );
}

#[tokio::test]
async fn a_key_that_made_one_customer_known_makes_no_other_known() {
    let house = House::new();
    let path = "/api/v1/contacts";
    let body = |address| json!({ "account": "acme", "address": address });
    house.keyed("k", path, &body("31612345678")).await;
    let (other, _) = house.keyed("k", path, &body("31687654321")).await;
    assert_eq!(problem(&other), (422, "key_reused", ""));
}

#[tokio::test]
async fn a_secret_is_not_shown_again() {
    let house = House::new();
    for (path, body, secret) in [
        ("/api/v1/tokens", json!({ "account": "acme" }), "token"),
        (
            "/api/v1/subscriptions",
            json!({ "account": "acme", "url": "https://a.example", "format": "callbell" }),
            "secret",
        ),
        (
            "/api/v1/channels",
            json!({ "account": "acme", "driver": "pigeon", "slug": "second",
                "phone_number_id": "1", "settings": { "loft": "a" } }),
            "onprem_password",
        ),
    ] {
        let (first, _) = house.keyed("k", path, &body).await;
        assert!(first.1[secret].is_string(), "{path}: {}", first.1);
        let (again, replayed) = house.keyed("k", path, &body).await;
        assert_eq!(
            (replayed, again.0, &again.1["id"]),
            (true, 201, &first.1["id"]),
            "{path}"
        );
        assert!(again.1[secret].is_null(), "{path}");
    }
}

#[tokio::test]
async fn a_key_is_good_for_one_request() {
    let house = House::new();
    let path = "/api/v1/teams";
    house
        .keyed("k", path, &json!({ "account": "acme", "name": "One" }))
        .await;
    let (other, _) = house
        .keyed("k", path, &json!({ "account": "acme", "name": "Two" }))
        .await;
    assert_eq!(problem(&other), (422, "key_reused", ""));
    let elsewhere = json!({ "account": "other", "name": "One" });
    assert_eq!(
        house.keyed("k", path, &elsewhere).await.0.0,
        201,
        "keys are the account's"
    );
    let (bad, _) = house.keyed(&"k".repeat(256), path, &elsewhere).await;
    assert_eq!(problem(&bad), (400, "invalid", "idempotency-key"));
}
