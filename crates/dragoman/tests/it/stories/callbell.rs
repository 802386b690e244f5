//! A program written for Callbell, with only the host changed.

use dragoman_core::ports::Method;
use serde_json::{Value, json};

use super::{send, shown, status};
use crate::support::process::Dev;
use crate::support::story::Story;
use crate::support::{api, samples};

#[tokio::test]
async fn a_text_is_on_the_phone_and_its_status_follows_it() {
    let mut story = Story::begin().await;
    let body = samples::text("Hello *world*!");
    let answer = story
        .client_posts("/callbell/v1/messages/send", &body)
        .await;
    story.phone_shows("Hello *world*!").await;
    let uuid = answer["message"]["uuid"].as_str().unwrap();
    let path = format!("/callbell/v1/messages/status/{uuid}");
    let is = |status: &'static str| move |answer: &Value| answer["message"]["status"] == status;
    story.client_asks(&path, is("delivered")).await;
    story.customer_reads().await;
    story.client_asks(&path, is("read")).await;
    insta::assert_snapshot!(story.told(), @r##"
    client    POST /callbell/v1/messages/send
              {"content":{"text":"Hello *world*!"},"from":"whatsapp","to":"+31612345678","type":"text"}
    gateway   200
              {"message":{"status":"enqueued","uuid":"(uuid 1)"}}
    phone     shows "Hello *world*!"
    client    GET /callbell/v1/messages/status/(uuid 1)
    gateway   200
              {"message":{"contact":{"assignedUser":null,"avatarUrl":null,"blockedAt":null,"channel":{"discardedAt":null,"main":true,"title":"Demo","type":"whatsapp","uuid":"(uuid 2)"},"closedAt":null,"conversationHref":"http://(address 1)/console/chat/(uuid 3)","createdAt":"(time)","customFields":{},"email":null,"funnelId":null,"href":"http://(address 1)/console/contacts/(uuid 4)","name":"Customer 5678","note":null,"phone":"+31612345678","phoneNumber":"+31612345678","source":"whatsapp","tags":[],"team":{},"uuid":"(uuid 4)"},"conversation":{"createdAt":"(time)","href":"http://(address 1)/console/chat/(uuid 3)","source":"whatsapp"},"messageStatusPayload":{"messaging":{"field":"messages","value":{"contacts":[{"profile":{"name":"Customer 5678"},"wa_id":"31612345678"}],"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550000001","phone_number_id":"100000000000001"},"statuses":[{"biz_opaque_callback_data":"(token 1)","id":"(wamid 1)","pricing":{"billable":false,"category":"service","pricing_model":"PMP","type":"free_customer_service"},"recipient_id":"31612345678","status":"delivered","timestamp":"(time)"}]}}},"status":"delivered","uuid":"(uuid 1)"}}
    customer  opens the chat
    client    GET /callbell/v1/messages/status/(uuid 1)
    gateway   200
              {"message":{"contact":{"assignedUser":null,"avatarUrl":null,"blockedAt":null,"channel":{"discardedAt":null,"main":true,"title":"Demo","type":"whatsapp","uuid":"(uuid 2)"},"closedAt":null,"conversationHref":"http://(address 1)/console/chat/(uuid 3)","createdAt":"(time)","customFields":{},"email":null,"funnelId":null,"href":"http://(address 1)/console/contacts/(uuid 4)","name":"Customer 5678","note":null,"phone":"+31612345678","phoneNumber":"+31612345678","source":"whatsapp","tags":[],"team":{},"uuid":"(uuid 4)"},"conversation":{"createdAt":"(time)","href":"http://(address 1)/console/chat/(uuid 3)","source":"whatsapp"},"messageStatusPayload":{"messaging":{"field":"messages","value":{"contacts":[{"profile":{"name":"Customer 5678"},"wa_id":"31612345678"}],"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550000001","phone_number_id":"100000000000001"},"statuses":[{"biz_opaque_callback_data":"(token 1)","id":"(wamid 1)","recipient_id":"31612345678","status":"read","timestamp":"(time)"}]}}},"status":"read","uuid":"(uuid 1)"}}
    "##);
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
