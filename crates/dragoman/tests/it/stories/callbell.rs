//! A program written for Callbell, with only the host changed.

use dragoman_core::ports::Method;
use serde_json::json;

use super::{customer_reads, send, shown, status};
use crate::support::process::Dev;
use crate::support::{api, samples};

#[tokio::test]
async fn a_text_is_on_the_phone_and_its_status_follows_it() {
    let dev = Dev::start().await;
    let answer = send(&dev, &samples::text("Hello *world*!")).await;
    assert_eq!(
        (answer.status, &answer.json["message"]["status"]),
        (200, &json!("enqueued"))
    );
    let uuid = answer.json["message"]["uuid"].as_str().unwrap().to_owned();
    assert_eq!(uuid.len(), 32);
    shown(&dev, "the text is on the phone", |message| {
        message["text"] == "Hello *world*!"
    })
    .await;
    status(&dev, &uuid, "delivered").await;
    customer_reads(&dev).await;
    let read = status(&dev, &uuid, "read").await;
    let raw = &read["message"]["messageStatusPayload"]["messaging"]["value"]["statuses"][0];
    assert_eq!(raw["status"], "read");
}

#[tokio::test]
async fn every_sample_of_the_documents_works() {
    let dev = Dev::start().await;
    let cases = [
        (
            samples::file("image", "https://example.com/my_image.jpeg"),
            "image",
            "my_image.jpeg",
        ),
        (samples::captioned_image(), "image", "my_image.jpeg"),
        (
            samples::file("document", "https://example.com/my_image.pdf"),
            "document",
            "my_image.pdf",
        ),
        (
            samples::file("document", "https://example.com/my_audio.mp3"),
            "audio",
            "my_audio.mp3",
        ),
        (
            samples::file("document", "https://example.com/my_video.mp4"),
            "video",
            "my_video.mp4",
        ),
        (
            samples::file("audio", "https://example.com/own.mp3"),
            "audio",
            "own.mp3",
        ),
        (
            samples::file("video", "https://example.com/own.mp4"),
            "video",
            "own.mp4",
        ),
    ];
    for (body, kind, name) in cases {
        let answer = send(&dev, &body).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.json);
        shown(&dev, &format!("{name} is on the phone"), |message| {
            message["media"]["kind"] == kind && message["media"]["filename"] == name
        })
        .await;
    }
    shown(&dev, "the caption is on the phone", |message| {
        message["media"]["caption"] == "This is my caption"
    })
    .await;
}

#[tokio::test]
async fn one_template_uuid_serves_every_template_sample() {
    let dev = Dev::start().await;
    let mut several = samples::template("text", None);
    several["template_values"] = json!(["Jack", "message", "Cheers"]);
    let cases = [
        (
            samples::template("text", None),
            "Hello John Doe, this is a template message example",
        ),
        (
            several,
            "Hello Jack, this is a template message example. Cheers!",
        ),
        (
            samples::template("image", Some("https://example.com/valid_image.jpeg")),
            "Hello John Doe, here is the picture",
        ),
        (
            samples::template("document", Some("https://example.com/valid_document.pdf")),
            "Hello John Doe, here is the document",
        ),
        (
            samples::template("video", Some("https://example.com/valid_video.mp4")),
            "Hello John Doe, here is the film",
        ),
    ];
    for (body, text) in cases {
        let answer = send(&dev, &body).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.json);
        shown(&dev, text, |message| {
            message["text"]
                .as_str()
                .is_some_and(|shown| shown.starts_with(text))
        })
        .await;
    }
}

#[tokio::test]
async fn a_broken_sample_gets_a_clear_400() {
    let dev = Dev::start().await;
    let url = format!("{}/messages/send", dev.text("/callbell/base_url"));
    let body = br#"{"to":"+31612345678","from":"whatsapp","type":"image","content":{"url":"https://example.com/a.jpeg","text: "x"}}"#;
    let answer = api::call(Method::Post, &url, Some(dev.text("/callbell/token")), body)
        .await
        .unwrap();
    assert_eq!(answer.status, 400);
    assert!(
        answer.json["error"]
            .as_str()
            .unwrap()
            .contains("invalid JSON"),
        "{}",
        answer.json
    );
}

#[tokio::test]
async fn assignment_channel_team_and_fields_work_and_lists_show_them() {
    let dev = Dev::start().await;
    let mut body = samples::text("Hello!");
    body["assigned_user"] = dev.text("/assigned_user").into();
    body["team_uuid"] = dev.text("/team_uuid").into();
    body["channel_uuid"] = "35f6f8cc-b550-4278-a2ea-099f3a4e0730".into();
    body["fields"] = "contact,conversation".into();
    let answer = send(&dev, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    let message = &answer.json["message"];
    assert_eq!(message["contact"]["phone"], "+31612345678");
    assert_eq!(message["contact"]["assignedUser"], "john.doe@email.com");
    assert_eq!(message["conversation"]["source"], "whatsapp");
    for (path, list, length) in [
        ("templates", "templates", 5),
        ("channels", "channels", 1),
        ("teams", "teams", 1),
    ] {
        let url = format!("{}/{path}", dev.text("/callbell/base_url"));
        let answer = api::get(&url, Some(dev.text("/callbell/token")))
            .await
            .unwrap();
        assert_eq!(
            answer.json[list].as_array().map(Vec::len),
            Some(length),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_repeated_call_with_a_key_sends_once() {
    let dev = Dev::start().await;
    let url = format!("{}/messages/send", dev.text("/callbell/base_url"));
    let call = async |text: &str| {
        let token = format!("Bearer {}", dev.text("/callbell/token"));
        let headers = vec![
            ("authorization", token),
            ("idempotency-key", "order-1".to_owned()),
        ];
        let body = samples::text(text).to_string();
        api::with_headers(Method::Post, &url, headers, body.as_bytes())
            .await
            .unwrap()
    };
    let (first, second, other) = (call("once").await, call("once").await, call("twice").await);
    assert_eq!((first.status, second.status, other.status), (200, 200, 422));
    assert_eq!(first.json, second.json);
    let uuid = first.json["message"]["uuid"].as_str().unwrap();
    status(&dev, uuid, "delivered").await;
    let phone = super::phone(&dev).await;
    assert_eq!(
        phone
            .iter()
            .filter(|message| message["text"] == "once")
            .count(),
        1
    );
}
