//! Customers.

use serde_json::{Value, json};

use super::house::{CHANNEL, House, made, problem};

const PATH: &str = "/api/v1/contacts";

#[tokio::test]
async fn a_customer_is_made_known_with_what_is_known_of_them() {
    let house = House::new();
    let team = made(&house, "/api/v1/teams", json!({ "name": "General" })).await;
    made(&house, "/api/v1/users", json!({ "email": "ada@e.com" })).await;
    let stage = made(&house, "/api/v1/funnels", json!({ "name": "Lead" })).await;
    let new = json!({ "address": "+31 6 12345678", "name": "Jan", "tags": ["lead", "lead"],
        "fields": { "City": "London" }, "note": "a\nb", "email": "jan@e.com", "blocked": true,
        "user": "ADA@e.com", "team": team["id"], "funnel": stage["id"], "channel": "main",
        "uuid": "adf3d121-6d4c-4dcd-9081-99d6700f2381" });
    let contact = made(&house, PATH, new.clone()).await;
    assert_eq!(contact["id"], "adf3d1216d4c4dcd908199d6700f2381");
    assert_eq!(
        (&contact["phone"], &contact["tags"]),
        (&json!("31612345678"), &json!(["lead"]))
    );
    assert_eq!(contact["fields"], json!({ "City": "London" }));
    assert!(contact["blocked_at"].is_string());
    let talk = &contact["conversations"][0];
    assert_eq!(
        (&talk["channel"], &talk["team"]),
        (&json!(CHANNEL.simple()), &team["id"])
    );
    assert_eq!(talk["funnel"], stage["id"]);
    assert!(talk["user"].is_string());
    let (status, again) = house
        .with_token("acme", "POST", PATH, new.to_string())
        .await;
    assert_eq!((status, &again["id"]), (200, &contact["id"]));
}

#[tokio::test]
async fn what_is_said_of_a_customer_is_changed_all_or_nothing() {
    let house = House::new();
    let new =
        json!({ "address": "NL.1349", "fields": { "City": "London", "Size": "S" }, "note": "n" });
    let contact = made(&house, PATH, new).await;
    assert_eq!(contact["phone"], json!(null));
    let path = format!("{PATH}/{}", contact["id"].as_str().unwrap());
    let change = async |body: Value| {
        house
            .with_token("acme", "PATCH", &path, body.to_string())
            .await
    };
    let wrong = change(json!({ "name": "Jan", "team": CHANNEL.simple() })).await;
    assert_eq!(problem(&wrong), (400, "invalid", "team"));
    assert_eq!(house.caller("acme", &path).await.1["name"], json!(null));
    let (status, changed) = change(
        json!({ "name": "Jan", "fields": { "City": null, "Age": "7", "Size": "" },
        "note": null, "opted_out": true, "blocked": true }),
    )
    .await;
    assert_eq!(status, 200, "{changed}");
    assert_eq!(
        (&changed["name"], &changed["fields"]),
        (&json!("Jan"), &json!({ "Age": "7" }))
    );
    assert_eq!(changed["note"], json!(null));
    assert!(changed["opted_out_at"].is_string() && changed["blocked_at"].is_string());
    let (_, back) = change(json!({ "opted_out": false })).await;
    assert_eq!(back["opted_out_at"], json!(null));
    assert_eq!(house.with_token("acme", "DELETE", &path, "").await.0, 200);
    assert_eq!(house.caller("acme", &path).await.0, 404);
}

#[tokio::test]
async fn values_are_what_their_definition_says() {
    let house = House::new();
    for (name, kind, options) in [
        ("Mail", "email", json!([])),
        ("Count", "number", json!([])),
        ("Day", "date", json!([])),
        ("Size", "dropdown", json!(["S", "L"])),
        ("Likes", "checkbox", json!(["tea", "milk"])),
    ] {
        let field = json!({ "name": name, "kind": kind, "options": options });
        made(&house, "/api/v1/fields", field).await;
    }
    for (name, good, bad) in [
        ("Mail", json!("a@e.com"), json!("a@nowhere")),
        ("Count", json!("1.5"), json!("many")),
        ("Day", json!("2026-02-28"), json!("2026-02-30")),
        ("Size", json!("S"), json!("XL")),
        ("Likes", json!(["tea"]), json!(["coffee"])),
        ("Likes", json!("[\"milk\"]"), json!("milk")),
        ("Size", json!("L"), json!(["L"])),
        ("Free", json!("text"), json!("a\u{0}b")),
        ("Loose", json!(["list"]), json!(["a\u{1b}b"])),
    ] {
        let with = |value: &Value| {
            json!({ "address": "31612345678", "fields": { name: value } }).to_string()
        };
        let (status, contact) = house.with_token("acme", "POST", PATH, with(&good)).await;
        assert!(status < 300, "{name}: {contact}");
        let kept = good
            .as_str()
            .map_or_else(|| good.to_string(), str::to_owned);
        assert_eq!(contact["fields"][name], kept, "{name}");
        let heard = house.with_token("acme", "POST", PATH, with(&bad)).await;
        assert_eq!(problem(&heard), (400, "invalid", "fields"), "{name}");
    }
}

#[tokio::test]
async fn customers_are_listed_in_parts_that_follow_each_other() {
    let house = House::new();
    for number in 0..5 {
        let tags: &[&str] = if number % 2 == 0 { &["even"] } else { &[] };
        let new = json!({ "address": format!("3161234567{number}"), "tags": tags });
        made(&house, PATH, new).await;
    }
    let mut phones = Vec::new();
    let mut path = format!("{PATH}?limit=2");
    loop {
        let (_, part) = house.caller("acme", &path).await;
        let listed = part["contacts"].as_array().unwrap();
        assert!(listed.len() <= 2);
        phones.extend(
            listed
                .iter()
                .map(|one| one["phone"].as_str().unwrap().to_owned()),
        );
        let Some(next) = part["next"].as_str() else {
            break;
        };
        path = format!("{PATH}?limit=2&after={next}");
    }
    let newest_first: Vec<String> = (0..5).rev().map(|n| format!("3161234567{n}")).collect();
    assert_eq!(phones, newest_first);
    let (_, even) = house
        .caller("acme", &format!("{PATH}?tags=EVEN&source=whatsapp"))
        .await;
    assert_eq!(even["contacts"].as_array().unwrap().len(), 3);
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("after=x", "after"),
        ("source=smoke", "source"),
        ("team=x", "team"),
        ("colour=red", "colour"),
    ] {
        let heard = house.caller("acme", &format!("{PATH}?{query}")).await;
        assert_eq!(problem(&heard), (400, "invalid", field), "{query}");
    }
}
