//! An On-Premises API, called as its programs do.

use std::time::Duration;

use anyhow::{Context, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dragoman_core::ports::{ANSWER_LIMIT, Http, Method, Reach, Request};
use serde_json::Value;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where an API is, and who calls it.
pub(super) struct Login<'a> {
    /// What stands before `/v1`.
    pub(super) base: &'a str,
    pub(super) user: &'a str,
    pub(super) password: &'a str,
    /// Certificates (PEM) that the server's must be signed by; `None` trusts the public ones.
    pub(super) trust: Option<String>,
}

/// An API that somebody has logged in to.
pub(super) struct Node {
    http: Box<dyn Http>,
    base: String,
    authorization: String,
    trust: Option<Box<str>>,
}

impl Node {
    /// # Errors
    /// The API does not answer, or refuses the user.
    pub(super) async fn log_in(http: Box<dyn Http>, login: Login<'_>) -> anyhow::Result<Self> {
        let credentials = format!("{}:{}", login.user, login.password);
        let mut node = Self {
            http,
            base: login.base.trim_end_matches('/').to_owned(),
            authorization: format!("Basic {}", STANDARD.encode(credentials)),
            trust: login.trust.map(Into::into),
        };
        let answer = node.call(Method::Post, "users/login", None).await?;
        let token = answer["users"][0]["token"].as_str();
        let token = token.with_context(|| format!("{} answered no token", node.base))?;
        node.authorization = format!("Bearer {token}");
        Ok(node)
    }

    /// What stands before `/v1`.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    pub(super) async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.call(Method::Get, path, None).await
    }

    pub(super) async fn change(
        &self,
        method: Method,
        path: &str,
        body: &Value,
    ) -> anyhow::Result<()> {
        self.call(method, path, Some(body)).await.map(drop)
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let url = format!("{}/v1/{path}", self.base);
        let request = Request {
            method,
            url: url.clone(),
            headers: vec![
                ("authorization".into(), self.authorization.clone()),
                ("content-type".into(), "application/json".to_owned()),
            ],
            body: body.map(Value::to_string).unwrap_or_default().into_bytes(),
            timeout: PATIENCE,
            reach: Reach::Operator,
            answer_limit: ANSWER_LIMIT,
            trust: self.trust.clone(),
        };
        let answer = self.http.call(request).await;
        let answer = answer.with_context(|| format!("asking {url}"))?;
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if !(200..300).contains(&answer.status) {
            bail!("{path} was answered {}: {}", answer.status, said(&body));
        }
        Ok(body)
    }
}

/// The first error of an answer.
fn said(answer: &Value) -> String {
    let error = &answer["errors"][0];
    let text = |key: &str| error[key].as_str().unwrap_or_default();
    match error["code"].as_i64() {
        Some(1024) => "the first password has to be changed by a first login".to_owned(),
        Some(code) => format!("{code} {}: {}", text("title"), text("details")),
        None => "without an error that could be read".to_owned(),
    }
}
