//! What `dev` says to the emulator.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use dragoman_core::ports::{ANSWER_LIMIT, Http, Method, Reach, Request};
use serde_json::{Value, json};

use super::demo;
use super::file::Secrets;

/// The emulator's control addresses.
#[derive(Clone)]
pub(super) struct Phones {
    url: String,
    http: Arc<dyn Http>,
}

impl Phones {
    pub(super) fn new(url: String, http: Arc<dyn Http>) -> Self {
        Self { url, http }
    }

    /// Tells it who listens to the demo number.
    pub(super) async fn register(
        &self,
        secrets: &Secrets,
        webhook_url: &str,
    ) -> anyhow::Result<()> {
        let body = json!({
            "waba_id": demo::WABA_ID,
            "access_token": secrets.access_token,
            "app_secret": secrets.app_secret,
            "verify_token": secrets.verify_token,
            "webhook_url": webhook_url,
        });
        let path = format!("/emulator/v1/apps/{}", demo::PHONE_NUMBER_ID);
        self.call(Method::Put, &path, body, None)
            .await
            .context("registering with the emulator")
            .map(drop)
    }

    /// Makes the demo's templates there, unless it has them.
    pub(super) async fn make_templates(
        &self,
        templates: &[Value],
        token: &str,
    ) -> anyhow::Result<()> {
        let path = format!("/v23.0/{}/message_templates", demo::WABA_ID);
        let known = self
            .call(Method::Get, &path, Value::Null, Some(token))
            .await?;
        let is_known = |name: &Value| {
            known["data"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|t| t["name"] == *name)
        };
        for template in templates
            .iter()
            .filter(|template| !is_known(&template["name"]))
        {
            self.call(Method::Post, &path, template.clone(), Some(token))
                .await
                .context("making a template")?;
        }
        Ok(())
    }

    /// The customer writes.
    pub(super) async fn write(&self, text: &str) -> anyhow::Result<()> {
        let path = format!("/emulator/v1/customers/{}/messages", demo::CUSTOMER);
        let body = json!({ "text": text, "phone_number_id": demo::PHONE_NUMBER_ID });
        self.call(Method::Post, &path, body, None)
            .await
            .context("letting the customer write")
            .map(drop)
    }

    /// How far the emulator's clock is ahead.
    pub(super) async fn clock_offset(&self) -> anyhow::Result<Duration> {
        let answer = self
            .call(Method::Get, "/emulator/v1/clock", Value::Null, None)
            .await?;
        Ok(Duration::from_secs_f64(
            answer["offset_s"].as_f64().unwrap_or(0.0).max(0.0),
        ))
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Value,
        token: Option<&str>,
    ) -> anyhow::Result<Value> {
        let mut headers = vec![("content-type".into(), "application/json".to_owned())];
        headers.extend(token.map(|token| ("authorization".into(), format!("Bearer {token}"))));
        let request = Request {
            method,
            url: format!("{}{path}", self.url),
            headers,
            body: if body.is_null() {
                Vec::new()
            } else {
                serde_json::to_vec(&body)?
            },
            timeout: Duration::from_secs(15),
            reach: Reach::Operator,
            answer_limit: ANSWER_LIMIT,
            trust: None,
        };
        let answer = self
            .http
            .call(request)
            .await
            .with_context(|| format!("asking the emulator at {}", self.url))?;
        if !(200..300).contains(&answer.status) {
            bail!(
                "the emulator answered {}: {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
        }
        Ok(serde_json::from_slice(&answer.body).unwrap_or_default())
    }
}
