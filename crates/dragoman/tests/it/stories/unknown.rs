//! A message of which nobody knows whether it was sent, and somebody who does.

use dragoman_core::ports::Method;
use dragoman_testkit::until;
use serde_json::{Value, json};

use super::commands::{json, run};
use super::{send, status};
use crate::support::process::{Dev, PATIENCE};
use crate::support::{api, samples};

/// Sends a message whose answer is lost on the way, before the provider has read it.
async fn lost(dev: &Dev) -> String {
    let url = format!("{}/emulator/v1/faults", dev.text("/emulator"));
    let rule = json!({ "rules": [{ "times": 1, "do": { "kind": "reset_before_read" } }] });
    let body = rule.to_string();
    let put = api::call(Method::Put, &url, None, body.as_bytes()).await;
    assert_eq!(put.unwrap().status, 200);
    let sent = send(dev, &samples::text("perhaps")).await;
    let uuid = sent.json["message"]["uuid"].as_str().unwrap().to_owned();
    until("it is unknown", PATIENCE, async || {
        let trace = json(&dev.data_dir(), &["trace", &uuid]);
        (trace["message"]["state"] == "unknown").then_some(())
    })
    .await;
    uuid
}

fn events(trace: &Value) -> Vec<&str> {
    let events = trace["events"].as_array().unwrap();
    events
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn somebody_says_what_became_of_a_message() {
    let dev = Dev::start().await;
    let uuid = lost(&dev).await;
    // A client of the original API hears nothing of a doubt.
    status(&dev, &uuid, "enqueued").await;
    let resolved = json(&dev.data_dir(), &["resolve", &uuid, "failed"]);
    assert_eq!(resolved["state"], "failed");
    status(&dev, &uuid, "failed").await;
    let resent = json(&dev.data_dir(), &["resolve", &uuid, "resend"]);
    assert_eq!(resent["state"], "queued");
    status(&dev, &uuid, "delivered").await;
    let trace = json(&dev.data_dir(), &["trace", &uuid]);
    assert_eq!(
        events(&trace)[..5],
        [
            "accepted",
            "departed",
            "unknown",
            "resolved_failed",
            "resent"
        ]
    );
    assert_eq!(trace["attempts"][0]["class"], "U");
    let shown = run(&dev.data_dir(), &["trace", &uuid]);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("by person"), "{shown}");

    let again = run(&dev.data_dir(), &["resolve", &uuid, "sent"]);
    assert_eq!(again.status.code(), Some(1));
    let why = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(why.contains("not in doubt"), "{why}");
}

#[tokio::test]
async fn the_owner_of_a_channel_says_how_doubts_end() {
    let dev = Dev::start().await;
    let words = ["--on-unknown", "fail", "--strict", "true"];
    let set = [&["channel", "set", "demo"], &words[..]].concat();
    let set = json(&dev.data_dir(), &set);
    assert_eq!(
        (&set["on_unknown"], &set["strict"]),
        (&json!("fail"), &json!(true))
    );
    let listed = run(&dev.data_dir(), &["channel", "list"]);
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(
        listed.contains("on_unknown") && listed.contains("held"),
        "{listed}"
    );
    let released = json(&dev.data_dir(), &["channel", "release", "demo"]);
    assert_eq!(released["held"], Value::Null);
}
