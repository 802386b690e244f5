//! Settings, and the webhook that follows from them.

use dragoman_core::ports::Store;
use serde_json::{Value, json};

use super::client::Client;
use super::doubles::DEMO;

#[tokio::test]
async fn settings_belong_to_admin() {
    let client = Client::logged_in("clerk").await;
    for method in ["GET", "PATCH", "PUT", "DELETE"] {
        let answer = client
            .call(method, "/onprem/demo/v1/settings/application", "{}")
            .await;
        assert_eq!(answer.code(), (403, 1005), "{method}");
    }
}

#[tokio::test]
async fn setting_an_address_makes_a_webhook_and_taking_it_away_ends_it() {
    let client = Client::logged_in("admin").await;
    let path = "/onprem/demo/v1/settings/application";
    let subscriptions = || client.house.store.catalog().subscriptions.clone();
    let patch = |body: Value| client.call("PATCH", path, body.to_string());

    let fresh = client.call("GET", path, "").await;
    let application = &fresh.body["settings"]["application"];
    assert_eq!(application["webhooks"]["url"], "");
    assert_eq!(application["wa_id"], "31600000000");

    let set = patch(json!({
        "webhooks": { "url": "https://example.com/hook", "max_concurrent_requests": "12" },
        "messaging_api_rate_limit": ["15", "54", "1.2"],
        "heartbeat_interval": null,
    }));
    let set = set.await;
    assert_eq!(set.status, 200, "{}", set.body);
    let first = subscriptions().remove(0);
    assert_eq!(
        (&*first.url, first.concurrency),
        ("https://example.com/hook", 12)
    );
    assert_eq!(
        (&*first.format, first.channel, first.since),
        ("onprem", Some(DEMO), 41)
    );

    assert_eq!(
        patch(json!({ "callback_backoff_delay_ms": "500" }))
            .await
            .status,
        200
    );
    let second = subscriptions().remove(0);
    assert_eq!(
        (second.id, second.since, &second.url),
        (first.id, 41, &first.url)
    );
    assert!(second.settings.unwrap().as_str().contains("500"));

    assert_eq!(
        patch(json!({ "webhooks": { "url": "nowhere" } }))
            .await
            .code(),
        (400, 1009)
    );
    assert_eq!(subscriptions().len(), 1);
    assert_eq!(
        patch(json!({ "webhooks": { "url": "" } })).await.status,
        200
    );
    assert_eq!(subscriptions().len(), 0);

    let put = json!({ "webhooks": { "url": "http://10.0.0.1/hook" } }).to_string();
    assert_eq!(client.call("PUT", path, put).await.status, 200);
    assert_eq!(subscriptions().len(), 1);
    assert_eq!(client.call("DELETE", path, "").await.status, 200);
    assert_eq!(subscriptions().len(), 0);
    let reset = client.call("GET", path, "").await;
    assert_eq!(&reset.body["settings"]["application"], application);
}

#[tokio::test]
async fn two_changes_at_once_both_survive() {
    let client = Client::logged_in("admin").await;
    let path = "/onprem/demo/v1/settings/application";
    let patch = |body: Value| client.call("PATCH", path, body.to_string());
    let (url, step) = tokio::join!(
        patch(json!({ "webhooks": { "url": "https://example.com/hook" } })),
        patch(json!({ "callback_backoff_delay_ms": 500 }))
    );
    assert_eq!((url.status, step.status), (200, 200));
    let kept = client.call("GET", path, "").await;
    let kept = &kept.body["settings"]["application"];
    assert_eq!(kept["webhooks"]["url"], "https://example.com/hook");
    assert_eq!(kept["callback_backoff_delay_ms"], 500);
    let catalog = client.house.store.catalog();
    let webhook = &catalog.subscriptions[0];
    assert_eq!(&*webhook.url, "https://example.com/hook");
    let settings = webhook.settings.as_ref().unwrap();
    assert!(settings.as_str().contains("500"));
}

#[tokio::test]
async fn an_address_that_cannot_be_called_is_refused_and_named() {
    let client = Client::logged_in("admin").await;
    let path = "/onprem/demo/v1/settings/application";
    for url in [
        "ftp://example.com/hook",
        "example.com/hook",
        "https:example.com",
        "https://",
        "https://:80/",
        "https://exa mple.com",
        "https://example.com/a b",
        "https://example.com:99999/",
        "https://name:word@example.com/",
        "javascript:alert(1)",
    ] {
        let body = json!({ "webhooks": { "url": url } }).to_string();
        let refused = client.call("PATCH", path, body).await;
        assert_eq!(refused.code(), (400, 1009), "{url}");
        assert_eq!(
            refused.details(),
            "webhooks.url must be an http or https address without credentials"
        );
    }
    assert!(client.house.store.catalog().subscriptions.is_empty());
}
