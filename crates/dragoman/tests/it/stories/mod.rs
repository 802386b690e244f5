mod callbell;
mod canary;
pub(crate) mod commands;
mod full_disk;
mod import;
mod import_onprem;
mod killed;
mod nouns;
pub(crate) mod onprem;
mod onprem_anything;
mod onprem_disturbed;
mod onprem_media;
mod onprem_nodes;
mod onprem_received;
mod onprem_types;
mod order;
mod people;
mod phone_page;
mod raw_http;
mod rules;
mod schema;
mod secrets;
mod serving;
mod standing;
pub(crate) mod survival;
mod unknown;
mod webhooks;

use dragoman_testkit::until;
use serde_json::{Value, json};

use crate::support::api;
use crate::support::process::{Dev, PATIENCE};

/// What the demo customer's phone shows, oldest first.
async fn phone(dev: &Dev) -> Vec<Value> {
    let url = format!(
        "{}/emulator/v1/customers/{}/messages",
        dev.text("/emulator"),
        dev.text("/customer")
    );
    api::get(&url, None).await.unwrap().json["messages"]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

/// Waits until the phone shows a message that `fits`.
pub(crate) async fn shown(dev: &Dev, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
    until(what, PATIENCE, async || {
        phone(dev).await.into_iter().find(&fits)
    })
    .await
}

/// Sends through the Callbell dialect.
async fn send(dev: &Dev, body: &Value) -> api::Answer {
    let url = format!("{}/messages/send", dev.text("/callbell/base_url"));
    api::post(&url, Some(dev.text("/callbell/token")), body).await
}

/// Waits until the Callbell dialect shows this status.
async fn status(dev: &Dev, uuid: &str, wanted: &str) -> Value {
    let url = format!("{}/messages/status/{uuid}", dev.text("/callbell/base_url"));
    until(&format!("{uuid} is {wanted}"), PATIENCE, async || {
        let answer = api::get(&url, Some(dev.text("/callbell/token")))
            .await
            .unwrap();
        (answer.json["message"]["status"] == wanted).then_some(answer.json)
    })
    .await
}

/// The demo customer writes.
pub(crate) async fn customer_writes(dev: &Dev, text: &str) {
    let url = format!(
        "{}/emulator/v1/customers/{}/messages",
        dev.text("/emulator"),
        dev.text("/customer")
    );
    assert!(api::post(&url, None, &json!({ "text": text })).await.status < 300);
}

/// The demo customer opens the chat.
pub(crate) async fn customer_reads(dev: &Dev) {
    let url = format!(
        "{}/emulator/v1/customers/{}/read",
        dev.text("/emulator"),
        dev.text("/customer")
    );
    assert!(api::post(&url, None, &json!({})).await.status < 300);
}

/// A closed window is a little further away than a day.
const MORE_THAN_A_DAY: u32 = 25 * 3600;

/// The emulator's clock moves, and the gateway's with it.
pub(crate) async fn time_passes(dev: &Dev, seconds: u32) {
    let url = format!("{}/emulator/v1/clock", dev.text("/emulator"));
    assert_eq!(
        api::post(&url, None, &json!({ "advance_s": seconds }))
            .await
            .status,
        200
    );
}
