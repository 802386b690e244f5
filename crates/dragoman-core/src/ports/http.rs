//! The one way out of the house.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use crate::time::Timestamp;

/// Opens connections to the outside. Never follows a redirect, never sends anything twice.
#[async_trait]
pub trait Http: Send + Sync {
    /// Sends one request and reads the whole answer.
    ///
    /// # Errors
    /// See [`HttpError`]: what matters is whether a byte may have left.
    async fn call(&self, request: Request) -> Result<Answer, HttpError>;
}

/// A request to the outside. Prints neither address, headers nor body: any of them may hold secrets.
#[derive(Clone)]
pub struct Request {
    /// The verb.
    pub method: Method,
    /// Absolute `http` or `https` address.
    pub url: String,
    /// Names in lower case.
    pub headers: Vec<(Cow<'static, str>, String)>,
    /// The bytes to send.
    pub body: Vec<u8>,
    /// For the whole exchange.
    pub timeout: Duration,
    /// Where it may lead.
    pub reach: Reach,
    /// So many bytes of the answer are read: [`ANSWER_LIMIT`] unless a file is expected.
    pub answer_limit: usize,
    /// Certificates (PEM) that the server's must be signed by; `None` trusts the public ones.
    pub trust: Option<Box<str>>,
}

/// As much of an answer is read that is no file: 1 MiB.
pub const ANSWER_LIMIT: usize = 1024 * 1024;

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Request")
            .field("method", &self.method)
            .field("reach", &self.reach)
            .finish_non_exhaustive()
    }
}

/// Verbs that we use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// Where a request may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The operator wrote the address: anywhere.
    Operator,
    /// A client wrote the address: only to public networks, unless the operator allows more.
    Public,
}

/// An answer from the outside.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After` in seconds, when it was there and a number.
    pub retry_after: Option<Duration>,
    /// `Content-Type`, when it was there.
    pub content_type: Option<Box<str>>,
    /// `Date`: the other side's clock in whole seconds, when it was there and could be read.
    pub date: Option<Timestamp>,
    /// At most as many bytes as were asked for; what is longer is cut off.
    pub body: Vec<u8>,
}

impl fmt::Debug for Answer {
    /// Without the body, which may hold a token, or what somebody has written.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Answer")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl HttpError {
    /// What is said of an exchange that took too long.
    pub const TIMEOUT: &str = "timeout";

    /// Whether the exchange took too long.
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Lost(why) => **why == *Self::TIMEOUT,
            Self::NotSent(_) => false,
        }
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// Proven: no byte of the request was written (name, route, connection or TLS failed, or the
    /// address is not allowed).
    #[error("not connected: {0}")]
    NotSent(Box<str>),
    /// Anything else: the request may have arrived.
    #[error("no answer: {0}")]
    Lost(Box<str>),
}
