//! The one client that opens connections to the outside.
//!
//! What matters about a failure is whether a byte of the request may have left: everything before
//! (name, route, connection, TLS) is [`HttpError::NotSent`], everything else is
//! [`HttpError::Lost`]. Nothing is ever sent twice.

mod addresses;
mod connector;
mod date;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod names;
mod trusting;

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use dragoman_core::ports::{Answer, Http, HttpError, Method, Reach, Request};
use http::Uri;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use ipnet::IpNet;

use crate::guard::Guard;
use addresses::Addresses;
use connector::{Connector, Way};
use names::{Names, System};
use trusting::Trusting;

/// Shorter than what servers usually keep, so that a connection is rarely closed under a request.
const IDLE: Duration = Duration::from_secs(15);

/// Calls providers, and the addresses that clients wrote. Each reach has connections of its own,
/// so that a client's address never rides on a connection that the operator's opened.
#[derive(Clone)]
pub struct HttpClient {
    operator: Line,
    public: Line,
    trusting: Arc<Trusting>,
    addresses: Arc<Addresses>,
}

/// Connections that are kept for the next request.
type Line = Client<Connector, Full<Bytes>>;

impl fmt::Debug for HttpClient {
    /// Without the addresses, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient").finish_non_exhaustive()
    }
}

impl HttpClient {
    /// `allow_networks` may be reached by clients' addresses although they are private, also over
    /// plain http.
    pub fn new(allow_networks: Vec<IpNet>) -> Self {
        Self::guarded(Guard::new(allow_networks))
    }

    /// Clients' addresses lead where the guard allows.
    pub fn guarded(guard: Guard) -> Self {
        Self::asking(Arc::new(System), guard)
    }

    fn asking(names: Arc<dyn Names>, guard: Guard) -> Self {
        let guard = Some(Arc::new(guard));
        let anywhere = Way {
            names: Arc::clone(&names),
            guard: None,
        };
        let public = Way { names, guard };
        Self {
            operator: line(Connector::new(anywhere.clone())),
            public: line(Connector::new(public.clone())),
            trusting: Arc::new(Trusting::new(anywhere, public)),
            addresses: Arc::default(),
        }
    }

    /// The connections that a request to this reach may ride on.
    fn line(&self, reach: Reach, trust: Option<&str>) -> Result<Line, HttpError> {
        match (trust, reach) {
            (Some(certificates), _) => self.trusting.line(reach, certificates),
            (None, Reach::Operator) => Ok(self.operator.clone()),
            (None, Reach::Public) => Ok(self.public.clone()),
        }
    }
}

fn line(connector: Connector) -> Line {
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        // It would repeat only what a closed connection has given back unwritten. Even so there is
        // one place that repeats, and it is not here.
        .retry_canceled_requests(false)
        .build(connector)
}

#[async_trait]
impl Http for HttpClient {
    async fn call(&self, request: Request) -> Result<Answer, HttpError> {
        let line = self.line(request.reach, request.trust.as_deref())?;
        let (timeout, limit) = (request.timeout, request.answer_limit);
        let uri = self.addresses.read(&request.url)?;
        let request = outgoing(request, uri)?;
        let exchange = async {
            let response = line.request(request).await.map_err(|error| {
                if error.is_connect() || was_handed_back(&error) {
                    HttpError::NotSent(chain(&error))
                } else {
                    HttpError::Lost(chain(&error))
                }
            })?;
            answer(response, limit).await
        };
        match tokio::time::timeout(timeout, exchange).await {
            Ok(result) => result,
            Err(_) => Err(HttpError::Lost(HttpError::TIMEOUT.into())),
        }
    }
}

/// Whether a pooled connection had closed before it took the request. hyper calls a request over
/// HTTP/1 cancelled in this case alone, and gives it back unwritten.
fn was_handed_back(error: &hyper_util::client::legacy::Error) -> bool {
    let source = error.source();
    let source = source.and_then(|source| source.downcast_ref::<hyper::Error>());
    source.is_some_and(hyper::Error::is_canceled)
}

fn outgoing(request: Request, uri: Uri) -> Result<http::Request<Full<Bytes>>, HttpError> {
    let method = match request.method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Patch => http::Method::PATCH,
        Method::Delete => http::Method::DELETE,
    };
    let mut builder = http::Request::builder().method(method).uri(uri);
    for (name, value) in request.headers {
        builder = builder.header(&*name, value);
    }
    builder
        .body(Full::new(Bytes::from(request.body)))
        .map_err(|error| not_sent(error.to_string()))
}

async fn answer(response: http::Response<Incoming>, limit: usize) -> Result<Answer, HttpError> {
    let status = response.status().as_u16();
    let retry_after = response.headers().get(http::header::RETRY_AFTER);
    let retry_after = retry_after.and_then(|value| pause(value.as_bytes()));
    let content_type = response
        .headers()
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(Into::into);
    let date = response
        .headers()
        .get(http::header::DATE)
        .and_then(|value| date::read(value.to_str().ok()?));
    let mut incoming = response.into_body();
    let mut body = Vec::new();
    while let Some(frame) = incoming.frame().await {
        let frame = frame.map_err(|error| HttpError::Lost(chain(&error)))?;
        let Some(data) = frame.data_ref() else {
            continue;
        };
        let room = limit - body.len();
        body.extend_from_slice(&data[..data.len().min(room)]);
        if body.len() == limit {
            break;
        }
    }
    Ok(Answer {
        status,
        retry_after,
        content_type,
        date,
        body,
    })
}

/// Seconds in digits. A date, which the header may hold as well, says nothing of the length of a
/// pause as long as nobody knows the server's clock.
fn pause(header: &[u8]) -> Option<Duration> {
    let text = std::str::from_utf8(header).ok()?.trim();
    text.parse().ok().map(Duration::from_secs)
}

fn not_sent(why: impl Into<Box<str>>) -> HttpError {
    HttpError::NotSent(why.into())
}

/// An error with its sources, in one line.
fn chain(error: &dyn Error) -> Box<str> {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        line.push_str(": ");
        line.push_str(&inner.to_string());
        source = inner.source();
    }
    line.into()
}

#[cfg(test)]
#[path = "http_tests.rs"]
mod tests;

#[cfg(test)]
mod forgery_tests;
