//! A story that is told while it happens, and compared as text at its end.

use dragoman_core::ports::Method;
use dragoman_testkit::{Receiver, until};
use serde_json::Value;

use super::api;
use super::process::{Dev, PATIENCE};
use super::transcript::Transcript;
use crate::stories::onprem::{login, subscribe, told};

/// A running `dragoman dev`, a client, a customer, a receiver, and what they said.
pub(crate) struct Story {
    pub(crate) dev: Dev,
    receiver: Option<Receiver>,
    /// The On-Premises session, once the client has logged in.
    session: Option<String>,
    transcript: Transcript,
}

impl Story {
    pub(crate) async fn begin() -> Self {
        Self::of(Dev::start().await)
    }

    pub(crate) fn of(dev: Dev) -> Self {
        Self {
            dev,
            receiver: None,
            session: None,
            transcript: Transcript::default(),
        }
    }

    /// An On-Premises client logs in, and names a receiver for its webhooks.
    pub(crate) async fn log_in(&mut self) {
        let token = login(&self.dev, "/onprem/base_url").await;
        let receiver = Receiver::start();
        subscribe(&self.dev, &token, &receiver).await;
        (self.receiver, self.session) = (Some(receiver), Some(token));
        self.transcript
            .line("client", "logs in, and names a receiver for webhooks");
    }

    /// The client posts, and hears the answer.
    pub(crate) async fn client_posts(&mut self, path: &str, body: &Value) -> Value {
        self.transcript
            .says("client", &format!("POST {path}"), body);
        let answer = self.call(Method::Post, path, body).await;
        let status = answer.status.to_string();
        self.transcript.says("gateway", &status, &answer.json);
        answer.json
    }

    /// The client asks until the answer `fits`.
    pub(crate) async fn client_asks(&mut self, path: &str, fits: impl Fn(&Value) -> bool) -> Value {
        self.transcript.line("client", &format!("GET {path}"));
        let what = format!("the answer to {path} fits");
        let answer = until(&what, PATIENCE, async || {
            let answer = self.call(Method::Get, path, &Value::Null).await;
            fits(&answer.json).then_some(answer)
        })
        .await;
        let status = answer.status.to_string();
        self.transcript.says("gateway", &status, &answer.json);
        answer.json
    }

    /// The customer writes.
    pub(crate) async fn customer_writes(&mut self, text: &str) {
        self.transcript
            .line("customer", &format!("writes {text:?}"));
        crate::stories::customer_writes(&self.dev, text).await;
    }

    /// The customer opens the chat.
    pub(crate) async fn customer_reads(&mut self) {
        self.transcript.line("customer", "opens the chat");
        crate::stories::customer_reads(&self.dev).await;
    }

    /// The customer's phone shows this text.
    pub(crate) async fn phone_shows(&mut self, text: &str) {
        crate::stories::shown(&self.dev, text, |message| message["text"] == text).await;
        self.transcript.line("phone", &format!("shows {text:?}"));
    }

    /// The receiver has heard a webhook that `fits`.
    pub(crate) async fn receiver_hears(&mut self, what: &str, fits: impl Fn(&Value) -> bool) {
        let receiver = self.receiver.as_ref().expect("the client has logged in");
        let heard = told(receiver, what, fits).await;
        self.transcript.says("receiver", "hears", &heard);
    }

    /// The clock of the emulator moves, and the gateway's with it.
    pub(crate) async fn hours_pass(&mut self, hours: u32) {
        self.transcript
            .line("clock", &format!("{hours} hours pass"));
        crate::stories::time_passes(&self.dev, hours * 3600).await;
    }

    /// All that was said.
    pub(crate) fn told(self) -> String {
        self.transcript.into_text()
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> api::Answer {
        let url = format!("{}{path}", self.dev.text("/gateway"));
        let token = match &self.session {
            Some(session) if path.starts_with("/onprem") => session,
            Some(_) | None => self.dev.text("/callbell/token"),
        };
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        api::call(method, &url, Some(token), body.as_bytes())
            .await
            .unwrap()
    }
}
