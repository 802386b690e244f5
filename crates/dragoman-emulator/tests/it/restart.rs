//! The emulator is stopped and started again.

use std::fs::OpenOptions;
use std::io::Write as _;

use serde_json::{Value, json};

use crate::business::{Business, text};

#[tokio::test]
async fn chats_ids_ledger_and_clock_survive() {
    let business = Business::open().await;
    business.customer_writes(json!({"text": "Hi"})).await;
    let wamid = business.send(text("Hello")).await;
    business.webhook.status(&wamid, "delivered").await;
    business
        .control("POST", "clock", json!({"advance_s": 60}))
        .await;
    let (phone, ledger) = (business.phone().await, business.ledger().await);

    let business = business.restarted().await;
    assert_eq!(business.phone().await, phone);
    assert_eq!(business.ledger().await, ledger);
    assert_eq!(
        business.control("GET", "clock", Value::Null).await["offset_s"],
        60
    );
    let next = business.send(text("Still here")).await;
    business.webhook.status(&next, "delivered").await;
}

#[tokio::test]
async fn owed_webhooks_and_unfinished_statuses_survive_with_a_torn_line() {
    let business = Business::open().await;
    business.webhook.be_deaf(true);
    let written = business.customer_writes(json!({"text": "Hi"})).await;
    let wamid = business.send(text("Hello")).await;
    let journal = business.data_dir.path().join("journal.jsonl");
    let webhook = business.webhook.clone();

    business.emulator.stop().await;
    OpenOptions::new()
        .append(true)
        .open(&journal)
        .unwrap()
        .write_all(b"{\"status\":{\"wam")
        .unwrap();
    webhook.be_deaf(false);
    let emulator = dragoman_emulator::start(dragoman_emulator::Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        data_dir: business.data_dir.path().to_owned(),
        strict: false,
        fetch_links: false,
    })
    .await
    .unwrap();
    webhook.message(&written).await;
    webhook.status(&wamid, "delivered").await;
    emulator.stop().await;
}
