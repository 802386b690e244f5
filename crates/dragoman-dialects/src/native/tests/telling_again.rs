//! What was given up, telling it again, and secrets that are replaced.

use std::time::Duration;

use dragoman_core::Secret;
use dragoman_core::event::{EventId, What};
use dragoman_core::ports::{DeadLetter, Store, Telling};
use serde_json::{Value, json};

use super::events::happened;
use super::house::{House, NOW, made, problem};

const PATH: &str = "/api/v1/subscriptions";

async fn subscribed(house: &House, format: &str) -> String {
    let new = json!({ "url": "https://app.example/hook", "format": format });
    let made = made(house, PATH, new).await;
    format!("{PATH}/{}", made["id"].as_str().unwrap())
}

/// One event of which a subscription has not heard.
fn with_a_dead_letter(house: &House) -> EventId {
    let happened = happened(vec![What::Expired]);
    let id = happened[0].id();
    let letter = DeadLetter {
        seq: id.seq,
        message: happened[0].message(),
        at: NOW,
        status: None,
    };
    let telling = Telling {
        cursor: 1,
        due: 2,
        failing_since: Some(NOW),
    };
    let subscription = house.store.catalog().subscriptions[0].id;
    house.store.note_dead(subscription, vec![letter], telling);
    house.store.note_happened(happened);
    id
}

async fn post(house: &House, path: &str, body: Value) -> (u16, Value) {
    house
        .with_token("acme", "POST", path, body.to_string())
        .await
}

#[tokio::test]
async fn what_was_given_up_is_listed_in_the_format_s_words() {
    let house = House::new();
    let path = subscribed(&house, "callbell").await;
    let id = with_a_dead_letter(&house);
    let (status, list) = house.caller("acme", &format!("{path}/dead")).await;
    assert_eq!((status, &list["next"]), (200, &Value::Null));
    let letter = &list["dead"][0];
    assert_eq!(letter["id"], id.to_string());
    assert_eq!(letter["event"], "message_status_updated");
    let (_, shown) = house.caller("acme", &path).await;
    assert_eq!(
        (&shown["waiting"], shown["failing_since"].is_string()),
        (&json!(2), true)
    );
}

#[tokio::test]
async fn one_event_what_was_given_up_or_everything_since_a_time_is_told_again() {
    let house = House::new();
    let path = subscribed(&house, "dragoman").await;
    let id = with_a_dead_letter(&house);
    let replay = format!("{path}/replay");
    for (wish, expected) in [
        (
            json!({ "event": id.to_string() }),
            json!({ "replayed": 1, "more": false, "after": null }),
        ),
        (
            json!({ "dead": true, "events": ["message.expired"], "channel": "main" }),
            json!({ "replayed": 7, "more": true, "after": null }),
        ),
        (
            json!({ "since": "2026-11-22T08:00:00+01:00" }),
            json!({ "replayed": null, "more": false, "after": 12 }),
        ),
    ] {
        assert_eq!(post(&house, &replay, wish).await, (200, expected));
    }
}

#[tokio::test]
async fn a_wish_that_says_nothing_or_too_much_is_refused() {
    let house = House::new();
    let path = subscribed(&house, "dragoman").await;
    let id = with_a_dead_letter(&house);
    let replay = format!("{path}/replay");
    let other = EventId {
        seq: id.seq,
        at: NOW.plus(Duration::from_secs(999)),
    };
    for (wish, expected) in [
        (json!({}), (400, "malformed", "")),
        (json!({ "dead": false }), (400, "malformed", "")),
        (
            json!({ "dead": true, "since": "2026-11-22T08:00:00Z" }),
            (400, "malformed", ""),
        ),
        (
            json!({ "event": id.to_string(), "events": [] }),
            (400, "malformed", ""),
        ),
        (json!({ "event": "7" }), (400, "invalid", "event")),
        (
            json!({ "event": other.to_string() }),
            (404, "not_found", ""),
        ),
        (json!({ "since": "yesterday" }), (400, "invalid", "since")),
        (
            json!({ "dead": true, "events": ["message_created"] }),
            (400, "invalid", "events"),
        ),
        (
            json!({ "dead": true, "channel": "foreign" }),
            (400, "invalid", "channel"),
        ),
    ] {
        let heard = post(&house, &replay, wish.clone()).await;
        assert_eq!(problem(&heard), expected, "{wish}");
    }
}

#[tokio::test]
async fn an_old_secret_retires_within_a_day() {
    let house = House::new();
    let path = subscribed(&house, "dragoman").await;
    let before = house.store.catalog().subscriptions[0].clone();
    let (status, rotated) = post(&house, &format!("{path}/rotate"), json!({})).await;
    assert_eq!(status, 200);
    let after = house.store.catalog().subscriptions[0].clone();
    let secrets = |now| -> Vec<String> {
        let secrets = after.secrets(now).map(Secret::reveal);
        secrets.map(str::to_owned).collect()
    };
    let old = before.secret.unwrap().reveal().to_owned();
    let new = rotated["secret"].as_str().unwrap().to_owned();
    assert!(new.starts_with("whsec_") && new.len() == 50 && new != old);
    let day = Duration::from_secs(24 * 3600);
    assert_eq!(secrets(NOW), [new.clone(), old]);
    assert_eq!(secrets(NOW.plus(day)), [new]);
}

#[tokio::test]
async fn how_it_is_told_can_be_chosen_and_changed() {
    let house = House::new();
    let new = json!({ "url": "https://app.example/hook", "format": "cloud", "ordered": true,
        "concurrency": 9, "origin": "all", "events": ["messages", "failed"] });
    let made = made(&house, PATH, new).await;
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    let (_, shown) = house.caller("acme", &path).await;
    assert_eq!(
        (&shown["ordered"], &shown["concurrency"], &shown["origin"]),
        (&json!(true), &json!(9), &json!("all"))
    );
    let wish = json!({ "ordered": false, "concurrency": 1, "origin": "own" }).to_string();
    let (_, shown) = house.with_token("acme", "PATCH", &path, wish).await;
    assert_eq!(
        (&shown["ordered"], &shown["concurrency"], &shown["origin"]),
        (&json!(false), &json!(1), &json!("own"))
    );
    for (key, value) in [
        ("concurrency", json!(0)),
        ("concurrency", json!(101)),
        ("origin", json!("some")),
    ] {
        let heard = house
            .with_token("acme", "PATCH", &path, json!({ key: value }).to_string())
            .await;
        assert_eq!(problem(&heard), (400, "invalid", key));
    }
    let refused = json!({ "url": "https://app.example", "format": "dragoman", "origin": "all" });
    let heard = post(&house, PATH, refused).await;
    assert_eq!(problem(&heard), (400, "invalid", "origin"));
}

#[tokio::test]
async fn switched_on_again_it_is_forgiven() {
    let house = House::new();
    let path = subscribed(&house, "dragoman").await;
    house.store.rewrite(|catalog| {
        use dragoman_core::catalog::{StopReason, Stopped};
        let subscription = &mut catalog.subscriptions[0];
        subscription.enabled = false;
        subscription.stopped = Some(Stopped {
            at: NOW,
            reason: StopReason::Gone,
        });
    });
    let (_, shown) = house.caller("acme", &path).await;
    assert_eq!(shown["stopped_because"], "gone");
    let wish = json!({ "enabled": true }).to_string();
    let (_, shown) = house.with_token("acme", "PATCH", &path, wish).await;
    assert_eq!(
        (&shown["enabled"], &shown["stopped_at"]),
        (&json!(true), &Value::Null)
    );
}
