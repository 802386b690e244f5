//! Telling the systems that want to know.

use std::collections::BTreeMap;

use dragoman_testkit::{Receiver, until};
use serde_json::json;

use super::onprem::{login, subscribe};
use super::{shown, time_passes};
use crate::support::api;
use crate::support::process::{Dev, PATIENCE};

/// How long the receiver is away, in the clock of `dev`.
const TWO_MINUTES: u32 = 120;

#[tokio::test]
async fn a_receiver_that_was_down_for_two_minutes_gets_every_event_once_it_is_back() {
    const MESSAGES: usize = 5;
    let dev = Dev::start().await;
    let mut receiver = Receiver::start();
    let token = login(&dev, "/onprem/base_url").await;
    subscribe(&dev, &token, &receiver).await;
    receiver.down().await;
    let url = format!("{}/v1/messages", dev.text("/onprem/base_url"));
    for number in 0..MESSAGES {
        let text = format!("number {number}");
        let body = json!({ "to": "31612345678", "text": { "body": text } });
        assert_eq!(api::post(&url, Some(&token), &body).await.status, 201);
        shown(&dev, &text, |message| message["text"] == text).await;
    }
    time_passes(&dev, TWO_MINUTES).await;
    receiver.up();
    let told = until(
        "every message was told sent and delivered",
        PATIENCE,
        async || {
            // What is due again is due by this clock.
            time_passes(&dev, TWO_MINUTES).await;
            let mut told = BTreeMap::<(String, String), u32>::new();
            for post in receiver.received() {
                let status = &post.json()["statuses"][0];
                *told
                    .entry((status["id"].to_string(), status["status"].to_string()))
                    .or_default() += 1;
            }
            (told.len() >= 2 * MESSAGES).then_some(told)
        },
    )
    .await;
    assert!(told.values().all(|&times| times == 1), "{told:?}");
}
