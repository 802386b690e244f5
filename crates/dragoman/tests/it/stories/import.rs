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

async fn made(dev: &Dev, kind: &str, new: Value) -> Value {
    let url = format!("{}/api/v1/{kind}", dev.text("/gateway"));
    let answer = api::post(&url, Some(dev.text("/callbell/token")), &new).await;
    assert_eq!(answer.status, 201, "{kind}: {}", answer.json);
    answer.json
}

async fn list(dev: &Dev, kind: &str) -> Vec<Value> {
    let url = format!("{}/api/v1/{kind}", dev.text("/gateway"));
    let token = Some(dev.text("/callbell/token"));
    let answer = api::get(&url, token).await.unwrap();
    answer.json[kind].as_array().unwrap().clone()
}

async fn known_contact(dev: &Dev, stage: &Value) -> Value {
    let new = json!({ "address": "+31687654321", "name": "Jan", "tags": ["lead"],
        "fields": { "City": "Utrecht", "Likes": ["tea"], "Size": "XL" },
        "user": dev.text("/assigned_user"), "team": dev.text("/team_uuid"),
        "funnel": stage["id"], "blocked": true });
    made(dev, "contacts", new).await
}

#[tokio::test]
async fn what_a_callbell_account_has_is_copied_with_its_ids_and_once() {
    let (from, to) = tokio::join!(Dev::start(), Dev::start());
    let lunch = made(&from, "statuses", json!({ "name": "Lunch", "emoji": "🥪" })).await;
    let last = made(&from, "funnels", json!({ "name": "Customer" })).await;
    let first = json!({ "name": "Lead", "emoji": "🔥", "position": 1 });
    let first = made(&from, "funnels", first).await;
    let jan = known_contact(&from, &first).await;
    for (name, kind, options) in [
        ("Likes", "checkbox", ["tea", "milk"]),
        ("Size", "dropdown", ["S", "L"]),
    ] {
        let field = json!({ "name": name, "kind": kind, "options": options });
        made(&from, "fields", field).await;
    }
    let told = copied(&from, &to);
    assert_eq!(told["teams"], json!({ "new": 1, "known": 0 }), "{told}");
    assert_eq!(told["users"], json!({ "new": 0, "known": 1 }));
    assert_eq!(told["templates"], json!({ "new": 5, "known": 0 }));
    assert_eq!(told["contacts"]["new"], 1, "{told}");
    assert_eq!(told["fields"]["new"], 3, "{told}");
    for list in ["channels_to_add", "templates_to_link", "left_out"] {
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
    assert!(here["blocked_at"].is_string());
    let talk = &here["conversations"][0];
    assert_eq!(talk["team"], from.text("/team_uuid"));
    assert_eq!(talk["funnel"], first["id"]);
    let ids = |all: Vec<Value>| -> Vec<Value> { all.iter().map(|one| one["id"].clone()).collect() };
    assert_eq!(ids(list(&to, "statuses").await), [lunch["id"].clone()]);
    let mut stages = list(&to, "funnels").await;
    stages.sort_by_key(|stage| stage["position"].as_u64());
    let emoji = stages[0]["emoji"].clone();
    assert_eq!(
        (ids(stages), emoji),
        (vec![first["id"].clone(), last["id"].clone()], json!("🔥"))
    );
    let fields = list(&to, "fields").await;
    let kinds: Vec<_> = fields
        .iter()
        .map(|one| (&one["name"], &one["kind"]))
        .collect();
    let kind = |name, kind| (json!(name), json!(kind));
    let expected = [
        kind("City", "text"),
        kind("Likes", "checkbox"),
        kind("Size", "dropdown"),
    ];
    assert_eq!(kinds, expected.each_ref().map(|(name, kind)| (name, kind)));
    assert_eq!(fields[2]["options"], json!(["S", "L"]));
    let single = from.text("/templates/single");
    let url = format!("{}/api/v1/templates/{single}", to.text("/gateway"));
    let template = api::get(&url, token).await.unwrap().json;
    assert_eq!(template["name"], "demo_single");

    let again = copied(&from, &to);
    for kind in [
        "teams",
        "users",
        "statuses",
        "funnels",
        "templates",
        "contacts",
        "fields",
    ] {
        assert_eq!(again[kind]["new"], 0, "{kind}: {again}");
    }
    assert_eq!(again["left_out"], json!([]));
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
