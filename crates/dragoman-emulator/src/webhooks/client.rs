//! Calls to the outside: plain http, no redirects, ten seconds.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;
use hyper::{Request, Response, StatusCode};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use url::Url;

const TIMEOUT: Duration = Duration::from_secs(10);
/// More of an answer is not read.
const ANSWER_BYTES: usize = 64 << 10;
/// The same for a file.
const FILE_BYTES: usize = 16 << 20;
const USER_AGENT: &str = "facebookexternalua";

#[derive(Debug, Clone)]
pub(crate) struct Client {
    hyper: legacy::Client<HttpConnector, Full<Bytes>>,
}

impl Client {
    pub(crate) fn new() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(TIMEOUT));
        let hyper = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .build(connector);
        Self { hyper }
    }

    pub(crate) async fn post_json(
        &self,
        url: &str,
        signature: &str,
        body: Bytes,
    ) -> anyhow::Result<StatusCode> {
        let request = Request::post(url)
            .header("User-Agent", USER_AGENT)
            .header("Content-Type", "application/json")
            .header("X-Hub-Signature-256", signature)
            .body(Full::new(body))?;
        let (status, _) = self.call(request).await?;
        Ok(status)
    }

    /// Asks a webhook's owner whether it really wants to be called, as Meta does.
    pub(crate) async fn verify(
        &self,
        url: &str,
        verify_token: &str,
        challenge: &str,
    ) -> anyhow::Result<()> {
        let mut url = Url::parse(url).context("webhook_url is not an address")?;
        ensure!(
            url.scheme() == "http",
            "webhook_url must begin with http:// here"
        );
        url.query_pairs_mut()
            .append_pair("hub.mode", "subscribe")
            .append_pair("hub.verify_token", verify_token)
            .append_pair("hub.challenge", challenge);
        let (status, answer) = self
            .get(url.as_str())
            .await
            .context("webhook_url could not be called")?;
        ensure!(
            status == StatusCode::OK,
            "webhook_url answered the challenge with {status}"
        );
        ensure!(
            answer.trim_ascii() == challenge.as_bytes(),
            "webhook_url did not echo the challenge"
        );
        Ok(())
    }

    /// The media type of what lies at an address.
    pub(crate) async fn type_of(&self, url: &str) -> anyhow::Result<String> {
        let found = self.find(url);
        let (mime, _) = tokio::time::timeout(TIMEOUT, found)
            .await
            .context("no answer within ten seconds")??;
        Ok(mime)
    }

    /// A file, whole, with its media type.
    pub(crate) async fn get_file(&self, url: &str) -> anyhow::Result<(String, Bytes)> {
        tokio::time::timeout(TIMEOUT, async {
            let (mime, body) = self.find(url).await?;
            let body = Limited::new(body, FILE_BYTES).collect().await;
            let body = body.map_err(|error| anyhow::anyhow!(error))?;
            Ok((mime, body.to_bytes()))
        })
        .await
        .context("no answer within ten seconds")?
    }

    async fn find(&self, url: &str) -> anyhow::Result<(String, Incoming)> {
        let request = Request::get(url)
            .header("User-Agent", USER_AGENT)
            .body(Full::default())?;
        let answer = self.hyper.request(request).await?;
        let status = answer.status();
        ensure!(status.is_success(), "answered with {status}");
        let mime = answer.headers().get(CONTENT_TYPE);
        let mime = mime.and_then(|mime| mime.to_str().ok()).unwrap_or_default();
        Ok((mime.to_owned(), answer.into_body()))
    }

    async fn get(&self, url: &str) -> anyhow::Result<(StatusCode, Bytes)> {
        let request = Request::get(url)
            .header("User-Agent", USER_AGENT)
            .body(Full::default())?;
        self.call(request).await
    }

    async fn call(&self, request: Request<Full<Bytes>>) -> anyhow::Result<(StatusCode, Bytes)> {
        tokio::time::timeout(TIMEOUT, async {
            let answer: Response<Incoming> = self.hyper.request(request).await?;
            let status = answer.status();
            // The body only matters to a challenge; a long one does not spoil the status.
            let body = match Limited::new(answer.into_body(), ANSWER_BYTES)
                .collect()
                .await
            {
                Ok(body) => body.to_bytes(),
                Err(_) => Bytes::new(),
            };
            anyhow::Ok((status, body))
        })
        .await
        .context("no answer within ten seconds")?
    }
}
