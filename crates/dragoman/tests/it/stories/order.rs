//! The order in which messages arrive on a phone that is off for a while.

use dragoman_core::ports::Method;
use dragoman_testkit::until;
use serde_json::{Value, json};

use super::commands::{json as command, run};
use super::{phone, send, shown, status, time_passes};
use crate::support::process::{Dev, PATIENCE};
use crate::support::{api, samples};

async fn phone_is(dev: &Dev, online: bool) {
    let (emulator, customer) = (dev.text("/emulator"), dev.text("/customer"));
    let url = format!("{emulator}/emulator/v1/customers/{customer}");
    let body = json!({ "online": online }).to_string();
    let answer = api::call(Method::Put, &url, None, body.as_bytes()).await;
    assert_eq!(answer.unwrap().status, 200);
}

async fn say(dev: &Dev, text: &str) -> String {
    let answer = send(dev, &samples::text(text)).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    answer.json["message"]["uuid"].as_str().unwrap().to_owned()
}

/// Waits until a message waits for that one.
async fn waits(dev: &Dev, message: &str, before: &str) {
    until("a message waits for the one before", PATIENCE, async || {
        let trace: Value = command(&dev.data_dir(), &["trace", message]);
        (trace["message"]["waiting_for"] == before).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_phone_that_was_off_shows_everything_in_the_order_of_acceptance() {
    let dev = Dev::start().await;
    let dir = dev.data_dir();
    let set = command(&dir, &["channel", "set", "demo", "--order", "delivered"]);
    assert_eq!(
        (&set["order"], &set["order_timeout"]),
        (&"delivered".into(), &"1m".into())
    );
    phone_is(&dev, false).await;
    let first = say(&dev, "first").await;
    let second = say(&dev, "second").await;
    let third = say(&dev, "third").await;
    status(&dev, &first, "sent").await;
    waits(&dev, &second, &first).await;
    waits(&dev, &third, &second).await;
    let told = String::from_utf8(run(&dir, &["trace", &second]).stdout).unwrap();
    assert!(
        told.contains(&format!("waiting for {first} since ")),
        "{told}"
    );

    // `delivered` does not come: the next leaves all the same.
    time_passes(&dev, 61).await;
    status(&dev, &second, "sent").await;
    waits(&dev, &third, &second).await;

    phone_is(&dev, true).await;
    shown(&dev, "the third message", |message| {
        message["text"] == "third"
    })
    .await;
    let shown = phone(&dev).await;
    let texts = shown.iter().filter_map(|message| message["text"].as_str());
    let ours = ["first", "second", "third"];
    let texts: Vec<&str> = texts.filter(|text| ours.contains(text)).collect();
    assert_eq!(texts, ours);
}
