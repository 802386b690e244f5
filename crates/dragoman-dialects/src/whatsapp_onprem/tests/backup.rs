//! Settings are carried from one channel to another.

use dragoman_core::ports::Store;
use serde_json::{Value, json};

use super::client::Client;

async fn data(client: &Client) -> String {
    let body = json!({ "password": "carry me" });
    let backup = client.ask("POST", "settings/backup", body).await;
    assert_eq!(backup.status, 200, "{}", backup.body);
    let data = &backup.body["settings"]["data"];
    data.as_str().unwrap().to_owned()
}

async fn application(client: &Client) -> Value {
    let shown = client.see("settings/application").await;
    shown.body["settings"]["application"].clone()
}

#[tokio::test]
async fn a_backup_brings_settings_and_media_providers_back_as_they_were() {
    let client = Client::logged_in("admin").await;
    let providers = "settings/application/media/providers";
    let one = |name: &str| json!({ "name": name, "type": "www", "config": { "bearer": "hush" } });
    let settings =
        json!({ "webhooks": { "url": "https://example.com/hook" }, "pass_through": true });
    assert_eq!(
        client
            .ask("PATCH", "settings/application", settings)
            .await
            .status,
        200
    );
    assert_eq!(client.ask("POST", providers, one("one")).await.status, 200);
    let (data, before) = (data(&client).await, application(&client).await);
    assert!(!data.contains("hush"));

    let other = Client::logged_in("admin").await;
    let changed = json!({ "pass_through": false, "sent_status": false });
    assert_eq!(
        other
            .ask("PATCH", "settings/application", changed)
            .await
            .status,
        200
    );
    assert_eq!(other.ask("POST", providers, one("two")).await.status, 200);
    let body = json!({ "password": "carry me", "data": data });
    let restored = other.ask("POST", "settings/restore", body).await;
    assert_eq!(restored.status, 200, "{}", restored.body);
    assert_eq!(application(&other).await, before);
    let catalog = other.house.store.catalog();
    let names: Vec<_> = catalog
        .media_providers
        .iter()
        .map(|one| &*one.name)
        .collect();
    assert_eq!(names, ["one"]);
    let known = client.house.store.catalog();
    assert_eq!(
        catalog.media_providers[0].access,
        known.media_providers[0].access
    );
    assert_eq!(&*catalog.subscriptions[0].url, "https://example.com/hook");
}

#[tokio::test]
async fn what_cannot_be_restored_says_why() {
    let client = Client::logged_in("admin").await;
    let data = data(&client).await;
    for (body, code, named) in [
        (
            json!({ "password": "other", "data": data }),
            1009,
            "password does not open",
        ),
        (
            json!({ "password": "carry me", "data": "AAAA" }),
            1009,
            "data is no backup of this",
        ),
        (json!({ "password": "carry me" }), 1008, "data"),
        (json!({ "password": "", "data": data }), 1008, "password"),
        (json!({ "data": data }), 1008, "password"),
    ] {
        let refused = client.ask("POST", "settings/restore", body).await;
        assert_eq!(refused.code(), (400, code));
        assert!(
            refused.details().starts_with(named),
            "{}",
            refused.details()
        );
    }
    let none = client.ask("POST", "settings/backup", json!({})).await;
    assert_eq!(none.code(), (400, 1008));
}
