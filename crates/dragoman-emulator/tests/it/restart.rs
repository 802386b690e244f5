//! The emulator is stopped and started again.

use std::fs::{self, OpenOptions};
use std::io::Write as _;

use serde_json::{Value, json};

use crate::business::{Business, config, start, text};

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
    let emulator = start(business.data_dir.path()).await;
    webhook.message(&written).await;
    webhook.status(&wamid, "delivered").await;
    emulator.stop().await;
}

#[tokio::test]
async fn a_journal_that_is_cut_anywhere_is_a_shorter_story() {
    let business = Business::open().await;
    business.customer_writes(json!({"text": "Hi"})).await;
    let wamid = business.send(text("Grüße")).await;
    business.webhook.status(&wamid, "delivered").await;
    business
        .control("POST", "clock", json!({"advance_s": 60}))
        .await;
    business.emulator.stop().await;
    let whole = fs::read(business.data_dir.path().join("journal.jsonl")).unwrap();

    for length in (0..whole.len()).step_by(61) {
        let data_dir = tempfile::tempdir().unwrap();
        let journal = data_dir.path().join("journal.jsonl");
        fs::write(&journal, &whole[..length]).unwrap();
        start(data_dir.path()).await.stop().await;
        let kept = fs::read(&journal).unwrap();
        assert!(kept.is_empty() || kept.ends_with(b"\n"), "{length}");
        let lines = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count();
        assert!(lines(&kept) >= lines(&whole[..length]), "{length}");
    }
}

#[tokio::test]
async fn a_journal_that_is_damaged_in_its_middle_is_not_guessed_at() {
    let data_dir = tempfile::tempdir().unwrap();
    let journal =
        "{\"clock\":{\"offset_ms\":1}}\n{\"clock\":{\"off\n{\"clock\":{\"offset_ms\":2}}\n";
    fs::write(data_dir.path().join("journal.jsonl"), journal).unwrap();
    let error = dragoman_emulator::start(config(data_dir.path()))
        .await
        .unwrap_err();
    assert!(format!("{error:#}").contains("line 2"), "{error:#}");
}
