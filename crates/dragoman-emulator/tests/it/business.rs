//! What every story needs: the emulator on a free port, a webhook that listens, and someone who calls.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use bytes::Bytes;
use dragoman_emulator::{Config, Emulator};
use hmac::{Hmac, KeyInit as _, Mac as _};
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use sha2::Sha256;
use tempfile::TempDir;
use tokio::net::TcpListener;

pub(crate) const NUMBER: &str = "100000000000001";
pub(crate) const WABA: &str = "200000000000001";
pub(crate) const CUSTOMER: &str = "31612345678";
const TOKEN: &str = "business-token";
const SECRET: &str = "app-secret";
const PATIENCE: Duration = Duration::from_secs(10);

/// The business's own server.
#[derive(Clone, Default)]
pub(crate) struct Webhook {
    heard: Arc<Mutex<Vec<Value>>>,
    deaf: Arc<Mutex<bool>>,
}

impl Webhook {
    async fn listen(&self) -> SocketAddr {
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

    pub(crate) async fn message(&self, wamid: &str) -> Value {
        eventually(|| {
            self.values()
                .into_iter()
                .find(|value| value["messages"][0]["id"] == wamid)
        })
        .await
    }
}

/// Polls until there is something; a story that waits too long has failed.
pub(crate) async fn eventually<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(tokio::time::Instant::now() < deadline, "waited too long");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

pub(crate) struct Business {
    pub(crate) emulator: Emulator,
    pub(crate) webhook: Webhook,
    pub(crate) webhook_url: String,
    pub(crate) data_dir: TempDir,
}

impl Business {
    /// An emulator whose number is registered, and nobody has written yet.
    pub(crate) async fn open() -> Self {
        let data_dir = tempfile::tempdir().unwrap();
        let webhook = Webhook::default();
        let addr = webhook.listen().await;
        let business = Self {
            emulator: start(data_dir.path()).await,
            webhook,
            webhook_url: format!("http://{addr}/in"),
            data_dir,
        };
        let app = json!({
            "waba_id": WABA, "access_token": TOKEN, "app_secret": SECRET, "verify_token": "verify me",
            "webhook_url": business.webhook_url,
        });
        business
            .control("PUT", &format!("apps/{NUMBER}"), app)
            .await;
        business
    }

    pub(crate) async fn restarted(mut self) -> Self {
        self.emulator.stop().await;
        self.emulator = start(self.data_dir.path()).await;
        self
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.call_as(TOKEN, method, path, body)
            .await
            .expect("an answer")
    }

    /// `None` when the connection was closed without an answer.
    pub(crate) async fn call_as(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: Value,
    ) -> Option<(u16, Value)> {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.exchange(token, method, path, ("application/json", body))
            .await
    }

    pub(crate) async fn upload(&self, path: &str, form: &str) -> (u16, Value) {
        let content = ("multipart/form-data; boundary=b", form.to_owned());
        self.exchange(TOKEN, "POST", path, content)
            .await
            .expect("an answer")
    }

    async fn exchange(
        &self,
        token: &str,
        method: &str,
        path: &str,
        content: (&str, String),
    ) -> Option<(u16, Value)> {
        let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new())
            .retry_canceled_requests(false)
            .build_http();
        let (content_type, body) = content;
        let request = Request::builder()
            .method(method)
            .uri(format!("http://{}/{path}", self.emulator.addr))
            .header("Authorization", format!("Bearer {token}"))
            .header("Content-Type", content_type)
            .body(Full::from(body))
            .unwrap();
        let answer = client.request(request).await.ok()?;
        let status = answer.status().as_u16();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        Some((status, serde_json::from_slice(&bytes).unwrap_or_default()))
    }

    pub(crate) async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self
            .call(method, &format!("emulator/v1/{path}"), body)
            .await;
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer
    }

    pub(crate) async fn customer_writes(&self, message: Value) -> String {
        let answer = self
            .control("POST", &format!("customers/{CUSTOMER}/messages"), message)
            .await;
        answer["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn post(&self, message: Value) -> (u16, Value) {
        self.call("POST", &format!("v23.0/{NUMBER}/messages"), message)
            .await
    }

    /// Sends and returns the wamid.
    pub(crate) async fn send(&self, message: Value) -> String {
        let (status, answer) = self.post(message).await;
        assert_eq!(status, 200, "{answer}");
        answer["messages"][0]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn phone(&self) -> Vec<Value> {
        let shown = self
            .control(
                "GET",
                &format!("customers/{CUSTOMER}/messages"),
                Value::Null,
            )
            .await;
        shown["messages"].as_array().unwrap().clone()
    }

    pub(crate) async fn ledger(&self) -> Vec<Value> {
        let page = self.control("GET", "requests?after=0", Value::Null).await;
        let rows = page["requests"].as_array().unwrap().clone();
        assert_eq!(page["next"], rows.len());
        rows
    }
}

pub(crate) fn text(body: &str) -> Value {
    json!({
        "messaging_product": "whatsapp", "to": format!("+{CUSTOMER}"), "type": "text", "text": {"body": body},
        "biz_opaque_callback_data": format!("token of {body}"),
    })
}

async fn start(data_dir: &Path) -> Emulator {
    let config = Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        data_dir: data_dir.to_owned(),
        strict: false,
        fetch_links: false,
    };
    dragoman_emulator::start(config).await.unwrap()
}
