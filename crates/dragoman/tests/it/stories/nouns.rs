//! Everything that the management API knows, by command.

use std::collections::BTreeMap;

use serde_json::Value;

use super::commands::{json, run};
use crate::support::api;
use crate::support::process::Dev;

fn id(made: &Value) -> &str {
    made["id"].as_str().unwrap()
}

#[tokio::test]
async fn what_is_made_by_command_is_listed_changed_and_removed() {
    let dev = Dev::start().await;
    let dir = dev.data_dir();
    json(&dir, &["account", "create", "acme"]);
    let cases: [(&str, &[&str], &[&str]); 6] = [
        ("team", &["Sales"], &["--name", "Sellers"]),
        (
            "user",
            &["ada@example.com", "--name", "Ada"],
            &["--available", "false"],
        ),
        (
            "status",
            &["Lunch", "--emoji", "🍜"],
            &["--name", "At lunch"],
        ),
        ("funnel", &["Lead", "--position", "1"], &["--emoji", "🌱"]),
        (
            "field",
            &["Size", "--kind", "dropdown", "--option", "S"],
            &["--name", "Width"],
        ),
        (
            "subscription",
            &["--url", "https://app.example", "--format", "callbell"],
            &["--enabled", "false"],
        ),
    ];
    for (noun, what, change) in cases {
        let uuid = "adf3d1216d4c4dcd908199d6700f2381";
        let create = [
            &[noun, "create"],
            what,
            &["--account", "acme", "--uuid", uuid],
        ]
        .concat();
        let made = json(&dir, &create);
        assert_eq!(id(&made), uuid, "{noun}");
        let again = run(&dir, &create);
        assert!(!again.status.success(), "{noun}");
        json(&dir, &[&[noun, "set", uuid], change].concat());
        let listed = run(&dir, &[noun, "list", "--account", "acme"]);
        let listed = String::from_utf8(listed.stdout).unwrap();
        assert!(
            listed.starts_with("id ") || listed.starts_with("position"),
            "{listed}"
        );
        assert!(listed.contains(uuid), "{noun}: {listed}");
        let removed = run(&dir, &[noun, "remove", uuid]);
        assert_eq!(removed.stdout, format!("removed {uuid}\n").into_bytes());
        let gone = run(&dir, &[noun, "remove", uuid]);
        assert_eq!(gone.status.code(), Some(1), "{noun}");
        assert!(
            String::from_utf8_lossy(&gone.stderr).contains("no such"),
            "{noun}"
        );
    }
}

#[tokio::test]
async fn a_token_that_is_removed_opens_nothing_any_more() {
    let dev = Dev::start().await;
    let dir = dev.data_dir();
    json(&dir, &["account", "create", "acme"]);
    let create = [
        "token",
        "create",
        "--account",
        "acme",
        "--name",
        "Shop",
        "--rate",
        "80/s",
    ];
    let made = json(&dir, &create);
    let url = format!("{}/api/v1/teams", dev.text("/gateway"));
    let opens = async || api::get(&url, made["token"].as_str()).await.unwrap().status;
    assert_eq!(opens().await, 200);
    let set = json(
        &dir,
        &[
            "token",
            "set",
            id(&made),
            "--rate",
            "none",
            "--refusals",
            "later",
        ],
    );
    assert_eq!(
        (&set["rate"], &set["refusals"]),
        (&Value::Null, &"later".into())
    );
    json(&dir, &["token", "remove", id(&made)]);
    assert_eq!(opens().await, 401);
}

#[tokio::test]
async fn a_collaborator_logs_in_with_the_password_that_was_given_by_command() {
    let dev = Dev::start().await;
    let dir = dev.data_dir();
    let file = dir.join("password");
    std::fs::write(&file, "Secret-1\n").unwrap();
    let create = [
        "user",
        "create",
        "ada@example.com",
        "--account",
        "demo",
        "--password-file",
    ];
    json(&dir, &[&create[..], &[file.to_str().unwrap()]].concat());
    let login = serde_json::json!({ "account": "demo", "email": "ada@example.com",
        "password": "Secret-1" });
    let url = format!("{}/api/v1/login", dev.text("/gateway"));
    let answer = api::post(&url, None, &login).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    let users = format!("{}/api/v1/users", dev.text("/gateway"));
    let seen = api::get(&users, answer.json["token"].as_str())
        .await
        .unwrap();
    assert_eq!(seen.json["users"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_template_is_linked_to_the_id_that_programs_know() {
    let dev = Dev::start().await;
    let dir = dev.data_dir();
    let uuid = "adf3d1216d4c4dcd908199d6700f2381";
    let single = dev.text("/templates/single").to_owned();
    let multi = dev.text("/templates/multi").to_owned();
    json(&dir, &["template", "link", &single, "--uuid", uuid]);
    let linked = json(&dir, &["template", "link", &multi, "--uuid", uuid]);
    assert_eq!(
        (id(&linked), linked["family"].as_str()),
        (&*multi, Some(uuid))
    );
    let list = json(&dir, &["template", "list", "--account", "demo"]);
    let list = list["templates"].as_array().unwrap();
    let families = list
        .iter()
        .filter_map(|one| Some((one["name"].as_str()?, one["family"].as_str()?)));
    let families: BTreeMap<_, _> = families.collect();
    assert_eq!(
        (families["demo_single"], families["demo_multi"]),
        (uuid, uuid)
    );
}
