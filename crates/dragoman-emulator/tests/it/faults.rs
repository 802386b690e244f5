//! Misbehaviour on purpose.

use serde_json::{Value, json};

use crate::business::{Business, NUMBER, text};

async fn misbehave(business: &Business, fault: Value) {
    business
        .control(
            "PUT",
            "faults",
            json!({"seed": 1, "rules": [{"do": fault, "times": 1}]}),
        )
        .await;
}

#[tokio::test]
async fn a_lost_answer_is_a_message_that_was_taken() {
    let business = Business::open().await;
    business.customer_writes(json!({"text": "Hi"})).await;
    misbehave(&business, json!({"kind": "lost_answer"})).await;
    let messages = format!("v23.0/{NUMBER}/messages");
    assert_eq!(
        business
            .call_as("business-token", "POST", &messages, text("Lost"))
            .await,
        None
    );
    let row = business.ledger().await.pop().unwrap();
    assert_eq!(
        (&row["decision"], &row["token"]),
        (&json!("accepted_answer_lost"), &json!("token of Lost"))
    );
    business
        .webhook
        .status(row["wamid"].as_str().unwrap(), "delivered")
        .await;
}

#[tokio::test]
async fn a_reset_and_a_gateway_page_take_nothing() {
    let business = Business::open().await;
    let messages = format!("v23.0/{NUMBER}/messages");
    misbehave(&business, json!({"kind": "reset_before_read"})).await;
    assert_eq!(
        business
            .call_as("business-token", "POST", &messages, text("Reset"))
            .await,
        None
    );
    misbehave(&business, json!({"kind": "page_502"})).await;
    assert_eq!(business.post(text("Page")).await.0, 502);
    misbehave(&business, json!({"kind": "error", "code": 130_429})).await;
    let (status, answer) = business.post(text("Error")).await;
    assert_eq!((status, &answer["error"]["code"]), (429, &json!(130_429)));
    let rows = business.ledger().await;
    let decisions: Vec<_> = rows.iter().map(|row| row["decision"].clone()).collect();
    assert_eq!(decisions, ["dropped", "dropped", "refused:130429"]);
    assert!(rows.iter().all(|row| row["wamid"].is_null()));
}

#[tokio::test]
async fn statuses_come_twice_out_of_order_and_without_a_token() {
    let business = Business::open().await;
    business.customer_writes(json!({"text": "Hi"})).await;
    misbehave(&business, json!({"kind": "status_reorder"})).await;
    let wamid = business.send(text("Reordered")).await;
    business.webhook.status(&wamid, "sent").await;
    assert_eq!(business.webhook.statuses(&wamid), ["delivered", "sent"]);

    misbehave(&business, json!({"kind": "status_without_token"})).await;
    let wamid = business.send(text("Anonymous")).await;
    let sent = business.webhook.status(&wamid, "sent").await;
    assert!(
        sent["statuses"][0]
            .get("biz_opaque_callback_data")
            .is_none()
    );

    misbehave(&business, json!({"kind": "status_duplicate"})).await;
    let wamid = business.send(text("Twice")).await;
    crate::business::eventually(|| (business.webhook.statuses(&wamid).len() == 4).then_some(()))
        .await;
}
