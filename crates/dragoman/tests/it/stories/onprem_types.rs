//! Every type of message that an On-Premises program sends, as far as the customer's phone and back.

use dragoman_testkit::Receiver;
use serde_json::{Value, json};

use super::onprem::{login, subscribe, told};
use crate::support::api;
use crate::support::process::Dev;

/// A body for each type, for the demo's customer. Links are not fetched by the emulator.
fn messages() -> Vec<(&'static str, Value)> {
    let link = |name: &str| json!({ "link": format!("https://example.com/{name}") });
    let captioned = json!({ "link": "https://example.com/a.pdf", "filename": "a.pdf",
        "caption": "Read me" });
    let name = json!({ "formatted_name": "Kerry Fisher", "first_name": "Kerry" });
    let phone = json!({ "phone": "+16315551234", "type": "CELL" });
    vec![
        (
            "text",
            json!({ "preview_url": true, "text": { "body": "https://example.com" } }),
        ),
        ("image", json!({ "image": link("a.jpg") })),
        ("audio", json!({ "audio": link("a.mp3") })),
        ("video", json!({ "video": link("a.mp4") })),
        ("document", json!({ "document": captioned })),
        ("sticker", json!({ "sticker": link("a.webp") })),
        (
            "location",
            json!({ "location": { "latitude": 52.37, "longitude": 4.89, "name": "Amsterdam",
                "address": "Dam 1" } }),
        ),
        (
            "contacts",
            json!({ "contacts": [{ "name": name, "phones": [phone] }] }),
        ),
        ("template", json!({ "template": template() })),
        ("hsm", json!({ "hsm": hsm() })),
    ]
}

fn template() -> Value {
    json!({ "name": "demo_single", "language": { "policy": "deterministic", "code": "en" },
        "components": [{ "type": "body", "parameters": [{ "type": "text", "text": "Kim" }] }] })
}

fn hsm() -> Value {
    json!({ "namespace": "any", "element_name": "demo_single", "language": { "policy": "deterministic", "code": "en" },
        "localizable_params": [{ "default": "Kim" }] })
}

/// A body for each kind of interactive message.
fn interactive() -> Vec<(&'static str, Value)> {
    let row = json!({ "id": "p1", "title": "Margherita" });
    let item = json!({ "product_retailer_id": "sku-1" });
    let flow = json!({ "flow_message_version": "3", "flow_token": "t", "flow_id": "1",
        "flow_cta": "Book", "flow_action": "navigate", "flow_action_payload": { "screen": "S" } });
    let action = |kind: &str| match kind {
        "button" => json!({ "buttons": [
            { "type": "reply", "reply": { "id": "yes", "title": "Yes" } }] }),
        "list" => json!({ "button": "Open", "sections": [{ "title": "Pizza", "rows": [row] }] }),
        "product" => json!({ "catalog_id": "1", "product_retailer_id": "sku-1" }),
        "product_list" => json!({ "catalog_id": "1", "sections": [
            { "title": "A", "product_items": [item] }] }),
        "catalog_message" => json!({ "name": "catalog_message" }),
        _ => json!({ "name": "flow", "parameters": flow }),
    };
    let kinds = [
        "button",
        "list",
        "product",
        "product_list",
        "catalog_message",
        "flow",
    ];
    let body = |kind: &'static str| {
        let mut body =
            json!({ "type": kind, "body": { "text": "Choose" }, "action": action(kind) });
        if kind == "product_list" {
            body["header"] = json!({ "type": "text", "text": "Goods" });
        }
        (kind, json!({ "interactive": body }))
    };
    kinds.into_iter().map(body).collect()
}

/// Sends each, and waits until its statuses have come back under the id of the answer.
async fn delivered(messages: Vec<(&'static str, Value)>, kind: Option<&str>) {
    let dev = Dev::start().await;
    let receiver = Receiver::start();
    let token = login(&dev, "/onprem/base_url").await;
    subscribe(&dev, &token, &receiver).await;
    let url = format!("{}/v1/messages", dev.text("/onprem/base_url"));
    for (name, mut body) in messages {
        body["to"] = dev.text("/customer").into();
        body["type"] = kind.unwrap_or(name).into();
        let answer = api::post(&url, Some(&token), &body).await;
        assert_eq!(answer.status, 201, "{name}: {}", answer.json);
        let id = &answer.json["messages"][0]["id"];
        for status in ["sent", "delivered"] {
            told(&receiver, &format!("{name} is {status}"), |body| {
                let heard = &body["statuses"][0];
                &heard["id"] == id && heard["status"] == status
            })
            .await;
        }
    }
}

#[tokio::test]
async fn every_type_reaches_the_phone_and_its_statuses_come_back() {
    delivered(messages(), None).await;
}

#[tokio::test]
async fn every_interactive_message_reaches_the_phone_and_its_statuses_come_back() {
    delivered(interactive(), Some("interactive")).await;
}
