//! Files, uploaded by an On-Premises program and sent by customers.

use dragoman_core::ports::{ANSWER_LIMIT, Answer, Http, Method, Reach, Request};
use dragoman_engine::HttpClient;
use dragoman_testkit::{Receiver, until};
use serde_json::{Value, json};

use super::commands::json as command;
use super::onprem::{login, subscribe, told};
use super::{phone, shown};
use crate::support::api;
use crate::support::process::{Dev, PATIENCE, free_port, start_emulator};

/// The smallest picture: one pixel.
const PICTURE: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 13, b'I', b'D', b'A', b'T',
    0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0xf0, 0x1f, 0, 5, 0, 1, 0xff, 0x89, 0x99, 0x3d, 0x1d, 0, 0,
    0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// How every picture of this type begins.
pub(super) const PNG: &[u8] = b"\x89PNG\r\n";

/// A program that has logged in, and hears of what happens.
pub(super) struct Program {
    base: String,
    pub(super) token: String,
    pub(super) receiver: Receiver,
}

impl Program {
    pub(super) async fn start(dev: &Dev) -> Self {
        let token = login(dev, "/onprem/base_url").await;
        let receiver = Receiver::start();
        subscribe(dev, &token, &receiver).await;
        Self {
            base: dev.text("/onprem/base_url").to_owned(),
            token,
            receiver,
        }
    }

    /// Bytes go there as they are, and come back as they are.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        mime_type: &str,
        body: &[u8],
    ) -> Answer {
        let request = Request {
            method,
            url: format!("{}/v1/{path}", self.base),
            headers: vec![
                ("authorization".into(), format!("Bearer {}", self.token)),
                ("content-type".into(), mime_type.to_owned()),
            ],
            body: body.to_vec(),
            timeout: PATIENCE,
            reach: Reach::Operator,
            answer_limit: ANSWER_LIMIT,
            trust: None,
        };
        HttpClient::new(Vec::new()).call(request).await.unwrap()
    }

    async fn json(&self, method: Method, path: &str, body: &Value) -> Value {
        let body = body.to_string();
        let answer = self.call(method, path, "application/json", body.as_bytes());
        let answer = answer.await;
        let json: Value = serde_json::from_slice(&answer.body).unwrap();
        assert!(answer.status < 300, "{path}: {json}");
        json
    }

    pub(super) async fn upload(&self) -> String {
        let answer = self.call(Method::Post, "media", "image/png", PICTURE).await;
        let json: Value = serde_json::from_slice(&answer.body).unwrap();
        assert!(matches!(answer.status, 200 | 201), "{json}");
        json["media"][0]["id"].as_str().unwrap().to_owned()
    }

    pub(super) async fn send(&self, media: &str, caption: &str) -> Value {
        let image = json!({ "id": media, "caption": caption });
        let body = json!({ "to": "31612345678", "type": "image", "image": image });
        let answer = self.json(Method::Post, "messages", &body).await;
        answer["messages"][0]["id"].clone()
    }
}

/// The demo customer sends this. Answers the provider's id of it.
pub(super) async fn customer_sends(dev: &Dev, message: &Value) -> String {
    let (emulator, customer) = (dev.text("/emulator"), dev.text("/customer"));
    let url = format!("{emulator}/emulator/v1/customers/{customer}/messages");
    let answer = api::post(&url, None, message).await;
    assert!(answer.status < 300, "{}", answer.json);
    answer.json["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_uploaded_picture_is_sent_by_its_id_and_uploaded_to_the_provider_once() {
    let dev = Dev::start().await;
    let program = Program::start(&dev).await;
    let media = program.upload().await;
    let mut uploads = Vec::new();
    for caption in ["first", "second"] {
        let id = program.send(&media, caption).await;
        let shown = shown(&dev, caption, |message| {
            message["media"]["caption"] == caption
        })
        .await;
        uploads.push(shown["media"]["id"].clone());
        told(&program.receiver, "it is delivered", |body| {
            let heard = &body["statuses"][0];
            heard["id"] == id && heard["status"] == "delivered"
        })
        .await;
    }
    assert!(uploads[0].is_string(), "{uploads:?}");
    assert_eq!(uploads[0], uploads[1]);
    let own = program
        .call(Method::Get, &format!("media/{media}"), "", b"")
        .await;
    assert_eq!(own.content_type.as_deref(), Some("image/png"));
    assert_eq!(own.body, PICTURE);
}

#[tokio::test]
async fn a_customers_picture_is_here_when_its_message_is_told() {
    let dev = Dev::start().await;
    let program = Program::start(&dev).await;
    customer_sends(
        &dev,
        &json!({ "type": "image", "image": { "caption": "Look" } }),
    )
    .await;
    let heard = told(&program.receiver, "the picture", |body| {
        body["messages"][0]["image"]["caption"] == "Look"
    })
    .await;
    let image = &heard["messages"][0]["image"];
    let path = format!("media/{}", image["id"].as_str().unwrap());
    let file = program.call(Method::Get, &path, "", b"").await;
    assert_eq!(file.status, 200);
    assert_eq!(file.content_type.as_deref(), image["mime_type"].as_str());
    assert!(!file.body.is_empty());
    // The customer's phone keeps the same bytes.
    let sent = phone(&dev).await.into_iter().next_back().unwrap();
    let id = sent["media"]["id"].as_str().unwrap();
    let url = format!("{}/emulator/v1/media/{id}", dev.text("/emulator"));
    let request = Request {
        method: Method::Get,
        url,
        headers: Vec::new(),
        body: Vec::new(),
        timeout: PATIENCE,
        reach: Reach::Operator,
        answer_limit: ANSWER_LIMIT,
        trust: None,
    };
    let original = HttpClient::new(Vec::new()).call(request).await.unwrap();
    assert_eq!(file.body, original.body);
}

#[tokio::test]
async fn the_picture_of_an_advertisement_is_here_when_its_message_is_told() {
    let dev = Dev::start().await;
    let program = Program::start(&dev).await;
    customer_sends(&dev, &json!({ "type": "image", "image": {} })).await;
    let sent = phone(&dev).await.into_iter().next_back().unwrap();
    let id = sent["media"]["id"].as_str().unwrap();
    let attracted = |text: &str, link: String| {
        let referral = json!({ "source_type": "ad", "headline": "Shoes", "image_url": link });
        json!({ "text": text, "referral": referral })
    };
    let link = format!("{}/emulator/v1/media/{id}", dev.text("/emulator"));
    customer_sends(&dev, &attracted("Shoes?", link)).await;
    let heard = told(&program.receiver, "the first", |body| {
        body["messages"][0]["text"]["body"] == "Shoes?"
    })
    .await;
    let referral = &heard["messages"][0]["referral"];
    assert_eq!(referral["headline"], "Shoes");
    let path = format!("media/{}", referral["image"]["id"].as_str().unwrap());
    let file = program.call(Method::Get, &path, "", b"").await;
    assert_eq!(
        (file.status, &*file.content_type.unwrap()),
        (200, "image/png")
    );
    assert!(file.body.starts_with(PNG));

    let gone = format!("{}/emulator/v1/media/none", dev.text("/emulator"));
    customer_sends(&dev, &attracted("Boots?", gone.clone())).await;
    let heard = told(&program.receiver, "the second", |body| {
        body["messages"][0]["text"]["body"] == "Boots?"
    })
    .await;
    let referral = &heard["messages"][0]["referral"];
    assert_eq!(referral["image"], json!({ "link": gone }));
}

#[tokio::test]
async fn a_message_that_the_program_marks_as_read_has_blue_ticks_on_the_phone() {
    let dev = Dev::start().await;
    let program = Program::start(&dev).await;
    customer_sends(&dev, &json!({ "text": "Have you seen this?" })).await;
    let heard = told(&program.receiver, "the question", |body| {
        body["messages"][0]["text"]["body"] == "Have you seen this?"
    })
    .await;
    let path = format!("messages/{}", heard["messages"][0]["id"].as_str().unwrap());
    program
        .json(Method::Put, &path, &json!({ "status": "read" }))
        .await;
    shown(&dev, "blue ticks", |message| {
        message["text"] == "Have you seen this?" && message["status"] == "read"
    })
    .await;
}

#[tokio::test]
async fn killed_between_upload_and_send_it_sends_at_most_once() {
    const ROUNDS: usize = 5;
    let directory = tempfile::tempdir().unwrap();
    let (_emulator, url) = start_emulator(directory.path(), free_port()).await;
    let mut dev = Dev::start_in(tempfile::tempdir().unwrap(), &url).await;
    let media = Program::start(&dev).await.upload().await;
    let mut sent = Vec::new();
    for round in 0..ROUNDS {
        let program = Program::start(&dev).await;
        let caption = format!("round {round}");
        let id = program.send(&media, &caption).await;
        sent.push((caption, id.as_str().unwrap().to_owned()));
        dev = Dev::start_in(dev.kill(), &url).await;
    }
    for (caption, id) in sent {
        let state = until(&format!("{caption} is settled"), PATIENCE, async || {
            let trace = command(&dev.data_dir(), &["trace", &id]);
            let state = trace["message"]["state"].as_str()?.to_owned();
            // What is sent is not on the phone before it is delivered.
            let waits = matches!(&*state, "queued" | "in_flight" | "submitted" | "sent");
            (!waits).then_some(state)
        })
        .await;
        let same = async || {
            let pictures = phone(&dev).await.into_iter();
            let same = pictures.filter(|one| one["media"]["caption"] == *caption);
            same.count()
        };
        // What was killed on its way may never have left; what has left has left once. A message
        // is sent for a moment before the phone shows it.
        if state != "unknown" {
            let arrived = async || (same().await > 0).then_some(());
            until(&format!("{caption} is shown"), PATIENCE, arrived).await;
        }
        let shown = same().await;
        assert!(shown <= 1, "{caption} is {state}, and shown {shown} times");
    }
}
