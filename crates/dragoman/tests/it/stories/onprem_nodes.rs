//! Users, settings and the number itself, as an On-Premises program manages them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dragoman_core::ports::Method;
use serde_json::{Value, json};

use super::commands::json as command;
use super::onprem::login;
use crate::support::api;
use crate::support::process::Dev;

/// An On-Premises API, and who calls it.
struct Caller {
    base: String,
    token: String,
}

impl Caller {
    async fn admin(dev: &Dev) -> Self {
        Self {
            base: dev.text("/onprem/base_url").to_owned(),
            token: login(dev, "/onprem/base_url").await,
        }
    }

    /// Somebody who logs in, with this body.
    async fn log_in(dev: &Dev, user: &str, password: &str, body: &str) -> api::Answer {
        let credentials = STANDARD.encode(format!("{user}:{password}"));
        let headers = vec![("authorization", format!("Basic {credentials}"))];
        let url = format!("{}/v1/users/login", dev.text("/onprem/base_url"));
        let answer = api::with_headers(Method::Post, &url, headers, body.as_bytes());
        answer.await.unwrap()
    }

    async fn get(&self, path: &str) -> api::Answer {
        self.call(Method::Get, path, &json!({})).await
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> api::Answer {
        let url = format!("{}/v1/{path}", self.base);
        let body = body.to_string();
        let answer = api::call(method, &url, Some(&self.token), body.as_bytes());
        answer.await.unwrap()
    }
}

fn token(answer: &api::Answer) -> String {
    let token = answer.json["users"][0]["token"].as_str();
    token
        .unwrap_or_else(|| panic!("{}", answer.json))
        .to_owned()
}

#[tokio::test]
async fn a_user_is_made_and_logs_in_and_is_gone() {
    let dev = Dev::start().await;
    let admin = Caller::admin(&dev).await;
    let (name, password) = ("kerry", "Pass-word-1");
    let new = json!({ "username": name, "password": password });
    let made = admin.call(Method::Post, "users", &new).await;
    assert_eq!(made.status, 201, "{}", made.json);
    let kerry = Caller {
        base: admin.base.clone(),
        token: token(&Caller::log_in(&dev, name, password, "").await),
    };
    assert_eq!(kerry.get("settings/application").await.status, 403);
    let shown = admin.get("users/kerry").await;
    assert_eq!(shown.json["users"][0]["ROLES"], "ROLE_USER");
    let gone = admin.call(Method::Delete, "users/kerry", &json!({})).await;
    assert_eq!(gone.status, 200, "{}", gone.json);
    let late = kerry.get("health").await;
    assert_eq!(late.status, 401, "{}", late.json);
    assert_eq!(Caller::log_in(&dev, name, password, "").await.status, 401);
}

#[tokio::test]
async fn the_first_login_of_a_new_channel_changes_its_password() {
    let dev = Dev::start().await;
    let emulator = dev.text("/emulator").to_owned();
    let dir = dev.data_dir();
    let made = super::commands::add_channel(&dir, "demo", "second", "2", &emulator);
    let first = made["onprem_password"].as_str().unwrap();
    let base = format!("{}/onprem/second/v1/users/login", dev.text("/gateway"));
    let log_in = async |password: &str, body: &str| {
        let credentials = STANDARD.encode(format!("admin:{password}"));
        let headers = vec![("authorization", format!("Basic {credentials}"))];
        let answer = api::with_headers(Method::Post, &base, headers, body.as_bytes());
        answer.await.unwrap()
    };
    let told = log_in(first, "").await;
    assert_eq!(
        (told.status, &told.json["errors"][0]["code"]),
        (401, &json!(1024))
    );
    let changed = log_in(first, r#"{"new_password":"Pass-word-2"}"#).await;
    assert_eq!(changed.status, 200, "{}", changed.json);
    assert_eq!(log_in("Pass-word-2", "").await.status, 200);
    assert_eq!(log_in(first, "").await.status, 401);
}

#[tokio::test]
async fn what_customers_read_about_the_business_is_changed_at_the_provider() {
    let dev = Dev::start().await;
    let admin = Caller::admin(&dev).await;
    let about = json!({ "text": "Open from nine to five" });
    let profile = json!({ "address": "Dam 1", "description": "Pizza", "email": "a@example.com",
        "vertical": "Restaurant", "websites": ["https://example.com"] });
    for (method, path, body) in [
        (Method::Patch, "settings/profile/about", &about),
        (Method::Post, "settings/business/profile", &profile),
    ] {
        let answer = admin.call(method, path, body).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.json);
    }
    let shown = admin.get("settings/profile/about").await.json;
    assert_eq!(shown["settings"]["profile"]["about"], about, "{shown}");
    let shown = admin.get("settings/business/profile").await.json;
    let shown = &shown["settings"]["business"]["profile"];
    for key in ["address", "description", "email"] {
        assert_eq!(shown[key], profile[key], "{key}: {shown}");
    }
}

#[tokio::test]
async fn a_number_is_registered_and_heard_by_command() {
    let dev = Dev::start().await;
    let dir = dev.data_dir();
    let registered = command(&dir, &["channel", "register", "demo", "--pin", "123456"]);
    assert_eq!(registered["registered"], "demo");
    let heard = command(&dir, &["channel", "hear", "demo"]);
    let wanted = format!("{}/in/whatsapp_cloud/demo", dev.text("/gateway"));
    assert_eq!(heard["url"], wanted);
    let standing = command(&dir, &["channel", "check", "demo"]);
    for name in ["token", "status", "pin", "app", "address", "reachable"] {
        let checks = standing["checks"].as_array().unwrap();
        let check = checks.iter().find(|check| check["name"] == name);
        assert_eq!(check.unwrap()["verdict"], "good", "{standing}");
    }
    let admin = Caller::admin(&dev).await;
    let health = admin.get("health").await;
    assert_eq!(health.json["health"]["gateway_status"], "connected");
}
