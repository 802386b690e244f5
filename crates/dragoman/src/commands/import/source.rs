//! The account that is copied, over Callbell's public API.

use std::time::Duration;

use anyhow::{Context, bail};
use dragoman_core::ports::{ANSWER_LIMIT, Http, Method, Reach, Request};
use dragoman_engine::HttpClient;
use serde_json::Value;

use crate::commands::asked::segment;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// As often is a call made that the other side cannot answer now; reading changes nothing there.
const TRIES: u32 = 5;

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Reads an account, page by page.
pub(super) struct Source {
    url: String,
    token: String,
    http: HttpClient,
}

impl Source {
    pub(super) fn new(url: &str, token: &str) -> Self {
        Self {
            url: url.trim_end_matches('/').to_owned(),
            token: token.to_owned(),
            http: HttpClient::new(Vec::new()),
        }
    }

    /// Every page of a list; nothing where the other side does not know such a list.
    pub(super) async fn list(&self, key: &str, path: &str) -> anyhow::Result<Vec<Value>> {
        let mut all = Vec::new();
        let mut page = 1;
        loop {
            let Some(mut answer) = self.get(&format!("{path}?page={page}")).await? else {
                return Ok(all);
            };
            let items = answer[key].as_array_mut().map(std::mem::take);
            all.extend(items.with_context(|| format!("{path} answered no list of {key}"))?);
            if answer["meta"]["pages"].as_u64().unwrap_or(1) <= page {
                return Ok(all);
            }
            page += 1;
        }
    }

    /// The contacts after a mark with the types of their custom fields, and the mark of those that
    /// follow.
    pub(super) async fn contacts(
        &self,
        after: Option<&str>,
    ) -> anyhow::Result<(Vec<Value>, Option<String>)> {
        let after = after.map(|mark| format!("&after={}", segment(mark)));
        let after = after.unwrap_or_default();
        let path = format!("/contacts?include_field_types=true{after}");
        let answer = self.get(&path).await?;
        let mut answer = answer.context("there is no /contacts")?;
        let contacts = answer["contacts"].as_array_mut().map(std::mem::take);
        let contacts = contacts.context("/contacts answered no list of contacts")?;
        let next = answer["meta"]["next"].as_str().map(str::to_owned);
        Ok((contacts, next))
    }

    async fn get(&self, path: &str) -> anyhow::Result<Option<Value>> {
        let mut pause = Duration::from_secs(1);
        for _ in 1..TRIES {
            let answer = self.ask(path).await?;
            let (status, retry_after) = (answer.status, answer.retry_after);
            if status != 429 && status < 500 {
                return read(path, status, &answer.body);
            }
            tokio::time::sleep(retry_after.unwrap_or(pause).min(LONGEST_PAUSE)).await;
            pause *= 2;
        }
        let answer = self.ask(path).await?;
        read(path, answer.status, &answer.body)
    }

    async fn ask(&self, path: &str) -> anyhow::Result<dragoman_core::ports::Answer> {
        let request = Request {
            method: Method::Get,
            url: format!("{}{path}", self.url),
            headers: vec![
                ("authorization".into(), format!("Bearer {}", self.token)),
                ("accept".into(), "application/json".to_owned()),
            ],
            body: Vec::new(),
            timeout: PATIENCE,
            reach: Reach::Operator,
            answer_limit: ANSWER_LIMIT,
            trust: None,
        };
        let answer = self.http.call(request).await;
        answer.with_context(|| format!("asking {}{path}", self.url))
    }
}

/// What was answered; `None` where there is nothing.
fn read(path: &str, status: u16, body: &[u8]) -> anyhow::Result<Option<Value>> {
    if status == 404 {
        return Ok(None);
    }
    if !(200..300).contains(&status) {
        let answer: Value = serde_json::from_slice(body).unwrap_or_default();
        bail!("{path} was answered {status}: {}", answer["error"]);
    }
    let read = serde_json::from_slice(body);
    let answer = read.with_context(|| format!("{path}: {} bytes that are no JSON", body.len()))?;
    Ok(Some(answer))
}
