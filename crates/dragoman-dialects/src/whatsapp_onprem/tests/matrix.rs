//! Every node, for everybody: who may not use it, and what is not theirs.

use dragoman_core::Id;
use dragoman_core::catalog::{Policy, Right, Rights, Token, TokenScope};
use dragoman_core::file::File;
use dragoman_core::ports::{Files, Objects};

use super::client::Client;
use super::doubles::{ACCOUNT, NOW, OTHER};
use crate::credentials::token_hash;
use crate::whatsapp_onprem::nodes;

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const STRANGER: Id = Id::from_u128(99);
const KEY: [(&str, &str); 1] = [("D360-API-KEY", "the key")];
const FOREIGN_KEY: [(&str, &str); 1] = [("D360-API-KEY", "another key")];
const NOBODYS_KEY: [(&str, &str); 1] = [("D360-API-KEY", "nobody's")];

/// The channel `demo` with an API token of its account, and the channel `other` of somebody else
/// with another.
fn client(rights: Rights) -> Client {
    let client = Client::new();
    client.house.store.rewrite(|catalog| {
        let mut channels = catalog.channels.iter_mut();
        let other = channels.find(|channel| channel.id == OTHER).unwrap();
        other.account = STRANGER;
        for (number, account, text) in [(900, ACCOUNT, "the key"), (901, STRANGER, "another key")] {
            catalog.tokens.push(Token {
                id: Id::from_u128(number),
                account,
                name: "".into(),
                hash: token_hash(text),
                scope: TokenScope::Api(rights),
                policy: Policy::default(),
                created_at: NOW,
                expires_at: None,
                last_used_at: None,
            });
        }
    });
    client
}

/// Every method of every node of a channel, with names of nothing where names belong.
async fn calls(channel: &str) -> Vec<(&'static str, String)> {
    let client = Client::new();
    let mut calls = Vec::new();
    for (node, _) in nodes::all() {
        let node = node.replace(['{', '}'], "");
        for method in METHODS {
            let there = format!("/onprem/demo/{node}");
            let (status, ..) = client.raw(method, &there, "{}", &[]).await;
            if status != 405 && !node.ends_with("users/login") {
                assert_eq!(status, 401, "{method} {node}");
                calls.push((method, format!("/onprem/{channel}/{node}")));
            }
        }
    }
    assert!(calls.len() > 70, "{}", calls.len());
    calls
}

#[tokio::test]
async fn another_account_s_channel_is_answered_like_one_that_there_is_not() {
    let client = client(Rights::ALL);
    let missing = client.call_with("GET", "/onprem/nowhere/v1/groups", "", &KEY);
    let missing = missing.await;
    assert_eq!(missing.code(), (404, 1006));
    for (key, foreign) in [(KEY, "other"), (FOREIGN_KEY, "demo"), (KEY, "nowhere")] {
        for (method, path) in calls(foreign).await {
            let heard = client.call_with(method, &path, "{}", &key).await;
            assert_eq!(heard.status, 404, "{method} {path}: {}", heard.body);
            assert_eq!(heard.body, missing.body, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_key_that_nobody_has_opens_nothing() {
    let client = client(Rights::ALL);
    for (method, path) in calls("demo").await {
        let heard = client.call_with(method, &path, "{}", &NOBODYS_KEY).await;
        assert_eq!(heard.status, 401, "{method} {path}: {}", heard.body);
    }
}

#[tokio::test]
async fn every_node_that_does_something_needs_exactly_one_right_of_a_key() {
    let all = calls("demo").await;
    let mut opened = vec![0; all.len()];
    for right in Right::ALL {
        let client = client([right].into_iter().collect());
        for ((method, path), opened) in all.iter().zip(&mut opened) {
            let (status, _, body) = client.raw(method, path, "{}", &KEY).await;
            let text = String::from_utf8_lossy(&body);
            let is_lacking = status == 403 && text.contains("lacks the scope");
            *opened += usize::from(!is_lacking);
        }
    }
    for ((method, path), opened) in all.iter().zip(opened) {
        let anybodys = ["/configs/templates", "/groups", "/stickerpacks"];
        let is_anybodys = anybodys.iter().any(|node| path.contains(node));
        let expected = if is_anybodys { Right::ALL.len() } else { 1 };
        assert_eq!(opened, expected, "{method} {path}");
    }
}

#[tokio::test]
async fn a_file_of_another_account_is_like_one_that_there_is_not() {
    let client = client(Rights::ALL);
    let id = Id::from_u128(77);
    let file = File {
        id,
        account: STRANGER,
        channel: OTHER,
        mime_type: "image/png".into(),
        size: 5,
        sha256: [0; 32],
        filename: None,
        created_at: NOW,
        used_at: NOW,
    };
    client.house.files.keep_file(file).await.unwrap();
    let bytes = b"bytes".to_vec();
    client.house.files.put(id, bytes.clone()).await.unwrap();
    let path = |channel: &str, name: &str| format!("/onprem/{channel}/v1/media/{name}");
    for method in ["DELETE", "GET"] {
        let ask = async |name: &str| {
            let path = path("demo", name);
            client.call_with(method, &path, "", &KEY).await
        };
        let missing = ask(&Id::from_u128(78).dashed()).await;
        assert_eq!(missing.status, 404, "{}", missing.body);
        for name in [id.dashed(), "not-a-uuid".to_owned()] {
            let heard = ask(&name).await;
            let heard = (heard.status, heard.body);
            assert_eq!(heard, (404, missing.body.clone()), "{method} {name}");
        }
    }
    let own = path("other", &id.dashed());
    let (status, _, kept) = client.raw("GET", &own, "", &FOREIGN_KEY).await;
    assert_eq!((status, kept), (200, bytes));
}
