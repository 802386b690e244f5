//! Files and logins while something is wrong: with the provider, or with the gateway.

use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dragoman_core::ports::{HttpError, Method, Random};
use dragoman_testkit::{SeededRandom, until};
use serde_json::{Value, json};

use super::commands::{add_channel, run};
use super::onprem::told;
use super::onprem_media::{PNG, Program, customer_sends};
use super::{phone, shown};
use crate::support::api;
use crate::support::process::{Dev, PATIENCE, free_port, start_emulator};
use crate::support::raw::say;

/// The provider does this with the next so many calls of this kind.
async fn misbehaves(emulator: &str, call: &str, fault: Value, times: u32) {
    let rule = json!({ "match": { "call": call }, "do": fault, "times": times });
    faults(emulator, json!([rule])).await;
}

async fn faults(emulator: &str, rules: Value) {
    let url = format!("{emulator}/emulator/v1/faults");
    let plan = json!({ "rules": rules }).to_string();
    let answer = api::call(Method::Put, &url, None, plan.as_bytes()).await;
    assert_eq!(answer.unwrap().status, 200);
}

fn photo() -> Value {
    json!({ "type": "image", "image": { "caption": "Look" } })
}

/// Whether a webhook tells the customer's picture.
fn is_photo(body: &Value) -> bool {
    body["messages"][0]["image"]["caption"] == "Look"
}

/// Waits until the gateway has recorded the customer's message.
async fn recorded(dev: &Dev, wamid: &str) {
    until("the message is recorded", PATIENCE, async || {
        let trace = run(&dev.data_dir(), &["trace", wamid]);
        trace.status.success().then_some(())
    })
    .await;
}

/// The bytes of the picture that was told.
async fn bytes(program: &Program, heard: &Value) -> Vec<u8> {
    let id = heard["messages"][0]["image"]["id"].as_str().unwrap();
    let path = format!("media/{id}");
    let file = program.call(Method::Get, &path, "", b"").await;
    assert_eq!(file.status, 200);
    file.body
}

#[tokio::test]
async fn a_picture_is_sent_once_though_the_answer_to_its_upload_was_lost() {
    let dev = Dev::start().await;
    let program = Program::start(&dev).await;
    let media = program.upload().await;
    let lost = json!({ "kind": "lost_answer" });
    misbehaves(dev.text("/emulator"), "upload", lost, 1).await;
    let id = program.send(&media, "once").await;
    told(&program.receiver, "it is delivered", |body| {
        let heard = &body["statuses"][0];
        heard["id"] == id && heard["status"] == "delivered"
    })
    .await;
    let pictures = phone(&dev).await.into_iter();
    let same = pictures.filter(|one| one["media"]["caption"] == "once");
    assert_eq!(same.count(), 1);
}

#[tokio::test]
async fn an_upload_that_the_provider_no_longer_has_is_made_again() {
    let dev = Dev::start().await;
    let program = Program::start(&dev).await;
    let media = program.upload().await;
    program.send(&media, "first").await;
    let is = |caption: &'static str| move |one: &Value| one["media"]["caption"] == caption;
    let first = shown(&dev, "the first", is("first")).await;
    let upload = first["media"]["id"].as_str().unwrap();
    let url = format!("{}/v23.0/{upload}", dev.text("/emulator"));
    let token = Some(dev.text("/dev/access_token"));
    let gone = api::call(Method::Delete, &url, token, b"").await.unwrap();
    assert_eq!(gone.status, 200, "{}", gone.json);
    program.send(&media, "second").await;
    let second = shown(&dev, "the second", is("second")).await;
    assert_ne!(second["media"]["id"], upload);
}

#[tokio::test]
async fn a_customers_picture_comes_though_the_provider_fails_at_first() {
    let dev = Dev::start().await;
    let program = Program::start(&dev).await;
    let emulator = dev.text("/emulator");
    let rule = |call: &str, kind: &str| json!({ "match": { "call": call }, "do": { "kind": kind }, "times": 1 });
    let rules = json!([
        rule("look_up", "reset_before_read"),
        rule("download", "page_502")
    ]);
    faults(emulator, rules).await;
    customer_sends(&dev, &photo()).await;
    let heard = told(&program.receiver, "the picture", is_photo).await;
    assert!(bytes(&program, &heard).await.starts_with(PNG));
}

#[tokio::test]
async fn what_is_erased_while_its_file_is_fetched_is_never_told_and_leaves_no_bytes() {
    let dev = Dev::start().await;
    let program = Program::start(&dev).await;
    let slow = json!({ "kind": "delay", "delay_ms": 1500 });
    misbehaves(dev.text("/emulator"), "download", slow, 1).await;
    let wamid = customer_sends(&dev, &photo()).await;
    recorded(&dev, &wamid).await;
    let url = format!("{}/messages/{wamid}", dev.text("/callbell/base_url"));
    let token = Some(dev.text("/callbell/token"));
    let erased = api::call(Method::Delete, &url, token, b"").await.unwrap();
    assert_eq!(erased.status, 204, "{}", erased.json);
    let media = dev.data_dir().join("media");
    until("the file has come", PATIENCE, async || {
        let metrics = metrics(&dev).await;
        let done = "dragoman_fetches_total{result=\"done\"} 1";
        metrics.contains(done).then_some(())
    })
    .await;
    until("its bytes are gone", PATIENCE, async || {
        (files(&media) == 0).then_some(())
    })
    .await;
    // Whatever comes later is told.
    customer_sends(&dev, &json!({ "text": "Still there?" })).await;
    told(&program.receiver, "the question", |body| {
        body["messages"][0]["text"]["body"] == "Still there?"
    })
    .await;
    let heard = program.receiver.received();
    assert!(!heard.iter().any(|post| is_photo(&post.json())));
}

async fn metrics(dev: &Dev) -> String {
    let (_, port) = dev.text("/gateway").rsplit_once(':').unwrap();
    let request = b"GET /metrics HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    say(port.parse().unwrap(), request).await.0
}

/// How many files are in a folder, and in the folders in it.
fn files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap();
    let counts = entries.map(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path) } else { 1 }
    });
    counts.sum()
}

#[tokio::test]
async fn killed_during_a_fetch_it_tells_the_message_once_with_its_file() {
    let directory = tempfile::tempdir().unwrap();
    let (_emulator, url) = start_emulator(directory.path(), free_port()).await;
    let dev = Dev::start_in(tempfile::tempdir().unwrap(), &url).await;
    let first = Program::start(&dev).await;
    for call in ["look_up", "download"] {
        let slow = json!({ "kind": "delay", "delay_ms": 60_000 });
        misbehaves(&url, call, slow, 1).await;
        let before = photos(&first);
        let wamid = customer_sends(&dev, &photo()).await;
        recorded(&dev, &wamid).await;
        let told_before = photos(&first);
        assert_eq!(told_before, before, "it waits for its file");
    }
    let killed = dev.kill();
    faults(&url, json!([])).await;
    let dev = Dev::start_in(killed, &url).await;
    until("both are told", PATIENCE, async || {
        (photos(&first) == 2).then_some(())
    })
    .await;
    let again = Program::start(&dev).await;
    for post in first.receiver.received() {
        let body = post.json();
        if is_photo(&body) {
            assert!(bytes(&again, &body).await.starts_with(PNG));
        }
    }
    assert_eq!(photos(&first), 2, "each once");
}

/// How many webhooks have told a customer's picture.
fn photos(program: &Program) -> usize {
    let heard = program.receiver.received();
    heard.iter().filter(|post| is_photo(&post.json())).count()
}

#[tokio::test]
async fn killed_during_the_first_login_it_knows_the_old_password_or_the_new_one() {
    const ROUNDS: usize = 4;
    const NEW: &str = "Pass-word-2";
    let directory = tempfile::tempdir().unwrap();
    let (_emulator, url) = start_emulator(directory.path(), free_port()).await;
    let mut dev = Dev::start_in(tempfile::tempdir().unwrap(), &url).await;
    let random = SeededRandom::new(5);
    for round in 0..ROUNDS {
        let (slug, number) = (format!("round-{round}"), (round + 2).to_string());
        let made = add_channel(&dev.data_dir(), "demo", &slug, &number, &url);
        let first = made["onprem_password"].as_str().unwrap().to_owned();
        let address = login_address(&dev, &slug);
        let changing = {
            let first = first.clone();
            tokio::spawn(async move { log_in(&address, &first, Some(NEW)).await })
        };
        // At any instant of it: to check a password takes about a tenth of a second.
        tokio::time::sleep(Duration::from_secs_f64(0.4 * random.roll())).await;
        dev = Dev::start_in(dev.kill(), &url).await;
        let answered = changing
            .await
            .unwrap()
            .is_ok_and(|answer| answer.status == 200);
        let address = login_address(&dev, &slug);
        let with = async |password: &str| log_in(&address, password, None).await.unwrap();
        let (old, new) = (with(&first).await, with(NEW).await);
        if new.status == 200 {
            assert_ne!(old.json["errors"][0]["code"], 1024, "{}", old.json);
        } else {
            assert!(!answered, "what was answered is kept");
            assert_eq!(old.json["errors"][0]["code"], 1024, "{}", old.json);
            let changed = log_in(&address, &first, Some(NEW)).await.unwrap();
            assert_eq!(changed.status, 200, "{}", changed.json);
        }
        assert_eq!(with(&first).await.status, 401);
        assert_eq!(with(NEW).await.status, 200);
    }
}

fn login_address(dev: &Dev, slug: &str) -> String {
    format!("{}/onprem/{slug}/v1/users/login", dev.text("/gateway"))
}

async fn log_in(
    address: &str,
    password: &str,
    new: Option<&str>,
) -> Result<api::Answer, HttpError> {
    let credentials = STANDARD.encode(format!("admin:{password}"));
    let headers = vec![("authorization", format!("Basic {credentials}"))];
    let body = new.map(|new| json!({ "new_password": new }).to_string());
    let body = body.unwrap_or_default();
    api::with_headers(Method::Post, address, headers, body.as_bytes()).await
}
