//! Secrets on the disk, and the keys that open them.

use std::path::Path;
use std::process::Command;

use super::commands::{json, run};
use super::serving::serving;
use crate::support::process::free_port;

/// Files below a folder in which one of the texts stands.
fn holding(folder: &Path, texts: &[&str]) -> String {
    let mut search = Command::new("grep");
    search.args(["-r", "-l", "-F", "-D", "skip"]);
    for text in texts {
        search.args(["-e", text]);
    }
    let found = search.arg(folder).output().unwrap();
    String::from_utf8(found.stdout).unwrap()
}

#[tokio::test]
async fn no_file_holds_a_secret_and_keys_are_rotated_while_the_gateway_works() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let port = free_port();
    let config = format!("listen = \"127.0.0.1:{port}\"\ndata_dir = {data:?}\n");
    let gateway = serving(directory.path(), port, &config).await;
    json(&data, &["account", "create", "acme"]);
    let channel = [
        ["channel", "add"],
        ["whatsapp_cloud", "main"],
        ["--account", "acme"],
        ["--phone-number-id", "100000000000009"],
        ["--waba-id", "200000000000009"],
        ["--access-token", "marker-access"],
        ["--app-secret", "marker-app"],
        ["--verify-token", "marker-verify"],
        ["--graph-url", "http://127.0.0.1:9"],
    ];
    let made = json(&data, &channel.concat());
    let password = made["onprem_password"].as_str().unwrap().to_owned();
    let subscription = [
        ["subscription", "create"],
        ["--account", "acme"],
        ["--format", "callbell"],
        ["--url", "https://app.example"],
    ];
    let made = json(&data, &subscription.concat());
    let secret = made["secret"].as_str().unwrap().to_owned();
    let token = json(&data, &["token", "create", "--account", "acme"]);
    let token = token["token"].as_str().unwrap().to_owned();
    let nowhere = |gateway: &str| {
        let found = holding(directory.path(), &["marker-", &password, &secret, &token]);
        assert_eq!(found, "", "{gateway}");
    };
    assert_ne!(holding(directory.path(), &["acme"]), "");
    nowhere("runs");

    let key = data.join("keys/master");
    let first = std::fs::read_to_string(&key).unwrap();
    let rotated = json(&data, &["keys", "rotate"]);
    assert_eq!(
        (&rotated["data_keys"], &rotated["records"]),
        (&1.into(), &0.into())
    );
    let rotated = json(&data, &["keys", "rotate", "--data-keys"]);
    assert_eq!(rotated["records"], 3, "channel, its login, subscription");
    assert_ne!(std::fs::read_to_string(&key).unwrap(), first);
    gateway.kill();
    nowhere("was killed");

    let gateway = serving(directory.path(), port, &config).await;
    assert!(run(&data, &["channel", "list"]).status.success());
    assert_eq!(gateway.terminate(), Some(0));
    nowhere("has ended");

    std::fs::write(&key, first).unwrap();
    let file = directory.path().join("dragoman.toml");
    for command in ["serve", "doctor"] {
        let mut started = Command::new(env!("CARGO_BIN_EXE_dragoman"));
        started.args([command, "--config", file.to_str().unwrap()]);
        let ended = started.output().unwrap();
        assert!(!ended.status.success(), "{command}");
        let why = String::from_utf8(ended.stderr).unwrap();
        assert!(why.contains(key.to_str().unwrap()), "{command}: {why}");
    }
}

#[tokio::test]
async fn a_key_that_the_configuration_names_is_never_made_up() {
    let directory = tempfile::tempdir().unwrap();
    let (data, key) = (directory.path().join("data"), directory.path().join("key"));
    let port = free_port();
    let config = format!(
        "listen = \"127.0.0.1:{port}\"\ndata_dir = {data:?}\n[secrets]\nmaster_key_file = {key:?}\n"
    );
    let file = directory.path().join("dragoman.toml");
    std::fs::write(&file, &config).unwrap();
    let mut started = Command::new(env!("CARGO_BIN_EXE_dragoman"));
    started.args(["serve", "--config", file.to_str().unwrap()]);
    let ended = started.output().unwrap();
    assert!(!ended.status.success());
    let why = String::from_utf8(ended.stderr).unwrap();
    assert!(why.contains(key.to_str().unwrap()), "{why}");

    std::fs::write(&key, "5a".repeat(32)).unwrap();
    let gateway = serving(directory.path(), port, &config).await;
    json(&data, &["account", "create", "acme"]);
    assert!(!data.join("keys/master").exists());
    assert_eq!(gateway.terminate(), Some(0));
    let doctor = Command::new(env!("CARGO_BIN_EXE_dragoman"))
        .args(["doctor", "--config", file.to_str().unwrap()])
        .output();
    assert!(doctor.unwrap().status.success());
}
