//! Telling the systems that want to know.

use std::collections::BTreeMap;

use dragoman_core::ports::Method;
use dragoman_testkit::{Receiver, until};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

use super::onprem::{login, subscribe, told};
use super::{customer_writes, shown, time_passes};
use crate::support::process::{Dev, PATIENCE};
use crate::support::{api, samples};

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

#[tokio::test]
async fn a_program_subscribes_itself_and_hears_signed_events_until_it_leaves() {
    let dev = Dev::start().await;
    let receiver = Receiver::start();
    let token = Some(dev.text("/callbell/token"));
    let path = |path: &str| format!("{}/callbell/v1{path}", dev.text("/gateway"));
    let events = ["message_created", "message_status_updated"];
    let wish = json!({ "url": receiver.url("/hook"), "subscriptions": events });
    let answer = api::post(&path("/webhooks/subscribe"), token, &wish).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    assert_eq!(answer.json["webhook"]["enabled"], true);

    let hello = samples::text("Hello!");
    let sent = api::post(&path("/messages/send"), token, &hello).await;
    let uuid = &sent.json["message"]["uuid"];
    customer_writes(&dev, "An answer").await;
    for (event, status, is_ours) in [
        ("message_created", "sent", true),
        ("message_status_updated", "sent", true),
        ("message_status_updated", "delivered", true),
        ("message_created", "received", false),
    ] {
        told(&receiver, status, |body| {
            let payload = &body["payload"];
            let known = (&body["event"], &payload["status"]);
            known == (&json!(event), &json!(status)) && (payload["uuid"] == *uuid) == is_ours
        })
        .await;
    }
    let secret = answer.json["webhook"]["secret"].as_str().unwrap();
    for post in receiver.received() {
        let signature = post.header("x-callbell-signature").unwrap();
        assert_eq!(signature, signed(secret, signature, &post.body));
    }

    let left = api::call(Method::Delete, &path("/webhooks/unsubscribe"), token, b"").await;
    assert_eq!(left.unwrap().status, 200);
    let before = receiver.received().len();
    let text = "Nobody is told";
    api::post(&path("/messages/send"), token, &samples::text(text)).await;
    shown(&dev, text, |message| message["text"] == text).await;
    assert_eq!(receiver.received().len(), before);
}

/// The signature as it has to be, at the time that it says.
fn signed(secret: &str, signature: &str, body: &[u8]) -> String {
    let (time, _) = signature.split_once(',').unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(time.strip_prefix("t=").unwrap().as_bytes());
    mac.update(b".");
    mac.update(body);
    let digest = mac.finalize().into_bytes();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{time},v1={hex}")
}
