//! A program that speaks the API.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::doubles::{House, PASSWORD};
use crate::whatsapp_onprem::prefixed;

/// A program that speaks the API, and the house behind it.
pub(super) struct Client {
    pub(super) house: Arc<House>,
    pub(super) router: Router,
    pub(super) authorization: String,
}

pub(super) struct Heard {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

impl Heard {
    pub(super) fn code(&self) -> (u16, i64) {
        (
            self.status,
            self.body["errors"][0]["code"].as_i64().unwrap_or_default(),
        )
    }

    pub(super) fn details(&self) -> &str {
        self.body["errors"][0]["details"].as_str().unwrap()
    }
}

fn basic(name: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{name}:{password}")))
}

impl Client {
    pub(super) fn new() -> Self {
        let house = House::new();
        Self {
            router: prefixed(house.services()),
            house,
            authorization: String::new(),
        }
    }

    pub(super) async fn logged_in(name: &str) -> Self {
        let mut client = Self::new();
        client.authorization = client.token(name).await;
        client
    }

    pub(super) async fn token(&self, name: &str) -> String {
        let answer = self.login(name, PASSWORD, "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        format!(
            "Bearer {}",
            answer.body["users"][0]["token"].as_str().unwrap()
        )
    }

    pub(super) async fn call(&self, method: &str, path: &str, body: impl Into<String>) -> Heard {
        self.call_with(method, path, body, &[]).await
    }

    pub(super) async fn call_with(
        &self,
        method: &str,
        path: &str,
        body: impl Into<String>,
        headers: &[(&str, &str)],
    ) -> Heard {
        let (status, headers, bytes) = self.raw(method, path, body.into(), headers).await;
        let body: Value = serde_json::from_slice(&bytes).expect("every answer is JSON");
        assert_eq!(
            body["meta"],
            json!({ "api_status": "stable", "version": "2.53.0" })
        );
        Heard {
            status,
            headers,
            body,
        }
    }

    /// Also what is no JSON, in both directions.
    pub(super) async fn raw(
        &self,
        method: &str,
        path: &str,
        body: impl Into<Body>,
        headers: &[(&str, &str)],
    ) -> (u16, HeaderMap, Vec<u8>) {
        let mut request = Request::builder().method(method).uri(path);
        if !self.authorization.is_empty() {
            request = request.header("authorization", &self.authorization);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, headers, bytes.to_vec())
    }

    pub(super) async fn send(&self, message: Value) -> Heard {
        self.call("POST", "/onprem/demo/v1/messages", message.to_string())
            .await
    }

    pub(super) async fn login(&self, name: &str, password: &str, body: &str) -> Heard {
        let client = Self {
            house: self.house.clone(),
            router: self.router.clone(),
            authorization: basic(name, password),
        };
        client
            .call("POST", "/onprem/demo/v1/users/login", body)
            .await
    }
}

/// A text for somebody.
pub(super) fn text(to: &str, body: &str) -> Value {
    json!({ "to": to, "type": "text", "text": { "body": body } })
}

/// A node of the demo channel.
pub(super) fn node(path: &str) -> String {
    format!("/onprem/demo/v1/{path}")
}

impl Client {
    /// Calls a node of the demo channel with a JSON body.
    pub(super) async fn ask(&self, method: &str, path: &str, body: Value) -> Heard {
        self.call(method, &node(path), body.to_string()).await
    }

    /// Reads a node of the demo channel.
    pub(super) async fn see(&self, path: &str) -> Heard {
        self.call("GET", &node(path), "").await
    }
}
