//! The rules of business messaging, seen from outside.

use dragoman_core::ports::Method;
use serde_json::{Value, json};

use super::{customer_writes, phone, send, shown, status, time_passes};
use crate::support::process::Dev;
use crate::support::{api, samples};

#[tokio::test]
async fn a_closed_window_refuses_text_lets_templates_through_and_opens_with_an_answer() {
    let dev = Dev::start().await;
    time_passes(&dev, super::MORE_THAN_A_DAY).await;
    let refused = send(&dev, &samples::text("too late")).await;
    assert_eq!(refused.status, 400, "{}", refused.json);
    let template = send(&dev, &samples::template("text", None)).await;
    assert_eq!(template.status, 200);
    status(
        &dev,
        template.json["message"]["uuid"].as_str().unwrap(),
        "delivered",
    )
    .await;
    customer_writes(&dev, "I am here").await;
    let text = dragoman_testkit::until(
        "the window opens",
        crate::support::process::PATIENCE,
        async || {
            let answer = send(&dev, &samples::text("in time")).await;
            (answer.status == 200).then_some(answer)
        },
    )
    .await;
    status(
        &dev,
        text.json["message"]["uuid"].as_str().unwrap(),
        "delivered",
    )
    .await;
    assert!(
        !phone(&dev)
            .await
            .iter()
            .any(|message| message["text"] == "too late")
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_template_is_named() {
    let dev = Dev::start().await;
    let check = async |change: (&str, Value), field: &str| {
        let mut body = samples::template("text", None);
        body[change.0] = change.1.clone();
        let answer = send(&dev, &body).await;
        assert_eq!(answer.status, 400, "{change:?}: {}", answer.json);
        assert!(
            answer.json["error"][field].is_array(),
            "{change:?}: {}",
            answer.json
        );
    };
    check(("optin_contact", json!(false)), "optin_contact").await;
    check(("optin_contact", Value::Null), "optin_contact").await;
    check(("template_values", json!(["a", "b"])), "template_values").await;
    check(
        ("template_uuid", json!("00000000000000000000000000000001")),
        "template_uuid",
    )
    .await;
    check(("template_uuid", json!("")), "template_uuid").await;
}

#[tokio::test]
async fn bad_input_names_the_field_and_stores_nothing() {
    let dev = Dev::start().await;
    let before = phone(&dev).await.len();
    let check = async |change: (&str, Value), field: &str| {
        let mut body = samples::text("Hello!");
        body[change.0] = change.1.clone();
        let answer = send(&dev, &body).await;
        assert_eq!(answer.status, 400, "{change:?}: {}", answer.json);
        assert!(
            answer.json["error"][field].is_array(),
            "{change:?}: {}",
            answer.json
        );
    };
    check(("to", json!("nobody")), "to").await;
    check(("to", json!(31612345678_i64)), "to").await;
    check(("to", Value::Null), "to").await;
    check(("from", json!("pigeon")), "from").await;
    check(("from", json!("telegram")), "from").await;
    check(("type", json!("hologram")), "type").await;
    check(("content", Value::Null), "content").await;
    check(("content", json!("Hello!")), "content").await;
    check(
        ("channel_uuid", json!("00000000000000000000000000000001")),
        "channel_uuid",
    )
    .await;
    let mut french = samples::text("Bonjour");
    let content = french.as_object_mut().unwrap().remove("content").unwrap();
    french["contenu"] = content;
    let answer = send(&dev, &french).await;
    assert_eq!(
        (answer.status, answer.json["error"]["content"].is_array()),
        (400, true),
        "{}",
        answer.json
    );
    assert_eq!(phone(&dev).await.len(), before);

    let url = format!("{}/messages/send", dev.text("/callbell/base_url"));
    for token in [None, Some("wrong")] {
        assert_eq!(
            api::post(&url, token, &samples::text("x")).await.status,
            401
        );
    }
    let huge = samples::text(&"x".repeat(300 * 1024)).to_string();
    let answer = api::call(
        Method::Post,
        &url,
        Some(dev.text("/callbell/token")),
        huge.as_bytes(),
    )
    .await
    .unwrap();
    assert_eq!(answer.status, 413);
    assert!(answer.json["error"].is_string(), "{}", answer.json);
}

#[tokio::test]
async fn a_webhook_with_a_bad_signature_is_a_401() {
    let dev = Dev::start().await;
    let url = format!("{}/in/whatsapp_cloud/demo", dev.text("/gateway"));
    let headers = vec![("x-hub-signature-256", format!("sha256={}", "0".repeat(64)))];
    let answer = api::with_headers(Method::Post, &url, headers, b"{}")
        .await
        .unwrap();
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn a_customer_who_wrote_while_the_gateway_was_down_can_be_answered() {
    let directory = tempfile::tempdir().unwrap();
    let port = crate::support::process::free_port();
    let (_emulator, url) = crate::support::process::start_emulator(directory.path(), port).await;
    let dev = Dev::start_in(directory, &url).await;
    let directory = dev.kill();
    let clock = format!("{url}/emulator/v1/clock");
    assert_eq!(
        api::post(&clock, None, &json!({ "advance_s": 25 * 3600 }))
            .await
            .status,
        200
    );
    let dev = Dev::start_in(directory, &url).await;
    // Nobody else has ever written to this number, and the feed had a gap: the provider decides.
    let mut body = samples::text("are you there?");
    body["to"] = "+31600000001".into();
    assert_eq!(send(&dev, &body).await.status, 200);
    let answer = send(&dev, &samples::text("welcome back")).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    shown(&dev, "the text", |message| {
        message["text"] == "welcome back"
    })
    .await;
}
