//! What programs for hosted variants of the original call.

use dragoman_core::Id;
use dragoman_core::catalog::{Policy, Token, TokenScope};
use dragoman_core::ports::Store;
use dragoman_core::rate::Rate;
use serde_json::json;

use super::client::{Client, text};
use super::doubles::{ACCOUNT, NOW};
use crate::credentials::token_hash;

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
        });
    });
    client
}

#[tokio::test]
async fn an_api_token_of_the_account_opens_everything_without_a_login() {
    let client = client(ACCOUNT, TokenScope::Api);
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
    let client = client(ACCOUNT, TokenScope::Api);
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
    let foreign = client(Id::from_u128(99), TokenScope::Api);
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
    for (bad, code) in [
        (json!({}), 1008),
        (json!({ "url": "nowhere" }), 1009),
        (
            json!({ "url": "https://example.com", "headers": { "a": "b" } }),
            1009,
        ),
    ] {
        let refused = client.ask("POST", "configs/webhook", bad).await;
        assert_eq!(refused.code(), (400, code));
    }
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
