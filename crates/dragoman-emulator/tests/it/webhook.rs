//! The business's own server, which hears what happens.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;
use tokio::net::TcpListener;

use crate::business::{SECRET, eventually};

/// Remembers what it heard, and may play deaf.
#[derive(Clone, Default)]
pub(crate) struct Webhook {
    heard: Arc<Mutex<Vec<Value>>>,
    deaf: Arc<Mutex<bool>>,
}

impl Webhook {
    pub(crate) async fn listen(&self) -> SocketAddr {
        async fn challenge(
            Query(query): Query<Vec<(String, String)>>,
        ) -> Result<String, StatusCode> {
            let value = |key: &str| {
                query
                    .iter()
                    .find(|(found, _)| found == key)
                    .map(|(_, value)| value.clone())
            };
            let known = value("hub.verify_token").as_deref() == Some("verify me");
            value("hub.challenge")
                .filter(|_| known)
                .ok_or(StatusCode::FORBIDDEN)
        }
        async fn hear(
            State(webhook): State<Webhook>,
            headers: HeaderMap,
            body: Bytes,
        ) -> StatusCode {
            if *webhook.deaf.lock().unwrap() {
                return StatusCode::SERVICE_UNAVAILABLE;
            }
            assert!(body.is_ascii());
            let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
            mac.update(&body);
            let hex: String = mac
                .finalize()
                .into_bytes()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            assert_eq!(headers["x-hub-signature-256"], format!("sha256={hex}"));
            webhook
                .heard
                .lock()
                .unwrap()
                .push(serde_json::from_slice(&body).unwrap());
            StatusCode::OK
        }
        let router = Router::new()
            .route("/in", get(challenge).post(hear))
            .with_state(self.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        addr
    }

    pub(crate) fn be_deaf(&self, deaf: bool) {
        *self.deaf.lock().unwrap() = deaf;
    }

    /// Everything heard so far, each as its `value`.
    pub(crate) fn values(&self) -> Vec<Value> {
        let heard = self.heard.lock().unwrap();
        heard
            .iter()
            .map(|body| body["entry"][0]["changes"][0]["value"].clone())
            .collect()
    }

    pub(crate) fn statuses(&self, wamid: &str) -> Vec<String> {
        let values = self.values();
        let of_message = values
            .iter()
            .filter(|value| value["statuses"][0]["id"] == wamid);
        of_message
            .map(|value| value["statuses"][0]["status"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The value that tells a status of a message, once it is heard.
    pub(crate) async fn status(&self, wamid: &str, status: &str) -> Value {
        eventually(|| {
            let mut values = self.values().into_iter();
            values.find(|value| {
                value["statuses"][0]["id"] == wamid && value["statuses"][0]["status"] == status
            })
        })
        .await
    }

    /// What was told about templates so far: the entry's id and time, and the value.
    pub(crate) fn templates(&self) -> Vec<(Value, Value)> {
        let heard = self.heard.lock().unwrap();
        let changes = heard.iter().map(|body| &body["entry"][0]);
        changes
            .filter(|entry| entry["changes"][0]["field"] == "message_template_status_update")
            .map(|entry| {
                assert!(entry["time"].is_u64(), "{entry}");
                (entry["id"].clone(), entry["changes"][0]["value"].clone())
            })
            .collect()
    }

    /// What was told about templates, once it is so much.
    pub(crate) async fn told_of_templates(&self, count: usize) -> Vec<(Value, Value)> {
        eventually(|| Some(self.templates()).filter(|told| told.len() >= count)).await
    }

    pub(crate) async fn message(&self, wamid: &str) -> Value {
        eventually(|| {
            self.values()
                .into_iter()
                .find(|value| value["messages"][0]["id"] == wamid)
        })
        .await
    }
}
