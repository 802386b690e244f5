//! Calls to the management API of the running gateway.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use dragoman_core::ports::{ANSWER_LIMIT, Http, Reach, Request};
use dragoman_engine::HttpClient;
use hyper::Method;
use serde_json::Value;

use super::asked::Call;
use crate::cli::Place;
use crate::control;

/// Nothing answers where a gateway should be.
#[derive(Debug)]
pub(crate) struct NotRunning(PathBuf);

impl std::fmt::Display for NotRunning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = self.0.display();
        write!(
            f,
            "no gateway runs on {place}: start one with `dragoman dev --data-dir {place}` or \
             `dragoman serve --config FILE`, or name another with --data-dir or --server"
        )
    }
}

impl std::error::Error for NotRunning {}

impl Call {
    /// Makes the call; an error answer becomes an error with its message.
    pub(crate) async fn make(self, place: &Place) -> anyhow::Result<Value> {
        let body = match &self.body {
            Some(body) => serde_json::to_vec(body)?,
            None => Vec::new(),
        };
        let (status, answer) = match (&place.server, &place.token) {
            (Some(server), Some(token)) => self.over_http(server, token.reveal(), body).await?,
            _ => {
                let data_dir = super::data_dir(place.config.as_deref(), place.data_dir.as_deref())?;
                let stream = control::connect(&data_dir)
                    .await
                    .ok_or(NotRunning(data_dir))?;
                control::call(stream, self.method, &self.path, body).await?
            }
        };
        let answer: Value =
            serde_json::from_slice(&answer).context("reading the gateway's answer")?;
        if !(200..300).contains(&status) {
            let error = &answer["error"];
            let field = error["field"]
                .as_str()
                .map(|field| format!("{field}: "))
                .unwrap_or_default();
            bail!(
                "{field}{}",
                error["message"].as_str().unwrap_or("the gateway refused")
            );
        }
        Ok(answer)
    }

    async fn over_http(
        &self,
        server: &str,
        token: &str,
        body: Vec<u8>,
    ) -> anyhow::Result<(u16, Vec<u8>)> {
        let method = match self.method {
            Method::GET => dragoman_core::ports::Method::Get,
            Method::PATCH => dragoman_core::ports::Method::Patch,
            Method::DELETE => dragoman_core::ports::Method::Delete,
            _ => dragoman_core::ports::Method::Post,
        };
        let headers = vec![
            ("authorization".into(), format!("Bearer {token}")),
            ("content-type".into(), "application/json".to_owned()),
        ];
        let url = format!("{}{}", server.trim_end_matches('/'), self.path);
        let timeout = Duration::from_secs(30);
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
        let answer = HttpClient::new(Vec::new())
            .call(request)
            .await
            .context("asking the gateway")?;
        Ok((answer.status, answer.body))
    }
}
