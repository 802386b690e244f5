//! An On-Premises client is taken over: here one of our own, which speaks the same API.

use std::path::Path;
use std::process::{Command, Output};

use dragoman_core::ports::Method;
use serde_json::{Value, json};

use super::onprem::login;
use crate::support::api;
use crate::support::process::Dev;

pub(super) fn import(args: &[&str]) -> Output {
    import_in(Path::new("."), args)
}

fn import_in(directory: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dragoman"));
    let command = command.args(["import", "onprem"]).args(args);
    command.current_dir(directory).output().unwrap()
}

pub(super) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Where what is taken over goes.
fn target(to: &Dev) -> [&str; 7] {
    let password = to.text("/onprem/password");
    let gateway = to.text("/gateway");
    [
        "--channel",
        "demo",
        "--to",
        gateway,
        "--to-password",
        password,
        "--json",
    ]
}

async fn settings(dev: &Dev, method: Method, body: &str) -> Value {
    let token = login(dev, "/onprem/base_url").await;
    let url = format!("{}/v1/settings/application", dev.text("/onprem/base_url"));
    let answer = api::call(method, &url, Some(&token), body.as_bytes()).await;
    let answer = answer.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.json);
    answer.json["settings"]["application"].clone()
}

#[tokio::test]
async fn what_a_client_was_told_is_taken_over_after_it_was_switched_off() {
    let (from, to) = tokio::join!(Dev::start(), Dev::start());
    let told = json!({
        "webhooks": { "url": "http://127.0.0.1:9/hook", "max_concurrent_requests": 12 },
        "callback_backoff_delay_ms": 1500, "media": { "auto_download": ["image"] },
        "heartbeat_interval": 7,
    });
    settings(&from, Method::Patch, &told.to_string()).await;
    let place = tempfile::tempdir().unwrap();
    let file = "client.json";
    let (url, password) = (from.text("/onprem/base_url"), from.text("/onprem/password"));
    let source = ["--url", url, "--password", password, "--save", file];
    let saved = import_in(place.path(), &source);
    assert!(saved.status.success(), "{}", said(&saved));
    drop(from);

    let mut args = vec!["--from", file];
    args.extend(target(&to));
    let taken = import_in(place.path(), &args);
    assert!(taken.status.success(), "{}", said(&taken));
    let taken: Value = serde_json::from_slice(&taken.stdout).unwrap();
    let names = taken["taken"].as_array().unwrap();
    assert!(
        names.contains(&"settings/application: webhooks".into()),
        "{taken}"
    );
    let without = taken["without_meaning"].as_array().unwrap();
    assert!(without.contains(&"heartbeat_interval".into()), "{taken}");
    let next = taken["next"].to_string();
    assert!(next.contains("dragoman channel register demo"), "{next}");

    let here = settings(&to, Method::Get, "").await;
    for key in ["webhooks", "callback_backoff_delay_ms", "media"] {
        let whole = &here[key];
        let wanted = &told[key];
        let parts = wanted.as_object();
        let same = parts.map_or(whole == wanted, |parts| {
            parts.iter().all(|(name, value)| &whole[name] == value)
        });
        assert!(same, "{key}: {whole}");
    }
    assert_ne!(here["heartbeat_interval"], 7);
}

#[tokio::test]
async fn a_password_that_is_wrong_takes_nothing_over_and_says_so() {
    let dev = Dev::start().await;
    let url = dev.text("/onprem/base_url");
    let mut args = vec!["--url", url, "--password", "Wrong-123"];
    args.extend(target(&dev));
    let refused = import(&args);
    assert!(!refused.status.success());
    let said = said(&refused);
    assert!(
        said.contains("users/login was answered 401: 1005"),
        "{said}"
    );
}

#[tokio::test]
async fn a_password_file_is_heard_beside_an_exported_password() {
    let dev = Dev::start().await;
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("secret"), dev.text("/onprem/password")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_dragoman"));
    let output = command
        .args(["import", "onprem", "--url", dev.text("/onprem/base_url")])
        .args(["--password-file", "secret", "--save", "client.json"])
        .env("ONPREM_PASSWORD", "Wrong-123")
        .current_dir(place.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", said(&output));
}
