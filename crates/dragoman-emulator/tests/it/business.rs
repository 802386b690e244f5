//! What every story needs: the emulator on a free port, a webhook that listens, and someone who calls.

use std::path::Path;
use std::time::Duration;

use axum::http::HeaderMap;
use bytes::Bytes;
use dragoman_emulator::{Config, Emulator};
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::webhook::Webhook;

pub(crate) const NUMBER: &str = "100000000000001";
pub(crate) const WABA: &str = "200000000000001";
pub(crate) const CUSTOMER: &str = "31612345678";
const TOKEN: &str = "business-token";
pub(crate) const SECRET: &str = "app-secret";
const PATIENCE: Duration = Duration::from_secs(10);

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
        Self::over(tempfile::tempdir().unwrap()).await
    }

    /// An emulator that goes on with what lies in the folder.
    pub(crate) async fn over(data_dir: TempDir) -> Self {
        let webhook = Webhook::default();
        let addr = webhook.listen().await;
        let business = Self {
            emulator: start(data_dir.path()).await,
            webhook,
            webhook_url: format!("http://{addr}/in"),
            data_dir,
        };
        business
            .control("PUT", &format!("apps/{NUMBER}"), business.app())
            .await;
        business
    }

    /// The registration of its number.
    pub(crate) fn app(&self) -> Value {
        json!({
            "waba_id": WABA, "access_token": TOKEN, "app_secret": SECRET, "verify_token": "verify me",
            "webhook_url": self.webhook_url,
        })
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

    /// A piece of a resumable upload.
    pub(crate) async fn piece(&self, id: &str, offset: usize, content: &str) -> (u16, Value) {
        let request = Request::post(format!("http://{}/{id}", self.emulator.addr))
            .header("Authorization", format!("OAuth {TOKEN}"))
            .header("file_offset", offset.to_string())
            .body(Full::from(content.to_owned()))
            .unwrap();
        let answer = fetch(request).await.expect("an answer");
        (answer.status, serde_json::from_str(&answer.text).unwrap())
    }

    async fn exchange(
        &self,
        token: &str,
        method: &str,
        path: &str,
        content: (&str, String),
    ) -> Option<(u16, Value)> {
        let (content_type, body) = content;
        let request = Request::builder()
            .method(method)
            .uri(format!("http://{}/{path}", self.emulator.addr))
            .header("Authorization", format!("Bearer {token}"))
            .header("Content-Type", content_type)
            .body(Full::from(body))
            .unwrap();
        let answer = fetch(request).await?;
        let body = serde_json::from_str(&answer.text).unwrap_or_default();
        Some((answer.status, body))
    }

    /// As a browser does.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = Request::get(format!("http://{}/{path}", self.emulator.addr))
            .body(Full::default())
            .unwrap();
        fetch(request).await.expect("an answer")
    }

    /// Follows an address that was answered, with the business's token.
    pub(crate) async fn fetch(&self, url: &str) -> Answer {
        self.fetch_as(TOKEN, url).await
    }

    pub(crate) async fn fetch_as(&self, token: &str, url: &str) -> Answer {
        let request = Request::get(url)
            .header("Authorization", format!("Bearer {token}"))
            .body(Full::default())
            .unwrap();
        fetch(request).await.expect("an answer")
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

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// `None` when the connection was closed without an answer.
async fn fetch(request: Request<Full<Bytes>>) -> Option<Answer> {
    let client = Client::builder(TokioExecutor::new())
        .retry_canceled_requests(false)
        .build_http();
    let (head, body) = client.request(request).await.ok()?.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Some(Answer {
        status: head.status.as_u16(),
        headers: head.headers,
        text: String::from_utf8(bytes.into()).unwrap(),
    })
}

pub(crate) async fn start(data_dir: &Path) -> Emulator {
    dragoman_emulator::start(config(data_dir)).await.unwrap()
}

pub(crate) fn config(data_dir: &Path) -> Config {
    Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        data_dir: data_dir.to_owned(),
        strict: false,
        fetch_links: false,
    }
}
