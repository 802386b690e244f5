//! Is anything missing? What an operator asks about a channel, and how it is mended.

use std::path::Path;

use dragoman_testkit::until;
use serde_json::Value;

use super::commands::{json, run};
use crate::support::process::{Dev, PATIENCE};

/// The verdict on one check of a channel.
fn verdict<'a>(standing: &'a Value, name: &str) -> &'a str {
    let checks = standing["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == name);
    let check = check.unwrap_or_else(|| panic!("{name} is not in {standing}"));
    check["verdict"].as_str().unwrap()
}

/// What was found, in JSON. The command ends with 1 when anything of it is bad, and with 0 when
/// nothing is.
fn found(data_dir: &Path, args: &[&str]) -> Value {
    let output = run(data_dir, &[args, &["--json"]].concat());
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let expected = if found["good"] == true { 0 } else { 1 };
    assert_eq!(output.status.code(), Some(expected), "{found}");
    found
}

#[tokio::test]
async fn a_token_that_has_expired_is_found_and_replaced() {
    let dev = Dev::start().await;
    let dir = dev.data_dir();
    let check = || found(&dir, &["channel", "check", "demo"]);
    let standing = check();
    for name in ["enabled", "token", "clock", "reachable", "templates"] {
        assert_eq!(verdict(&standing, name), "good", "{standing}");
    }
    let replace = |token: &str| {
        let file = dir.join("token");
        std::fs::write(&file, token).unwrap();
        let file = file.to_str().unwrap();
        let args = ["channel", "credentials", "demo", "--access-token-file"];
        let shown = json(&dir, &[&args[..], &[file]].concat());
        assert!(!shown.to_string().contains(token), "{shown}");
    };
    replace("expired");
    let standing = check();
    assert_eq!(
        (verdict(&standing, "token"), &standing["good"]),
        ("bad", &false.into())
    );
    let told = run(&dir, &["channel", "check", "demo"]);
    let told = String::from_utf8(told.stdout).unwrap();
    let mend = "dragoman channel credentials demo --access-token-file FILE";
    assert!(told.contains(mend), "{told}");
    assert!(!told.contains("channel hear"), "{told}");
    replace(dev.text("/dev/access_token"));
    assert_eq!(verdict(&check(), "token"), "good");
}

#[tokio::test]
async fn a_setting_is_one_that_the_driver_knows() {
    let dev = Dev::start().await;
    let dir = dev.data_dir();
    let set = |setting: &str| {
        let args = ["channel", "credentials", "demo", "--setting", setting];
        run(&dir, &args)
    };
    assert!(set("graph_version=v22.0").status.success());
    for (wrong, said) in [
        ("colour=red", "has no setting"),
        ("access_token=", "must not be empty"),
        ("graph_version", "write name=value"),
    ] {
        let refused = set(wrong);
        assert!(!refused.status.success(), "{wrong}");
        let error = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(error.contains(said), "{wrong}: {error}");
    }
}

#[tokio::test]
async fn the_doctor_asks_a_gateway_that_runs_about_every_channel() {
    let dev = Dev::start().await;
    let dir = dev.data_dir();
    json(&dir, &["channel", "set", "demo", "--enabled", "false"]);
    let found = found(&dir, &["doctor"]);
    assert_eq!(found["good"], false, "{found}");
    let standing = &found["channels"][0];
    assert_eq!(standing["slug"], "demo");
    assert_eq!(verdict(standing, "enabled"), "bad");
    let mend = "dragoman channel set demo --enabled true";
    assert_eq!(standing["checks"][0]["mend"], mend);
    let told = run(&dir, &["doctor"]);
    assert!(String::from_utf8_lossy(&told.stdout).contains(mend));
}

#[tokio::test]
async fn how_many_messages_arrive_is_told_by_command_and_by_metrics() {
    let dev = Dev::start().await;
    let dir = dev.data_dir();
    let send = ["send", "--to", "31612345678", "--channel", "demo", "Hi"];
    json(&dir, &send);
    let delivery = || json(&dir, &["channel", "delivery", "demo", "--days", "1"]);
    until("the message arrives", PATIENCE, async || {
        (delivery()["states"]["delivered"] == 1).then_some(())
    })
    .await;
    let told = run(&dir, &["channel", "delivery", "demo"]);
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(
        told.starts_with("channel demo: 1 messages in 7 days\n"),
        "{told}"
    );
    assert!(
        told.contains("nothing has had the time to arrive"),
        "{told}"
    );
}
