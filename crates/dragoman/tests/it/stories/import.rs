//! A Callbell account is copied: here one of our own, which speaks the same API.

use serde_json::{Value, json};

use super::commands::{json, run};
use crate::support::api;
use crate::support::process::Dev;

/// Copies the demo account of one gateway into the demo account of another.
fn copied(from: &Dev, to: &Dev) -> Value {
    let url = from.text("/callbell/base_url");
    let token = from.text("/callbell/token");
    let args = [
        "import",
        "callbell",
        "--account",
        "demo",
        "--url",
        url,
        "--token",
        token,
    ];
    json(&to.data_dir(), &args)
}

async fn known_contact(dev: &Dev) -> Value {
    let url = format!("{}/api/v1/contacts", dev.text("/gateway"));
    let new = json!({ "address": "+31687654321", "name": "Jan", "tags": ["lead"],
        "fields": { "City": "Utrecht" }, "user": dev.text("/assigned_user"),
        "team": dev.text("/team_uuid") });
    let answer = api::post(&url, Some(dev.text("/callbell/token")), &new).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    answer.json
}

#[tokio::test]
async fn what_a_callbell_account_has_is_copied_with_its_ids_and_once() {
    let (from, to) = tokio::join!(Dev::start(), Dev::start());
    let jan = known_contact(&from).await;
    let told = copied(&from, &to);
    assert_eq!(told["teams"], json!({ "new": 1, "known": 0 }), "{told}");
    assert_eq!(told["users"], json!({ "new": 0, "known": 1 }));
    assert_eq!(told["templates"], json!({ "new": 5, "known": 0 }));
    assert_eq!(told["contacts"]["new"], 1, "{told}");
    for list in ["channels_to_add", "templates_to_link", "contacts_left_out"] {
        assert_eq!(told[list], json!([]), "{list}");
    }

    let url = format!(
        "{}/api/v1/contacts/{}",
        to.text("/gateway"),
        jan["id"].as_str().unwrap()
    );
    let token = Some(to.text("/callbell/token"));
    let here = api::get(&url, token).await.unwrap().json;
    for key in ["id", "name", "phone", "tags", "fields"] {
        assert_eq!(here[key], jan[key], "{key}");
    }
    assert_eq!(here["conversations"][0]["team"], from.text("/team_uuid"));
    let single = from.text("/templates/single");
    let url = format!("{}/api/v1/templates/{single}", to.text("/gateway"));
    let template = api::get(&url, token).await.unwrap().json;
    assert_eq!(template["name"], "demo_single");

    let again = copied(&from, &to);
    for kind in ["teams", "users", "templates", "contacts"] {
        assert_eq!(again[kind]["new"], 0, "{kind}: {again}");
    }
}

#[tokio::test]
async fn a_token_that_opens_nothing_copies_nothing_and_says_so() {
    let (from, to) = tokio::join!(Dev::start(), Dev::start());
    let url = from.text("/callbell/base_url");
    let args = [
        "import",
        "callbell",
        "--account",
        "demo",
        "--url",
        url,
        "--token",
        "wrong",
    ];
    let output = run(&to.data_dir(), &args);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("was answered 401"), "{said}");
}
