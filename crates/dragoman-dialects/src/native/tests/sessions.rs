//! Logging in and out.

use std::time::Duration;

use dragoman_core::ports::Store;
use serde_json::{Value, json};

use super::house::{Heard, House, made, problem};

const PASSWORD: &str = "Secret-1";

async fn with_ada() -> (House, String) {
    let house = House::new();
    let ada = json!({ "email": "ada@e.com", "password": PASSWORD });
    let user = made(&house, "/api/v1/users", ada).await;
    let path = format!("/api/v1/users/{}", user["id"].as_str().unwrap());
    (house, path)
}

async fn login(house: &House, email: &str, password: &str) -> Heard {
    let body = json!({ "account": "acme", "email": email, "password": password });
    house
        .stranger("POST", "/api/v1/login", body.to_string())
        .await
}

async fn session(house: &House) -> String {
    let (status, begun) = login(house, "ada@e.com", PASSWORD).await;
    assert_eq!(status, 200, "{begun}");
    begun["token"].as_str().unwrap().to_owned()
}

async fn opens(house: &House, token: &str) -> bool {
    house.caller(token, "/api/v1/users").await.0 == 200
}

#[tokio::test]
async fn a_session_lasts_twelve_hours_or_until_it_is_ended() {
    let (house, _) = with_ada().await;
    let (_, begun) = login(&house, "ADA@e.com", PASSWORD).await;
    assert_eq!(begun["expires_at"], "2026-09-22T02:13:20Z");
    let (first, second) = (begun["token"].as_str().unwrap(), session(&house).await);
    assert!(opens(&house, first).await && opens(&house, &second).await);
    let (status, _) = house.with_token(first, "POST", "/api/v1/logout", "").await;
    assert_eq!(status, 200);
    assert!(!opens(&house, first).await && opens(&house, &second).await);
    house.clock.advance(Duration::from_secs(12 * 3600));
    assert!(!opens(&house, &second).await);
}

#[tokio::test]
async fn who_is_unknown_hears_the_same_as_who_is_wrong() {
    let (house, _) = with_ada().await;
    made(&house, "/api/v1/users", json!({ "email": "mute@e.com" })).await;
    let wrong = login(&house, "ada@e.com", "Secret-2").await;
    assert_eq!(problem(&wrong), (401, "unauthorized", ""));
    assert_eq!(login(&house, "nobody@e.com", PASSWORD).await, wrong);
    assert_eq!(login(&house, "mute@e.com", PASSWORD).await, wrong);
    let elsewhere = json!({ "account": "other", "email": "ada@e.com", "password": PASSWORD });
    let elsewhere = house
        .stranger("POST", "/api/v1/login", elsewhere.to_string())
        .await;
    assert_eq!(elsewhere, wrong);
}

#[tokio::test]
async fn ten_attempts_a_minute_are_enough_for_anybody_who_is_there_or_not() {
    let (house, _) = with_ada().await;
    for email in ["ada@e.com", "nobody@e.com"] {
        for _ in 0..10 {
            assert_eq!(login(&house, email, "Secret-2").await.0, 401);
        }
        let heard = login(&house, email, PASSWORD).await;
        assert_eq!(problem(&heard), (429, "too_many_requests", ""), "{email}");
        assert_eq!(
            heard.1["error"]["message"],
            "too many calls: again in 6 seconds"
        );
    }
    house.clock.advance(Duration::from_secs(6));
    session(&house).await;
}

#[tokio::test]
async fn another_password_ends_every_session_and_so_does_leaving() {
    let (house, path) = with_ada().await;
    let token = session(&house).await;
    let change = async |body: Value| house.operator("PATCH", &path, body.to_string()).await.0;
    assert_eq!(change(json!({ "name": "Ada" })).await, 200);
    assert!(opens(&house, &token).await);
    assert_eq!(change(json!({ "password": "Secret-2" })).await, 200);
    assert!(!opens(&house, &token).await);
    assert_eq!(login(&house, "ada@e.com", PASSWORD).await.0, 401);
    let (_, begun) = login(&house, "ada@e.com", "Secret-2").await;
    assert_eq!(house.operator("DELETE", &path, "").await.0, 200);
    assert!(!opens(&house, begun["token"].as_str().unwrap()).await);
    assert!(
        house.store.catalog().tokens.len() == 2,
        "those of programs are left"
    );
}

#[tokio::test]
async fn a_token_of_a_program_is_no_session_to_end() {
    let house = House::new();
    let heard = house.with_token("acme", "POST", "/api/v1/logout", "").await;
    assert_eq!(problem(&heard), (403, "forbidden", ""));
    assert!(opens(&house, "acme").await);
}
