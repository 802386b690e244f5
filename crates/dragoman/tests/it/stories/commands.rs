//! The command line, against a running gateway.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::{send, status};
use crate::support::process::{Dev, data_dir};
use crate::support::samples;

pub(crate) fn run(data_dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dragoman"));
    command
        .args(args)
        .arg("--data-dir")
        .arg(data_dir)
        .env_remove("DRAGOMAN_DATA_DIR");
    command.output().unwrap()
}

pub(crate) fn json(data_dir: &Path, args: &[&str]) -> Value {
    let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
    let output = run(data_dir, &args);
    assert!(
        output.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Adds a channel whose provider's ids end in `number`.
pub(crate) fn add_channel(
    data_dir: &Path,
    account: &str,
    slug: &str,
    number: &str,
    graph_url: &str,
) -> Value {
    let (phone_number_id, waba_id) = (
        format!("10000000000000{number}"),
        format!("20000000000000{number}"),
    );
    let args = [
        ["channel", "add"],
        ["whatsapp_cloud", slug],
        ["--account", account],
        ["--phone-number-id", &phone_number_id],
        ["--waba-id", &waba_id],
        ["--access-token", "a"],
        ["--app-secret", "b"],
        ["--verify-token", "c"],
        ["--graph-url", graph_url],
    ];
    json(data_dir, &args.concat())
}

#[tokio::test]
async fn accounts_tokens_and_channels_are_made_by_command() {
    let dev = Dev::start().await;
    let dir = dev.data_dir();
    let account = json(&dir, &["account", "create", "acme"]);
    assert_eq!(account["name"], "acme");
    let token = json(&dir, &["token", "create", "--account", "acme"]);
    assert!(token["token"].as_str().unwrap().len() > 40);
    let channel = add_channel(&dir, "acme", "second", "2", dev.text("/emulator"));
    assert!(
        channel["webhook_url"]
            .as_str()
            .unwrap()
            .ends_with("/in/whatsapp_cloud/second")
    );
    let set = json(&dir, &["channel", "set", "second", "--rate", "1000/s"]);
    assert_eq!(set["rate"], "1000/s");
    let again = run(&dir, &["account", "create", "acme"]);
    assert!(!again.status.success());
    assert!(String::from_utf8_lossy(&again.stderr).contains("taken"));
}

#[tokio::test]
async fn trace_tells_what_happened_to_a_message() {
    let dev = Dev::start().await;
    let sent = send(&dev, &samples::text("trace me")).await;
    let uuid = sent.json["message"]["uuid"].as_str().unwrap();
    status(&dev, uuid, "delivered").await;
    let trace = json(&dev.data_dir(), &["trace", uuid]);
    let events: Vec<&str> = trace["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["event"].as_str().unwrap())
        .collect();
    assert_eq!(events[..2], ["accepted", "departed"]);
    assert!(
        events.contains(&"submitted") && events.contains(&"delivered"),
        "{events:?}"
    );
    assert_eq!(trace["attempts"].as_array().map(Vec::len), Some(1));
    let by_provider = json(
        &dev.data_dir(),
        &["trace", trace["message"]["provider_id"].as_str().unwrap()],
    );
    assert_eq!(by_provider["message"]["id"], json!(uuid));
}

#[tokio::test]
async fn without_a_gateway_a_command_says_how_to_start_one_and_exits_3() {
    let directory = tempfile::tempdir().unwrap();
    let output = run(directory.path(), &["trace", "x"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("dragoman dev"));
    let output = run(directory.path(), &["trace", "x", "--json"]);
    let error: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert!(error["error"].as_str().unwrap().contains("dragoman dev"));
}

#[tokio::test]
async fn a_second_gateway_on_the_same_data_refuses_to_start() {
    let dev = Dev::start().await;
    let args = [
        "dev",
        "--listen",
        "127.0.0.1:0",
        "--onprem-listen",
        "127.0.0.1:0",
        "--emulator",
        "127.0.0.1:0",
    ];
    let output = run(&dev.data_dir(), &args);
    assert!(!output.status.success());
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("another gateway"),
        "{output:?}"
    );
}

#[tokio::test]
async fn a_reset_waits_for_nobody_and_touches_nothing_that_is_in_use() {
    let dev = Dev::start().await;
    // A gateway that drains has closed its socket already, and still writes.
    std::fs::remove_file(dev.data_dir().join("control.sock")).unwrap();
    let output = run(&dev.data_dir(), &["dev", "--reset"]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("another gateway"));
    let sent = send(&dev, &samples::text("still here")).await;
    status(
        &dev,
        sent.json["message"]["uuid"].as_str().unwrap(),
        "delivered",
    )
    .await;
}

#[tokio::test]
async fn an_address_that_others_reach_needs_a_word() {
    let directory = tempfile::tempdir().unwrap();
    let output = run(directory.path(), &["dev", "--listen", "0.0.0.0:0"]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("--allow-remote"));
}

#[tokio::test]
async fn a_configuration_is_heard_although_the_environment_names_a_data_directory() {
    let dev = Dev::start().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let config = elsewhere.path().join("dragoman.toml");
    let data_dir = format!("data_dir = {:?}", dev.data_dir());
    std::fs::write(&config, data_dir).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_dragoman"));
    command.args(["channel", "list", "--config"]).arg(&config);
    let output = command.env("DRAGOMAN_DATA_DIR", elsewhere.path()).output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("demo"));
}

#[tokio::test]
async fn the_doctor_waits_for_the_gateway_to_end_and_makes_the_index_again() {
    let dev = Dev::start().await;
    let sent = send(&dev, &samples::text("before")).await;
    let uuid = sent.json["message"]["uuid"].as_str().unwrap().to_owned();
    status(&dev, &uuid, "delivered").await;
    let doctor = ["doctor", "--rebuild-index"];
    let refused = run(&dev.data_dir(), &doctor);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("another gateway"));

    let directory = dev.kill();
    std::fs::remove_dir_all(data_dir(directory.path()).join("index")).unwrap();
    let found = json(&data_dir(directory.path()), &doctor);
    let advice = found["advice"][0].as_str().unwrap();
    assert!(advice.contains("--duplicate-window 60s"), "{advice}");
    assert_eq!(found["good"], true, "{found}");
    // The customer's first words are a message too.
    assert_eq!(found["rebuilt"]["messages"], 2, "{found}");
    assert_eq!(
        (found["queued"].as_u64(), found["unknown"].as_u64()),
        (Some(0), Some(0))
    );
    let dev = Dev::start_in(directory, "127.0.0.1:0").await;
    status(&dev, &uuid, "delivered").await;

    let nothing = tempfile::tempdir().unwrap();
    let output = run(nothing.path(), &["doctor"]);
    assert!(!output.status.success());
    assert_eq!(std::fs::read_dir(nothing.path()).unwrap().count(), 0);
}
