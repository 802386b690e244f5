//! A network that says what a test has written down for it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use dragoman_core::ports::{Answer, Http, HttpError, Method, Request};

/// Answers requests from a script, and remembers them.
///
/// Each scripted answer serves one request: the first unused one with the request's verb and
/// address; what is longer than the request wants to read is cut off. The test fails, at the latest when the script is dropped, if an answer was not used,
/// if a request had no answer, or if it led to another host than the loopback interface or
/// `example.com`.
#[derive(Debug, Default)]
pub struct ScriptedHttp {
    script: Mutex<Script>,
}

#[derive(Debug, Default)]
struct Script {
    open: VecDeque<Exchange>,
    requests: Vec<Request>,
    complaints: Vec<String>,
}

#[derive(Debug)]
struct Exchange {
    method: Method,
    url: String,
    result: Result<Answer, HttpError>,
}

impl ScriptedHttp {
    /// A script without answers: no request is expected.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers one request to exactly this address with a status and a body.
    pub fn answer(
        &self,
        method: Method,
        url: &str,
        status: u16,
        body: impl Into<Vec<u8>>,
    ) -> &Self {
        let answer = Answer {
            status,
            retry_after: None,
            content_type: None,
            date: None,
            body: body.into(),
        };
        self.script(method, url, Ok(answer))
    }

    /// Answers one GET of exactly this address with a file of this content type.
    pub fn file(&self, url: &str, content_type: &str, bytes: impl Into<Vec<u8>>) -> &Self {
        let answer = Answer {
            status: 200,
            retry_after: None,
            content_type: Some(content_type.into()),
            date: None,
            body: bytes.into(),
        };
        self.script(Method::Get, url, Ok(answer))
    }

    /// Ends one request to exactly this address without an answer.
    pub fn fail(&self, method: Method, url: &str, error: HttpError) -> &Self {
        self.script(method, url, Err(error))
    }

    /// Ends one request to exactly this address like this.
    pub fn script(&self, method: Method, url: &str, result: Result<Answer, HttpError>) -> &Self {
        let url = url.to_owned();
        self.held().open.push_back(Exchange {
            method,
            url,
            result,
        });
        self
    }

    /// What was asked so far, oldest first, whether it had an answer or not.
    pub fn requests(&self) -> Vec<Request> {
        self.held().requests.clone()
    }

    /// The only request so far.
    ///
    /// # Panics
    /// When there was none, or more than one.
    pub fn only_request(&self) -> Request {
        let mut requests = self.requests();
        assert_eq!(requests.len(), 1, "expected one request: {requests:#?}");
        requests.remove(0)
    }

    fn held(&self) -> MutexGuard<'_, Script> {
        // A failed test must not hide its reason behind a poisoned lock.
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Http for ScriptedHttp {
    /// # Panics
    /// When the script has no answer to this request, or the host is not allowed.
    async fn call(&self, request: Request) -> Result<Answer, HttpError> {
        let result = self.held().take(request);
        result.unwrap_or_else(|complaint| panic!("{complaint}"))
    }
}

impl Script {
    /// The complaint is kept as well, because the panic of a spawned task may be seen by nobody.
    fn take(&mut self, request: Request) -> Result<Result<Answer, HttpError>, String> {
        let asked = format!("{:?} {}", request.method, request.url);
        let exchange = self
            .open
            .iter()
            .position(|open| open.method == request.method && open.url == request.url)
            .filter(|_| is_allowed(&request.url));
        let limit = request.answer_limit;
        self.requests.push(request);
        if let Some(exchange) = exchange.and_then(|index| self.open.remove(index)) {
            return Ok(exchange.result.map(|answer| cut(answer, limit)));
        }
        let complaint = format!("no scripted answer to {asked}; open: {:?}", self.unused());
        self.complaints.push(complaint.clone());
        Err(complaint)
    }

    fn unused(&self) -> Vec<String> {
        self.open
            .iter()
            .map(|open| format!("{:?} {}", open.method, open.url))
            .collect()
    }
}

impl Drop for ScriptedHttp {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let script = self.held();
        let (complaints, unused) = (&script.complaints, script.unused());
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
        assert!(unused.is_empty(), "scripted answers not used: {unused:?}");
    }
}

/// No more of an answer is read than was asked for.
fn cut(mut answer: Answer, limit: usize) -> Answer {
    answer.body.truncate(limit);
    answer
}

/// Whether an address leads to the loopback interface or to the name that is reserved for
/// examples.
fn is_allowed(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(literal) => literal.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let is_loopback = host
        .parse::<std::net::IpAddr>()
        .is_ok_and(|address| address.is_loopback());
    let is_example = host == "example.com" || host.ends_with(".example.com");
    is_loopback || is_example || host == "localhost"
}

#[cfg(test)]
#[path = "http_tests.rs"]
mod tests;
