//! The customer acts.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

use crate::business::{Business, CUSTOMER, NUMBER, text};

#[tokio::test]
async fn a_customer_who_writes_is_heard() {
    let business = Business::open().await;
    let wamid = business.customer_writes(json!({"text": "Grüß Gott"})).await;
    let value = business.webhook.message(&wamid).await;
    assert_eq!(
        value["contacts"],
        json!([{"profile": {"name": "Customer 5678"}, "wa_id": CUSTOMER}])
    );
    let message = &value["messages"][0];
    assert_eq!(
        (&message["from"], &message["type"]),
        (&json!(CUSTOMER), &json!("text"))
    );
    assert_eq!(message["text"]["body"], "Grüß Gott");
    assert!(message["timestamp"].is_string());

    let read = json!({"messaging_product": "whatsapp", "status": "read", "message_id": wamid});
    assert_eq!(business.post(read).await, (200, json!({"success": true})));
    assert_eq!(business.phone().await[0]["status"], "read");
}

#[tokio::test]
async fn an_answer_reads_the_chat_and_names_what_it_answers() {
    let business = Business::open().await;
    business.customer_writes(json!({"text": "Hi"})).await;
    let asked = business.send(text("Coffee?")).await;
    business.webhook.status(&asked, "delivered").await;
    let pressed = json!({
        "type": "button", "button": {"text": "Yes", "payload": "YES"}, "context": {"id": asked},
    });
    let answer = business.customer_writes(pressed).await;
    let heard = business.webhook.message(&answer).await;
    assert_eq!(heard["messages"][0]["button"]["payload"], "YES");
    assert_eq!(heard["messages"][0]["context"]["id"], asked.as_str());
    assert!(heard["messages"][0]["context"]["from"].is_string());
    business.webhook.status(&asked, "read").await;
    let shown = business.phone().await.pop().unwrap();
    assert_eq!(shown["quoted"], json!({"id": asked, "text": "Coffee?"}));
}

#[tokio::test]
async fn a_customer_without_a_number_is_reached_by_user_id() {
    let business = Business::open().await;
    let written = business
        .control(
            "POST",
            "customers/US.123abc/messages",
            json!({"text": "Hi"}),
        )
        .await;
    let heard = business
        .webhook
        .message(written["id"].as_str().unwrap())
        .await;
    assert_eq!(heard["contacts"][0]["user_id"], "US.123abc");
    assert!(heard["contacts"][0].get("wa_id").is_none());
    assert_eq!(heard["messages"][0]["from_user_id"], "US.123abc");
    assert!(heard["messages"][0].get("from").is_none());

    let message = json!({"messaging_product": "whatsapp", "recipient": "US.123abc", "text": {"body": "Hello"}});
    let (_, answer) = business.post(message).await;
    assert_eq!(
        answer["contacts"],
        json!([{"input": "US.123abc", "user_id": "US.123abc"}])
    );
    let delivered = business
        .webhook
        .status(answer["messages"][0]["id"].as_str().unwrap(), "delivered")
        .await;
    assert_eq!(delivered["statuses"][0]["recipient_user_id"], "US.123abc");
    assert!(delivered["statuses"][0].get("recipient_id").is_none());
}

#[tokio::test]
async fn the_page_finds_its_customers() {
    let business = Business::open().await;
    business.customer_writes(json!({"text": "Hi"})).await;
    let wamid = business.send(text("Hello")).await;
    business.webhook.status(&wamid, "delivered").await;
    let list = business.control("GET", "customers", Value::Null).await;
    let customer = &list["customers"][0];
    assert_eq!(
        (&customer["id"], &customer["unread"]),
        (&json!(CUSTOMER), &json!(1))
    );
    assert_eq!(customer["last"]["text"], "Hello");
    assert_eq!(customer["business"]["phone_number_id"], NUMBER);
}

#[tokio::test]
async fn a_webhook_that_fails_the_challenge_is_not_registered() {
    let business = Business::open().await;
    let app = json!({
        "waba_id": "2", "access_token": "t", "app_secret": "s", "verify_token": "something else",
        "webhook_url": business.webhook_url,
    });
    let (status, answer) = business.call("PUT", "emulator/v1/apps/300", app).await;
    assert_eq!(status, 400);
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.contains("403"), "{message}");
}

#[tokio::test]
async fn a_blocked_business_is_never_delivered() {
    let business = Business::open().await;
    business.customer_writes(json!({"text": "Hi"})).await;
    business
        .control(
            "PUT",
            &format!("customers/+{CUSTOMER}"),
            json!({"blocked": true}),
        )
        .await;
    let wamid = business.send(text("Please")).await;
    business.webhook.status(&wamid, "sent").await;
    // Going through the door again does not unlock it.
    business
        .control(
            "PUT",
            &format!("customers/{CUSTOMER}"),
            json!({"online": false}),
        )
        .await;
    business
        .control(
            "PUT",
            &format!("customers/{CUSTOMER}"),
            json!({"online": true}),
        )
        .await;
    let other = json!({"messaging_product": "whatsapp", "to": "49170", "text": {"body": "x"}});
    let later = business.send(other).await;
    business.webhook.status(&later, "failed").await;
    assert_eq!(business.webhook.statuses(&wamid), ["sent"]);
    assert_eq!(business.phone().await.len(), 1);
}

#[tokio::test]
async fn the_page_is_told_what_changed_and_strangers_are_not() {
    let business = Business::open().await;
    let address = format!("http://{}/emulator/v1/stream", business.emulator.addr);
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let stranger = Request::get(&address)
        .header("Origin", "http://evil.example")
        .body(Full::default())
        .unwrap();
    assert_eq!(client.request(stranger).await.unwrap().status(), 403);

    let page = Request::get(&address).body(Full::default()).unwrap();
    let mut stream = client.request(page).await.unwrap().into_body();
    business.customer_writes(json!({"text": "Hi"})).await;
    let told = stream.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(
        &told[..],
        format!("event: change\ndata: {{\"customer\":\"{CUSTOMER}\"}}\n\n").as_bytes()
    );
    business.emulator.stop().await;
}
