//! Credentials for links.

use dragoman_core::Secret;
use dragoman_core::catalog::MediaAccess;
use dragoman_core::ports::Store;
use serde_json::{Value, json};

use super::client::Client;
use super::doubles::DEMO;

const PATH: &str = "settings/application/media/providers";

fn bearer(name: &str, token: &str) -> Value {
    json!({ "name": name, "type": "www", "config": { "bearer": token } })
}

#[tokio::test]
async fn entries_come_in_an_array_or_alone_and_replace_those_of_their_name() {
    let client = Client::logged_in("admin").await;
    let none = client.see(PATH).await;
    let expected = json!({ "application": { "media": { "providers": [] } } });
    assert_eq!(none.body["settings"], expected);

    let basic = json!({ "basic": { "username": "u", "password": "hush" } });
    let two = json!({ "name": "two", "type": "www", "config": basic });
    let both = json!([bearer("one", "older"), bearer("one", "first"), two]);
    let set = client.ask("POST", PATH, both).await;
    assert_eq!(set.status, 200, "{}", set.body);
    let first = client.house.store.catalog();
    let first = first.media_provider(DEMO, "one").unwrap().clone();
    assert_eq!(first.access, MediaAccess::Bearer(Secret::new("first")));

    assert_eq!(
        client
            .ask("POST", PATH, bearer("one", "later"))
            .await
            .status,
        200
    );
    let later = client.house.store.catalog();
    let later = later.media_provider(DEMO, "one").unwrap();
    assert_eq!(later.access, MediaAccess::Bearer(Secret::new("later")));
    assert_eq!(later.id, first.id);

    let shown = client.see(PATH).await;
    let providers = json!([
        { "name": "one", "type": "www", "config": {} },
        { "name": "two", "type": "www", "config": { "basic": { "username": "u" } } },
    ]);
    let shown = &shown.body["settings"]["application"]["media"]["providers"];
    assert_eq!(shown, &providers, "secrets are not told");
    let back = client.ask("POST", PATH, shown.clone()).await;
    assert_eq!(back.status, 400, "what is shown does not take secrets away");

    let gone = client
        .ask("DELETE", &format!("{PATH}/one"), json!({}))
        .await;
    assert_eq!(gone.status, 200);
    let again = client
        .ask("DELETE", &format!("{PATH}/one"), json!({}))
        .await;
    assert_eq!(again.code(), (404, 1006));
    assert_eq!(client.house.store.catalog().media_providers.len(), 1);
}

#[tokio::test]
async fn one_impossible_entry_is_named_and_keeps_all_others_out() {
    let client = Client::logged_in("admin").await;
    let with = |key: &str, value: Value| {
        let mut entry = bearer("good", "token");
        entry[key] = value;
        entry
    };
    let both = json!({ "bearer": "t", "basic": { "username": "u", "password": "p" } });
    for (bad, code, named) in [
        (with("name", json!("")), 1009, "[1].name"),
        (with("name", json!("a b")), 1009, "[1].name"),
        (with("name", json!("x".repeat(201))), 1009, "[1].name"),
        (with("name", json!(null)), 1008, "[1].name"),
        (with("type", json!("ftp")), 1009, "[1].type"),
        (with("type", json!(null)), 1008, "[1].type"),
        (with("config", json!(null)), 1008, "[1].config"),
        (with("config", json!({})), 1009, "[1].config"),
        (with("config", both), 1009, "[1].config"),
        (
            with("config", json!({ "bearer": "a\r\nb: c" })),
            1009,
            "[1].config.bearer",
        ),
        (
            with(
                "config",
                json!({ "basic": { "username": "a:b", "password": "p" } }),
            ),
            1009,
            "[1].config.basic.username",
        ),
        (
            with("config", json!({ "basic": { "username": "u" } })),
            1008,
            "[1].config.basic.password",
        ),
    ] {
        let list = json!([bearer("fine", "token"), bad]);
        let refused = client.ask("POST", PATH, list).await;
        assert_eq!(refused.code(), (400, code), "{bad}");
        assert!(
            refused.details().starts_with(named),
            "{}",
            refused.details()
        );
    }
    let longest = json!([bearer(&"x".repeat(200), "token")]);
    assert_eq!(client.house.store.catalog().media_providers.len(), 0);
    assert_eq!(client.ask("POST", PATH, longest).await.status, 200);
}
