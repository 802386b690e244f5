//! Messages in doubt, channels that are held, and what people say of either.

use axum::body::Body;
use dragoman_core::doubt::{Resolution, Resolver};
use dragoman_core::event::What;
use serde_json::{Value, json};

use super::attempts::{departed, lost, timeline};
use super::house::{CHANNEL, House};

const LIST: &str = "/api/v1/messages?state=unknown";
const RESOLVE: &str = "/api/v1/messages/wamid.X/resolve";
const MAIN: &str = "/api/v1/channels/main";

fn house(whats: Vec<What>) -> House {
    let house = House::new();
    house.store.keep(timeline(whats));
    house
}

#[tokio::test]
async fn what_is_in_doubt_is_listed_for_its_account() {
    let house = house(vec![departed(1), lost()]);
    for path in [LIST, "/api/v1/messages?state=unknown&channel=main"] {
        let (status, found) = house.caller("acme", path).await;
        assert_eq!(
            (status, &found["messages"][0]["state"]),
            (200, &json!("unknown"))
        );
        assert!(found["messages"][0]["unknown_since"].is_string());
    }
    let (_, others) = house.caller("other", LIST).await;
    assert_eq!(others, json!({ "messages": [] }));
    let foreign = "/api/v1/messages?state=unknown&channel=foreign";
    assert_eq!(house.caller("acme", foreign).await.0, 404);
    let (status, wrong) = house.caller("acme", "/api/v1/messages?state=sent").await;
    assert_eq!((status, &wrong["error"]["field"]), (400, &json!("state")));
}

#[tokio::test]
async fn a_message_that_is_not_in_doubt_is_not_resolved() {
    let house = house(vec![departed(1)]);
    let (status, answer) = house
        .with_token("acme", "POST", RESOLVE, r#"{"as":"sent"}"#)
        .await;
    assert_eq!((status, &answer["error"]["code"]), (409, &json!("settled")));
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("not in doubt: it is in_flight"),
        "{message}"
    );
    for (token, body, status) in [
        ("acme", r#"{"as":"lost"}"#, 400),
        ("acme", "{}", 400),
        ("other", r#"{"as":"sent"}"#, 404),
    ] {
        let answer = house.with_token(token, "POST", RESOLVE, body).await;
        assert_eq!(answer.0, status, "{body}: {}", answer.1);
    }
}

#[tokio::test]
async fn what_only_counts_as_failed_says_so() {
    let failed = What::Resolved {
        resolution: Resolution::Failed,
        by: Resolver::Policy,
    };
    let house = house(vec![departed(1), lost(), failed]);
    let (_, trace) = house.caller("acme", "/api/v1/messages/wamid.X").await;
    assert_eq!(trace["message"]["state"], "failed");
    assert_eq!(trace["message"]["failure"], "outcome_unknown");
    let last = trace["events"].as_array().unwrap().last().unwrap();
    assert_eq!(last["event"], "resolved_failed");
    assert_eq!(
        (&last["by"], &last["reason"]),
        (&json!("policy"), &json!("outcome_unknown"))
    );
}

#[tokio::test]
async fn a_channel_says_how_doubts_end_on_it() {
    let house = House::new();
    let change = r#"{"on_unknown":"resend_once","strict":true}"#;
    let (status, shown) = house.operator("PATCH", MAIN, change).await;
    assert_eq!(status, 200, "{shown}");
    assert_eq!(shown["on_unknown"], "resend_once");
    assert_eq!(
        (&shown["strict"], &shown["held"]),
        (&json!(true), &Value::Null)
    );
    let (status, wrong) = house
        .operator("PATCH", MAIN, r#"{"on_unknown":"again"}"#)
        .await;
    assert_eq!(
        (status, &wrong["error"]["field"]),
        (400, &json!("on_unknown"))
    );
}

#[tokio::test]
async fn only_the_operator_releases_a_channel() {
    let house = House::new();
    house.store.rewrite(|catalog| {
        let mut channels = catalog.channels.iter_mut();
        let main = channels.find(|channel| channel.id == CHANNEL).unwrap();
        main.sending.held = Some("store_regression".into());
    });
    let (_, shown) = house.operator("GET", MAIN, Body::empty()).await;
    assert_eq!(shown["held"], "store_regression");
    let release = format!("{MAIN}/release");
    let refused = house.with_token("acme", "POST", &release, "").await;
    assert_eq!(refused.0, 403);
    let (status, shown) = house.operator("POST", &release, Body::empty()).await;
    assert_eq!((status, &shown["held"]), (200, &Value::Null));
}
