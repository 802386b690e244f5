//! Calls, as a client program makes them.

use std::sync::OnceLock;
use std::time::Duration;

use dragoman_core::ports::{ANSWER_LIMIT, Http, HttpError, Method, Reach, Request};
use dragoman_engine::HttpClient;
use serde_json::Value;

/// An answer and its JSON (null when there is none).
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) json: Value,
}

/// A call with a bearer token.
pub(crate) async fn call(
    method: Method,
    url: &str,
    token: Option<&str>,
    body: &[u8],
) -> Result<Answer, HttpError> {
    let authorization = token.map(|token| ("authorization", format!("Bearer {token}")));
    with_headers(method, url, authorization.into_iter().collect(), body).await
}

/// A call with any headers.
pub(crate) async fn with_headers(
    method: Method,
    url: &str,
    mut headers: Vec<(&'static str, String)>,
    body: &[u8],
) -> Result<Answer, HttpError> {
    // Connections belong to the runtime of one test, so every test process has a client of its own.
    static CLIENT: OnceLock<HttpClient> = OnceLock::new();
    headers.push(("content-type", "application/json".to_owned()));
    let headers = headers
        .into_iter()
        .map(|(name, value)| (name.into(), value))
        .collect();
    let (url, body, timeout) = (url.to_owned(), body.to_vec(), Duration::from_secs(20));
    let request = Request {
        method,
        url,
        headers,
        body,
        timeout,
        reach: Reach::Operator,
        answer_limit: ANSWER_LIMIT,
        trust: None,
    };
    let answer = CLIENT
        .get_or_init(|| HttpClient::new(Vec::new()))
        .call(request)
        .await?;
    Ok(Answer {
        status: answer.status,
        json: serde_json::from_slice(&answer.body).unwrap_or_default(),
    })
}

pub(crate) async fn get(url: &str, token: Option<&str>) -> Result<Answer, HttpError> {
    call(Method::Get, url, token, b"").await
}

pub(crate) async fn post(url: &str, token: Option<&str>, body: &Value) -> Answer {
    call(Method::Post, url, token, body.to_string().as_bytes())
        .await
        .unwrap()
}
