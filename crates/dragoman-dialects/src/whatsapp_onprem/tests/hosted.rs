//! What programs for hosted variants of the original call.

use std::time::Duration;

use dragoman_core::catalog::{Policy, Rights, Token, TokenScope};
use dragoman_core::news::{News, Notice, Tidings};
use dragoman_core::ports::{Format, NewsView, Store};
use dragoman_core::rate::Rate;
use dragoman_core::{Id, Raw, Secret};
use serde_json::{Value, json};

use super::client::{Client, text};
use super::doubles::{ACCOUNT, DEMO, NOW};
use crate::credentials::token_hash;
use crate::whatsapp_onprem::OnpremFormat;

const KEY: [(&str, &str); 1] = [("D360-API-KEY", "the key")];

/// A program with an API token of this account, or with a token for something else.
fn client(account: Id, scope: TokenScope) -> Client {
    let client = Client::new();
    client.house.store.rewrite(|catalog| {
        catalog.tokens.push(Token {
            id: Id::from_u128(900),
            account,
            name: "hosted".into(),
            hash: token_hash("the key"),
            scope,
            policy: Policy::default(),
            created_at: NOW,
            expires_at: None,
            last_used_at: None,
        });
    });
    client
}

#[tokio::test]
async fn an_api_token_of_the_account_opens_everything_without_a_login() {
    let client = client(ACCOUNT, TokenScope::Api(Rights::ALL));
    let hello = text("31612345678", "Hi").to_string();
    let sent = client
        .call_with("POST", "/onprem/demo/v1/messages", hello, &KEY)
        .await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    let settings = "/onprem/other/v1/settings/application";
    assert_eq!(
        client.call_with("GET", settings, "", &KEY).await.status,
        200
    );
    let logout = "/onprem/demo/v1/users/logout";
    let logout = client.call_with("POST", logout, "", &KEY).await;
    assert_eq!(logout.code(), (403, 1005));
    assert_eq!(client.house.store.catalog().tokens.len(), 1);
    for bearer in ["Bearer the key", "Bearer x"] {
        let headers = [("authorization", bearer), KEY[0]];
        let answer = client.call_with("GET", settings, "", &headers).await;
        assert_eq!(answer.code(), (401, 1005), "a bearer is a login's");
    }
}

#[tokio::test]
async fn a_key_with_a_rate_is_held_to_it() {
    let client = client(ACCOUNT, TokenScope::Api(Rights::ALL));
    client.house.store.rewrite(|catalog| {
        let token = catalog.tokens.last_mut().unwrap();
        token.policy.rate = Rate::per_second(1);
    });
    let health = "/onprem/demo/v1/health";
    let first = client.call_with("GET", health, "", &KEY).await;
    assert_eq!(first.status, 200);
    let second = client.call_with("GET", health, "", &KEY).await;
    assert_eq!(second.code(), (429, 1015));
}

#[tokio::test]
async fn keys_for_something_else_open_nothing() {
    let health = "/onprem/demo/v1/health";
    let foreign = client(Id::from_u128(99), TokenScope::Api(Rights::ALL));
    let answer = foreign.call_with("GET", health, "", &KEY).await;
    assert_eq!(answer.code(), (404, 1006));
    let session = TokenScope::Session {
        user: Id::from_u128(5),
    };
    let answer = client(ACCOUNT, session)
        .call_with("GET", health, "", &KEY)
        .await;
    assert_eq!(answer.code(), (401, 1005));
    let answer = Client::new().call_with("GET", health, "", &KEY).await;
    assert_eq!(answer.code(), (401, 1005));
}

#[tokio::test]
async fn a_host_s_node_for_the_webhook_is_the_setting_by_another_name() {
    let client = Client::logged_in("admin").await;
    let url = json!({ "url": "https://example.com/hook", "headers": {} });
    let set = client.ask("POST", "configs/webhook/", url).await;
    assert_eq!(
        (set.status, &set.body["url"]),
        (200, &json!("https://example.com/hook"))
    );
    let shown = client.see("configs/webhook").await;
    assert_eq!(shown.body["url"], "https://example.com/hook");
    let settings = client.see("settings/application").await;
    let application = &settings.body["settings"]["application"];
    assert_eq!(application["webhooks"]["url"], "https://example.com/hook");
    assert_eq!(client.house.store.catalog().subscriptions.len(), 1);
    for (bad, code) in [(json!({}), 1008), (json!({ "url": "nowhere" }), 1009)] {
        let refused = client.ask("POST", "configs/webhook", bad).await;
        assert_eq!(refused.code(), (400, code));
    }
}

#[tokio::test]
async fn headers_beside_the_webhook_are_sent_with_every_callback_and_never_shown() {
    let client = Client::logged_in("admin").await;
    let sent = json!({ "url": "https://example.com/hook",
        "headers": { "Authorization": "Basic c2VjcmV0", "X-Tenant": "acme" } });
    let set = client.ask("POST", "configs/webhook", sent).await;
    let hidden = json!({ "authorization": "********", "x-tenant": "********" });
    assert_eq!((set.status, &set.body["headers"]), (200, &hidden));
    let shown = client.see("configs/webhook").await;
    assert_eq!(shown.body["headers"], hidden);
    let settings = client.see("settings/application").await;
    assert!(!settings.body.to_string().contains("c2VjcmV0"));
    assert_eq!(
        sent_beside(&client),
        [("authorization", "Basic c2VjcmV0"), ("x-tenant", "acme"),]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    );

    let other = json!({ "webhooks": { "max_concurrent_requests": 2 } });
    let change = client.ask("PATCH", "settings/application", other).await;
    assert_eq!(change.status, 200);
    assert_eq!(sent_beside(&client).len(), 2, "other settings leave them");

    let bare = json!({ "url": "https://example.com/hook" });
    assert_eq!(
        client.ask("POST", "configs/webhook", bare).await.status,
        200
    );
    assert_eq!(sent_beside(&client), []);
}

#[tokio::test]
async fn headers_that_would_make_another_request_are_refused() {
    let client = Client::logged_in("admin").await;
    for headers in [
        json!({ "a": "b\r\nhost: elsewhere" }),
        json!({ "a": "é" }),
        json!({ "a b": "c" }),
        json!({ "": "c" }),
        json!({ "Host": "elsewhere" }),
        json!({ "content-length": "0" }),
        json!({ "Transfer-Encoding": "chunked" }),
        json!({ "a": 7 }),
        json!({ "a": "********" }),
        json!({ "A": "1", "a": "2" }),
        json!({ "a": "x".repeat(4097) }),
        json!("a: b"),
        Value::Object((0..21).map(|n| (format!("x-{n}"), "".into())).collect()),
    ] {
        let body = json!({ "url": "https://example.com", "headers": headers });
        let refused = client.ask("POST", "configs/webhook", body).await;
        assert_eq!(refused.code(), (400, 1009), "{headers}");
    }
    assert!(client.house.store.catalog().subscriptions.is_empty());
    let php = json!({ "url": "https://example.com", "headers": [] });
    assert_eq!(client.ask("POST", "configs/webhook", php).await.status, 200);
}

/// What a callback of the client's webhook has beside its body.
fn sent_beside(client: &Client) -> Vec<(String, String)> {
    let catalog = client.house.store.catalog();
    let notice = Notice {
        channel: DEMO,
        format: "onprem".into(),
        body: Raw::new("{}"),
    };
    let news = News {
        seq: 1,
        account: ACCOUNT,
        at: NOW,
        what: Tidings::Notice(notice),
    };
    let view = NewsView {
        news: &news,
        customer: None,
        subscription: &catalog.subscriptions[0],
        catalog: &catalog,
    };
    let outgoing = OnpremFormat.render_news(&view, NOW).unwrap();
    let headers = outgoing.headers.into_iter();
    headers
        .map(|(name, value)| (name.into_owned(), value))
        .collect()
}

#[tokio::test]
async fn a_program_with_a_key_has_its_own_window_for_repetitions_before_the_channels() {
    let client = client(ACCOUNT, TokenScope::Api(Rights::ALL));
    let window = async || {
        let hello = text("31612345678", "Hi").to_string();
        let path = "/onprem/demo/v1/messages";
        assert_eq!(
            client.call_with("POST", path, hello, &KEY).await.status,
            201
        );
        client.house.last_duplicate().map(|one| one.window)
    };
    assert_eq!(window().await, None);
    client.house.store.rewrite(|catalog| {
        let settings = &mut catalog.channels[0].settings;
        settings.insert("onprem_duplicate_window".into(), Secret::new("90s"));
    });
    assert_eq!(window().await, Some(Duration::from_secs(90)));
    client.house.store.rewrite(|catalog| {
        let token = catalog.tokens.last_mut().unwrap();
        token.policy.duplicate_window = Some(Duration::from_secs(30));
    });
    assert_eq!(window().await, Some(Duration::from_secs(30)));
}

#[tokio::test]
async fn templates_are_listed_in_parts() {
    let client = Client::logged_in("clerk").await;
    let all = client.see("configs/templates").await;
    let template = json!({
        "name": "order_update",
        "language": "en",
        "category": "UTILITY",
        "status": "approved",
        "components": [{ "type": "BODY", "text": "Hello {{1}}, that makes {{2}}" }],
    });
    assert_eq!(all.body["waba_templates"], json!([template]));
    let rest = client.see("configs/templates?limit=10&offset=1").await;
    assert_eq!(
        (&rest.body["waba_templates"], &rest.body["total"]),
        (&json!([]), &json!(1))
    );
    let bad = client.see("configs/templates?limit=all").await;
    assert_eq!(bad.code(), (400, 1009));
}
