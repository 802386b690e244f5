//! A client program of the On-Premises API that sends templates, and what it is answered.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dragoman_core::ports::Method;
use dragoman_testkit::ledger::ClientAnswer;
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::api;
use super::process::Dev;

/// So many of its calls are under way at once.
const AT_ONCE: usize = 24;
/// Who was not served comes again after this.
const BREATH: Duration = Duration::from_millis(10);
/// So many callers make an open load.
const CALLERS: usize = 4;

/// What programs were answered, shared between them.
pub(crate) type Answers = Arc<Mutex<Vec<ClientAnswer>>>;

/// A program that is logged in.
#[derive(Clone)]
pub(crate) struct Program {
    url: String,
    token: String,
}

impl Program {
    /// One that talks to this gateway with a session that it has.
    pub(crate) fn of(dev: &Dev, token: &str) -> Self {
        Self {
            url: format!("{}/v1/messages", dev.text("/onprem/base_url")),
            token: token.to_owned(),
        }
    }

    /// Sends the usual template to the recipient of this number.
    pub(crate) async fn send(&self, number: u64) -> ClientAnswer {
        self.send_in(number, &[]).await
    }

    /// The same in a manner of its own.
    pub(crate) async fn send_in(
        &self,
        number: u64,
        manner: &[(&'static str, &str)],
    ) -> ClientAnswer {
        self.say(number.to_string(), &greeting(number), manner)
            .await
    }

    /// Sends this; the answer is written down under this name.
    pub(crate) async fn say(
        &self,
        name: String,
        body: &Value,
        manner: &[(&'static str, &str)],
    ) -> ClientAnswer {
        let mut headers = vec![("authorization", format!("Bearer {}", self.token))];
        headers.extend(
            manner
                .iter()
                .map(|(name, value)| (*name, value.to_string())),
        );
        let body = body.to_string();
        let answer = api::with_headers(Method::Post, &self.url, headers, body.as_bytes());
        let answer = answer.await.ok();
        let id = answer
            .as_ref()
            .and_then(|answer| answer.json["messages"][0]["id"].as_str().map(str::to_owned));
        ClientAnswer {
            key: name,
            id,
            status: answer.map(|answer| answer.status),
            asked: String::new(),
        }
    }

    /// Sends to all of these, some at once.
    pub(crate) async fn send_all(&self, numbers: impl Iterator<Item = u64>) -> Vec<ClientAnswer> {
        let calls = numbers.map(|number| self.send(number));
        futures_util::stream::iter(calls)
            .buffer_unordered(AT_ONCE)
            .collect()
            .await
    }
}

/// What is sent to the recipient of this number.
pub(crate) fn greeting(number: u64) -> Value {
    json!({ "to": format!("316{number:08}"), "type": "template", "template": {
        "name": "demo_single", "language": { "code": "en" },
        "components": [{ "type": "body", "parameters": [{ "type": "text", "text": "Kim" }] }] } })
}

/// Callers that send to ever new recipients, as fast as they are answered.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    callers: Vec<JoinHandle<()>>,
}

impl Load {
    /// Each round has recipients of its own.
    pub(crate) fn start(program: &Program, round: u64, answers: &Answers) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let next = Arc::new(AtomicU64::new(round * 100_000));
        let callers = (0..CALLERS).map(|_| {
            let (stop, next, answers) = (Arc::clone(&stop), Arc::clone(&next), Arc::clone(answers));
            let program = program.clone();
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let answer = program.send(number).await;
                    let is_taken = answer.status.is_some_and(|status| status < 300);
                    answers.lock().unwrap().push(answer);
                    if !is_taken {
                        tokio::time::sleep(BREATH).await;
                    }
                }
            })
        });
        Self {
            callers: callers.collect(),
            stop,
        }
    }

    pub(crate) async fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        for caller in self.callers {
            caller.await.unwrap();
        }
    }
}
