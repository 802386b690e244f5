//! A program written for the On-Premises API, with only the host changed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dragoman_core::ports::Method;
use dragoman_testkit::{Receiver, until};
use serde_json::{Value, json};

use super::{customer_writes, shown};
use crate::support::api;
use crate::support::process::{Dev, PATIENCE};
use crate::support::story::Story;

pub(crate) async fn subscribe(dev: &Dev, token: &str, receiver: &Receiver) {
    let settings = json!({ "webhooks": { "url": receiver.url("/hook") } }).to_string();
    let url = format!("{}/v1/settings/application", dev.text("/onprem/base_url"));
    let answer = api::call(Method::Patch, &url, Some(token), settings.as_bytes())
        .await
        .unwrap();
    assert_eq!(answer.status, 200, "{}", answer.json);
}

pub(crate) async fn login(dev: &Dev, base: &str) -> String {
    let user = format!(
        "{}:{}",
        dev.text("/onprem/username"),
        dev.text("/onprem/password")
    );
    let headers = vec![("authorization", format!("Basic {}", STANDARD.encode(user)))];
    let url = format!("{}/v1/users/login", dev.text(base));
    let answer = api::with_headers(Method::Post, &url, headers, b"")
        .await
        .unwrap();
    assert_eq!(answer.status, 200, "{}", answer.json);
    answer.json["users"][0]["token"]
        .as_str()
        .unwrap()
        .to_owned()
}

pub(crate) async fn told(receiver: &Receiver, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
    until(what, PATIENCE, async || {
        let received = receiver.received();
        received
            .iter()
            .map(|post| post.json())
            .find(|body| fits(body))
    })
    .await
}

#[tokio::test]
async fn text_statuses_and_answers_travel_under_the_prefix_and_at_the_root() {
    let dev = Dev::start().await;
    let receiver = Receiver::start();
    for base in ["/onprem/base_url", "/onprem/root_url"] {
        let token = login(&dev, base).await;
        let settings = json!({ "webhooks": { "url": receiver.url("/hook") }, "unknown_key": 1 });
        let url = format!("{}/v1/settings/application", dev.text(base));
        let answer = api::call(
            Method::Patch,
            &url,
            Some(&token),
            settings.to_string().as_bytes(),
        )
        .await
        .unwrap();
        assert_eq!(answer.status, 200, "{}", answer.json);

        let body = json!({ "to": "31612345678", "type": "text", "text": { "body": format!("Hello from {base}") } });
        let url = format!("{}/v1/messages", dev.text(base));
        let answer = api::post(&url, Some(&token), &body).await;
        assert_eq!(answer.status, 201, "{}", answer.json);
        assert!(answer.json["meta"]["version"].is_string());
        let id = answer.json["messages"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        shown(&dev, "the text", |message| {
            message["text"] == format!("Hello from {base}")
        })
        .await;
        for status in ["sent", "delivered"] {
            told(&receiver, status, |body| {
                body["statuses"][0]["id"] == id && body["statuses"][0]["status"] == status
            })
            .await;
        }
    }
    customer_writes(&dev, "An answer").await;
    let inbound = told(&receiver, "the answer", |body| {
        body["messages"][0]["text"]["body"] == "An answer"
    })
    .await;
    assert_eq!(inbound["contacts"][0]["wa_id"], "31612345678");
    assert!(inbound["messages"][0]["timestamp"].is_string());
}

#[tokio::test]
async fn a_template_goes_out_by_name() {
    let dev = Dev::start().await;
    let token = login(&dev, "/onprem/base_url").await;
    let body = json!({ "to": "31612345678", "type": "template", "template": {
        "namespace": "n", "name": "demo_single", "language": { "policy": "deterministic", "code": "en" },
        "components": [{ "type": "body", "parameters": [{ "type": "text", "text": "Kim" }] }] } });
    let answer = api::post(
        &format!("{}/v1/messages", dev.text("/onprem/base_url")),
        Some(&token),
        &body,
    )
    .await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    shown(&dev, "the template", |message| {
        message["text"] == "Hello Kim, this is a template message example"
    })
    .await;
}

#[tokio::test]
async fn a_closed_window_is_a_201_and_a_failed_470() {
    let mut story = Story::begin().await;
    story.log_in().await;
    story.hours_pass(25).await;
    let body = json!({ "to": "31612345678", "text": { "body": "too late" } });
    story.client_posts("/onprem/demo/v1/messages", &body).await;
    let failed = |body: &Value| body["statuses"][0]["status"] == "failed";
    story.receiver_hears("of the failure", failed).await;
    insta::assert_snapshot!(story.told(), @r##"
    client    logs in, and names a receiver for webhooks
    clock     25 hours pass
    client    POST /onprem/demo/v1/messages
              {"text":{"body":"too late"},"to":"31612345678"}
    gateway   201
              {"contacts":[{"input":"31612345678","wa_id":"31612345678"}],"messages":[{"id":"(onprem-id 1)"}],"meta":{"api_status":"stable","version":"2.53.0"}}
    receiver  hears
              {"statuses":[{"errors":[{"code":470,"details":"the customer service window is closed","title":"Re-engagement message"}],"id":"(onprem-id 1)","message":{"recipient_id":"31612345678"},"recipient_id":"31612345678","status":"failed","timestamp":"(time)","type":"message"}]}
    "##);
}

#[tokio::test]
async fn a_message_its_statuses_and_the_answer() {
    let mut story = Story::begin().await;
    story.log_in().await;
    let body = json!({ "to": "31612345678", "type": "text", "text": { "body": "Hello!" } });
    story.client_posts("/onprem/demo/v1/messages", &body).await;
    story.phone_shows("Hello!").await;
    for status in ["sent", "delivered"] {
        let fits = |body: &Value| body["statuses"][0]["status"] == status;
        story.receiver_hears(status, fits).await;
    }
    story.customer_writes("Hello back").await;
    let answered = |body: &Value| body["messages"][0]["text"]["body"] == "Hello back";
    story.receiver_hears("the answer", answered).await;
    story.customer_reads().await;
    let read = |body: &Value| body["statuses"][0]["status"] == "read";
    story.receiver_hears("read", read).await;
    insta::assert_snapshot!(story.told(), @r##"
    client    logs in, and names a receiver for webhooks
    client    POST /onprem/demo/v1/messages
              {"text":{"body":"Hello!"},"to":"31612345678","type":"text"}
    gateway   201
              {"contacts":[{"input":"31612345678","wa_id":"31612345678"}],"messages":[{"id":"(onprem-id 1)"}],"meta":{"api_status":"stable","version":"2.53.0"}}
    phone     shows "Hello!"
    receiver  hears
              {"statuses":[{"id":"(onprem-id 1)","message":{"recipient_id":"31612345678"},"pricing":{"billable":false,"category":"service","pricing_model":"PMP"},"recipient_id":"31612345678","status":"sent","timestamp":"(time)","type":"message"}]}
    receiver  hears
              {"statuses":[{"id":"(onprem-id 1)","message":{"recipient_id":"31612345678"},"pricing":{"billable":false,"category":"service","pricing_model":"PMP"},"recipient_id":"31612345678","status":"delivered","timestamp":"(time)","type":"message"}]}
    customer  writes "Hello back"
    receiver  hears
              {"contacts":[{"profile":{"name":"Customer 5678"},"wa_id":"31612345678"}],"messages":[{"from":"31612345678","id":"(onprem-id 2)","text":{"body":"Hello back"},"timestamp":"(time)","type":"text"}]}
    customer  opens the chat
    receiver  hears
              {"statuses":[{"id":"(onprem-id 1)","message":{"recipient_id":"31612345678"},"recipient_id":"31612345678","status":"read","timestamp":"(time)","type":"message"}]}
    "##);
}
