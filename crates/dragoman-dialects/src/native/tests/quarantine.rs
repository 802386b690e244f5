//! What nobody could use.

use std::time::Duration;

use dragoman_core::ports::{Quarantined, Store};
use dragoman_core::{Id, Raw};
use serde_json::json;

use super::house::{ACME, CHANNEL, FOREIGN_CHANNEL, House, NOW, OTHER};

const PATH: &str = "/api/v1/quarantine";

async fn keep(house: &House, account: Id, channel: Id, second: u64) {
    let odd = Quarantined {
        account,
        channel,
        at: NOW.plus(Duration::from_secs(second)),
        why: "a message without id".into(),
        body: Raw::new(format!("{{\"n\":{second}}}")),
    };
    house.store.quarantine(odd).await.unwrap();
}

#[tokio::test]
async fn webhooks_that_nobody_could_use_are_shown_newest_first_each_to_its_account() {
    let house = House::new();
    keep(&house, ACME, CHANNEL, 0).await;
    keep(&house, OTHER, FOREIGN_CHANNEL, 1).await;
    keep(&house, ACME, CHANNEL, 2).await;
    let shown = |channel: Id, at: &str, body: &str| {
        json!({ "at": at, "channel": channel.simple(), "why": "a message without id",
            "body": body })
    };
    let first = shown(CHANNEL, "2026-09-21T14:13:20Z", r#"{"n":0}"#);
    let second = shown(FOREIGN_CHANNEL, "2026-09-21T14:13:21Z", r#"{"n":1}"#);
    let third = shown(CHANNEL, "2026-09-21T14:13:22Z", r#"{"n":2}"#);
    for (heard, expected) in [
        (
            house.operator("GET", PATH, "").await,
            json!([third, second, first]),
        ),
        (house.caller("acme", PATH).await, json!([third, first])),
        (house.caller("other", PATH).await, json!([second])),
    ] {
        assert_eq!(heard, (200, json!({ "quarantine": expected })));
    }
    assert_eq!(house.caller("nobody", PATH).await.0, 401);
}

#[tokio::test]
async fn the_newest_hundred_of_all_accounts_are_shown() {
    let house = House::new();
    for second in 0..80 {
        keep(&house, ACME, CHANNEL, 2 * second).await;
        keep(&house, OTHER, FOREIGN_CHANNEL, 2 * second + 1).await;
    }
    let (_, body) = house.operator("GET", PATH, "").await;
    let shown = body["quarantine"].as_array().unwrap();
    assert_eq!(shown.len(), 100);
    assert_eq!(shown[0]["body"], r#"{"n":159}"#);
    assert_eq!(shown[99]["body"], r#"{"n":60}"#);
}
