//! Everything that a customer can send, as the programs of both client APIs hear of it.

use dragoman_core::ports::{ANSWER_LIMIT, Http, Method, Reach, Request};
use dragoman_engine::HttpClient;
use dragoman_testkit::Receiver;
use serde_json::{Value, json};

use super::onprem::{login, subscribe, told};
use super::shown;
use crate::support::api;
use crate::support::process::{Dev, PATIENCE};

/// A message without a file, and how the On-Premises API tells of it: its type and its object.
/// `wamid` and `own` are the two ids of a message of the business.
fn messages(wamid: &str, own: &str) -> Vec<(Value, &'static str, Value)> {
    let place = json!({ "latitude": 52.37, "longitude": 4.89, "name": "Dam" });
    let cards = json!([{ "name": { "formatted_name": "K", "first_name": "K" } }]);
    let button = json!({ "text": "Yes", "payload": "yes" });
    let order = json!({ "catalog_id": "1", "text": "Soon", "product_items": [
        { "product_retailer_id": "sku", "quantity": 2, "item_price": 3.5, "currency": "EUR" }] });
    let chosen = json!({ "type": "list_reply",
        "list_reply": { "id": "1", "title": "One", "description": "First" } });
    let pressed = json!({ "type": "button_reply", "button_reply": { "id": "y", "title": "Yes" } });
    let filled = json!({ "type": "nfm_reply",
        "nfm_reply": { "name": "flow", "body": "Sent", "response_json": "{\"a\":1}" } });
    let same = |kind: &'static str, object: Value| {
        let message = json!({ "type": kind, kind: object, "context": { "id": wamid } });
        (message, kind, object)
    };
    let reaction = |id: &str| json!({ "message_id": id, "emoji": "👍" });
    vec![
        same("text", json!({ "body": "Hello" })),
        same("location", place),
        same("contacts", cards),
        same("button", button),
        same("order", order),
        same("interactive", chosen),
        same("interactive", pressed),
        same("interactive", filled),
        (
            json!({ "type": "reaction", "reaction": reaction(wamid) }),
            "reaction",
            reaction(own),
        ),
    ]
}

/// A customer, and a program of each client API that hears of what the customer does.
struct Chat {
    dev: Dev,
    token: String,
    onprem: Receiver,
    callbell: Receiver,
}

impl Chat {
    async fn begin() -> Self {
        let dev = Dev::start().await;
        let token = login(&dev, "/onprem/base_url").await;
        let (onprem, callbell) = (Receiver::start(), Receiver::start());
        subscribe(&dev, &token, &onprem).await;
        let url = format!("{}/webhooks/subscribe", dev.text("/callbell/base_url"));
        let wish = json!({ "url": callbell.url("/hook"), "subscriptions": ["message_created"] });
        let answer = api::post(&url, Some(dev.text("/callbell/token")), &wish).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        Self {
            dev,
            token,
            onprem,
            callbell,
        }
    }

    /// Both ids of a message that the business has sent: the provider's and ours.
    async fn business_writes(&self) -> (String, String) {
        let url = format!("{}/v1/messages", self.dev.text("/onprem/base_url"));
        let body = json!({ "to": self.dev.text("/customer"), "text": { "body": "A question" } });
        let answer = api::post(&url, Some(&self.token), &body).await;
        let own = answer.json["messages"][0]["id"].as_str().unwrap();
        let shown = shown(&self.dev, "the question", |message| {
            message["text"] == "A question"
        })
        .await;
        (shown["id"].as_str().unwrap().to_owned(), own.to_owned())
    }

    /// Answers what Callbell's webhook says of the message.
    async fn customer_sends(&self, message: &Value) -> Value {
        let (emulator, customer) = (self.dev.text("/emulator"), self.dev.text("/customer"));
        let url = format!("{emulator}/emulator/v1/customers/{customer}/messages");
        let answer = api::post(&url, None, message).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        let told = told(&self.callbell, "message_created", |body| {
            body["payload"]["uuid"] == answer.json["id"]
        });
        told.await["payload"].take()
    }

    /// The message of the On-Premises webhook that fits.
    async fn onprem_hears(&self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let mut body = told(&self.onprem, what, |body| {
            body.pointer("/messages/0").is_some_and(&fits)
        })
        .await;
        assert!(body["contacts"][0]["wa_id"].is_string(), "{body}");
        body["messages"][0].take()
    }
}

#[tokio::test]
async fn every_answer_of_a_customer_is_told_in_its_documented_shape() {
    let chat = Chat::begin().await;
    let (wamid, own) = chat.business_writes().await;
    for (message, kind, object) in messages(&wamid, &own) {
        let payload = chat.customer_sends(&message).await;
        assert_eq!(payload["status"], "received", "{payload}");
        let heard = chat.onprem_hears(kind, |heard| heard[kind] == object).await;
        assert_eq!(heard["type"], kind, "{heard}");
        if kind != "reaction" {
            assert_eq!(heard["context"]["id"], own, "{heard}");
        }
    }
    let (emulator, customer) = (chat.dev.text("/emulator"), chat.dev.text("/customer"));
    let url = format!("{emulator}/emulator/v1/customers/{customer}");
    let moved = json!({ "phone": "31687654321" }).to_string();
    let answer = api::call(Method::Put, &url, None, moved.as_bytes()).await;
    assert_eq!(answer.unwrap().status, 200);
    let notice = chat
        .onprem_hears("the notice", |heard| heard["type"] == "system")
        .await;
    assert_eq!(notice["system"]["type"], "user_changed_number", "{notice}");
    assert_eq!(notice["system"]["new_wa_id"], "31687654321", "{notice}");
}

#[tokio::test]
async fn every_file_of_a_customer_is_told_and_its_links_give_the_same_bytes() {
    let chat = Chat::begin().await;
    for kind in ["image", "video", "audio", "voice", "document", "sticker"] {
        let message = match kind {
            "voice" => json!({ "type": "audio", "audio": { "voice": true } }),
            _ => json!({ "type": kind, kind: {} }),
        };
        let payload = chat.customer_sends(&message).await;
        let heard = chat.onprem_hears(kind, |heard| heard["type"] == kind).await;
        let file = &heard[kind];
        assert!(file["sha256"].is_string(), "{heard}");
        let base = chat.dev.text("/onprem/base_url");
        let own = format!("{base}/v1/media/{}", file["id"].as_str().unwrap());
        let own = fetched(&own, Some(&chat.token)).await;
        assert_eq!(own.0.as_deref(), file["mime_type"].as_str());
        let link = payload["attachments"][0].as_str().unwrap();
        assert_eq!(fetched(link, None).await.1, own.1, "{kind}");
        assert!(!own.1.is_empty());
    }
}

/// What is at an address: its type and its bytes.
async fn fetched(url: &str, token: Option<&str>) -> (Option<Box<str>>, Vec<u8>) {
    let authorization = token.map(|token| ("authorization".into(), format!("Bearer {token}")));
    let request = Request {
        method: Method::Get,
        url: url.to_owned(),
        headers: authorization.into_iter().collect(),
        body: Vec::new(),
        timeout: PATIENCE,
        reach: Reach::Operator,
        answer_limit: ANSWER_LIMIT,
        trust: None,
    };
    let answer = HttpClient::new(Vec::new()).call(request).await.unwrap();
    assert_eq!(answer.status, 200, "{url}");
    (answer.content_type, answer.body)
}
