//! The rules of business messaging, seen from outside.

use dragoman_core::ports::Method;
use dragoman_testkit::until;
use serde_json::{Value, json};

use super::{phone, send, status, time_passes};
use crate::support::process::{Dev, PATIENCE, free_port, start_emulator};
use crate::support::story::Story;
use crate::support::{api, samples};

#[tokio::test]
async fn a_closed_window_refuses_text_lets_templates_through_and_opens_with_an_answer() {
    const SEND: &str = "/callbell/v1/messages/send";
    let mut story = Story::begin().await;
    story.log_in().await;
    story.hours_pass(25).await;
    story.client_posts(SEND, &samples::text("too late")).await;
    story
        .client_posts(SEND, &samples::template("text", None))
        .await;
    story
        .phone_shows("Hello John Doe, this is a template message example")
        .await;
    story.customer_writes("I am here").await;
    let answered = |body: &Value| body["messages"][0]["text"]["body"] == "I am here";
    story.receiver_hears("the answer", answered).await;
    story.client_posts(SEND, &samples::text("in time")).await;
    story.phone_shows("in time").await;
    let phone = phone(&story.dev).await;
    assert!(!phone.iter().any(|message| message["text"] == "too late"));
    insta::assert_snapshot!(story.told(), @r##"
    client    logs in, and names a receiver for webhooks
    clock     25 hours pass
    client    POST /callbell/v1/messages/send
              {"content":{"text":"too late"},"from":"whatsapp","to":"+31612345678","type":"text"}
    gateway   400
              {"error":{"content":["more than 24 hours have passed since the customer's last message; use a template (template_uuid)"]}}
    client    POST /callbell/v1/messages/send
              {"content":{"text":"John Doe"},"from":"whatsapp","optin_contact":true,"template_uuid":"(uuid 1)","to":"+31612345678","type":"text"}
    gateway   200
              {"message":{"status":"enqueued","uuid":"(uuid 2)"}}
    phone     shows "Hello John Doe, this is a template message example"
    customer  writes "I am here"
    receiver  hears
              {"contacts":[{"profile":{"name":"Customer 5678"},"wa_id":"31612345678"}],"messages":[{"from":"31612345678","id":"(onprem-id 1)","text":{"body":"I am here"},"timestamp":"(time)","type":"text"}]}
    client    POST /callbell/v1/messages/send
              {"content":{"text":"in time"},"from":"whatsapp","to":"+31612345678","type":"text"}
    gateway   200
              {"message":{"status":"enqueued","uuid":"(uuid 3)"}}
    phone     shows "in time"
    "##);
}

/// With one field changed, the body gets a 400 that names the field to mend.
async fn is_refused(dev: &Dev, mut body: Value, change: (&str, Value), field: &str) {
    body[change.0] = change.1.clone();
    let answer = send(dev, &body).await;
    assert_eq!(answer.status, 400, "{change:?}: {}", answer.json);
    assert!(
        answer.json["error"][field].is_array(),
        "{change:?}: {}",
        answer.json
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_template_is_named() {
    let dev = Dev::start().await;
    let check = async |change: (&str, Value), field: &str| {
        is_refused(&dev, samples::template("text", None), change, field).await;
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
        is_refused(&dev, samples::text("Hello!"), change, field).await;
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

/// Tens of megabytes: the answer must reach a client that is still writing.
#[tokio::test]
async fn a_client_that_writes_far_too_much_hears_why() {
    let dev = Dev::start().await;
    let huge = samples::text(&"x".repeat(30 << 20)).to_string();
    for (path, token, status) in [
        (
            "/callbell/v1/messages/send",
            dev.text("/callbell/token"),
            413,
        ),
        ("/callbell/v1/messages/send", "wrong", 401),
        ("/callbell/v1/nothing", dev.text("/callbell/token"), 404),
        ("/onprem/demo/v1/messages", "wrong", 401),
    ] {
        let url = format!("{}{path}", dev.text("/gateway"));
        let answer = api::call(Method::Post, &url, Some(token), huge.as_bytes()).await;
        assert_eq!(answer.map(|answer| answer.status), Ok(status), "{path}");
    }
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
async fn what_a_down_gateway_may_have_missed_is_left_to_the_provider() {
    const WROTE: &str = "+31600000001";
    const SILENT: &str = "+31600000002";
    let (port, directory) = (free_port(), tempfile::tempdir().unwrap());
    let (_emulator, url) = start_emulator(directory.path(), port).await;
    let dev = Dev::start_in(tempfile::tempdir().unwrap(), &url).await;
    // Watched for a day without a gap, the gateway knows that nobody else has written.
    time_passes(&dev, super::MORE_THAN_A_DAY).await;
    for to in [WROTE, SILENT] {
        until("the window is known to be closed", PATIENCE, async || {
            (send(&dev, &text_to(to, "too early")).await.status == 400).then_some(())
        })
        .await;
    }
    let directory = dev.kill();
    let phone = format!("{url}/emulator/v1/customers");
    let wrote = format!("{phone}/{}/messages", WROTE.trim_start_matches('+'));
    assert!(
        api::post(&wrote, None, &json!({ "text": "Anybody there?" }))
            .await
            .status
            < 300
    );
    let two_hours = json!({ "advance_s": 2 * 3600 });
    let moved = api::post(&format!("{url}/emulator/v1/clock"), None, &two_hours).await;
    assert_eq!(moved.status, 200);
    let dev = Dev::start_in(directory, &url).await;
    for to in [WROTE, SILENT] {
        let answer = send(&dev, &text_to(to, "Here we are")).await;
        assert_eq!(answer.status, 200, "{to}: {}", answer.json);
        let ends_as = if to == WROTE { "delivered" } else { "failed" };
        status(
            &dev,
            answer.json["message"]["uuid"].as_str().unwrap(),
            ends_as,
        )
        .await;
    }
}

fn text_to(to: &str, text: &str) -> Value {
    let mut body = samples::text(text);
    body["to"] = to.into();
    body
}
