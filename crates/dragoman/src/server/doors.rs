//! What every call passes before its handler, and every answer after it: once, for all listeners.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::header::{CONNECTION, RETRY_AFTER, TRANSFER_ENCODING};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version};
use axum::response::{IntoResponse, Response};
use dragoman_core::ports::Random;
use hyper_util::service::TowerToHyperService;
use ipnet::IpNet;
use tokio::time::Instant;
use tracing::Instrument;

use super::callers::{Proxies, Remote};
use super::failures::Failures;
use super::pace::{Pace, Patience};
use super::places::{Place, Places};
use super::unread;
use crate::config::{Limits, Span};

/// The longest address of a call, in bytes.
const LONGEST_URL: usize = 8 * 1024;
/// The largest head, in bytes: the address and 32 KiB of fields.
const LARGEST_HEAD: usize = LONGEST_URL + 32 * 1024;

/// By which a client and the log mean the same call.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longer names of calls are not taken from clients.
const LONGEST_ID: usize = 64;

/// After between so many seconds what could not be done now is worth repeating: not all at once.
const REPEAT: (u64, u64) = (5, 30);

/// A router as the server calls it.
pub(super) type Service = TowerToHyperService<Router>;

/// Who comes in, and how everybody leaves.
pub(crate) struct Doors {
    limits: Limits,
    proxies: Proxies,
    places: Arc<Places>,
    failures: Failures,
    random: Arc<dyn Random>,
    /// From here on time is counted.
    begun: Instant,
}

impl Doors {
    /// `trusted` are the networks of the operator's own proxies.
    pub(crate) fn new(limits: Limits, trusted: Vec<IpNet>, random: Arc<dyn Random>) -> Self {
        Self {
            limits,
            proxies: Proxies::new(trusted),
            places: Places::new(limits.connections, limits.connections_per_address),
            failures: Failures::new(limits.failures),
            random,
            begun: Instant::now(),
        }
    }

    /// A place for a connection; `None` where there is none left. The operator always has one.
    pub(super) fn place(&self, remote: Remote) -> Option<Option<Place>> {
        match remote {
            Remote::Socket => Some(None),
            Remote::Address(_) => self.places.take(self.proxies.connected(remote)).map(Some),
        }
    }

    /// How connections speak: HTTP/1 alone. More than 100 fields are refused without our saying so.
    pub(super) fn protocol(&self) -> hyper::server::conn::http1::Builder {
        let Span(head) = self.limits.head;
        let mut protocol = hyper::server::conn::http1::Builder::new();
        protocol
            .timer(hyper_util::rt::TokioTimer::new())
            .header_read_timeout(head)
            .max_header_size(LARGEST_HEAD);
        protocol
    }

    /// Answers a call.
    pub(super) async fn call(
        &self,
        remote: Remote,
        service: &Service,
        request: Request,
    ) -> Response {
        let id = self.request_id(request.headers());
        let ends = ends_connection(&request);
        let name = id.to_str().unwrap_or_default();
        let span = tracing::info_span!("call", request_id = name);
        let answering = async {
            let response = self.admit(remote, service, request).await;
            let status = response.status();
            // Who cannot do something now says why; every call once more would be too much.
            if status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE {
                tracing::warn!(status = status.as_u16(), "a call failed");
            }
            response
        };
        let mut response = answering.instrument(span).await;
        let status = response.status();
        let headers = response.headers_mut();
        headers.insert(REQUEST_ID, id);
        if ends {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        self.tell_when(status, headers);
        response
    }

    /// Lets a call pass to its handler, unless it is plain before that it must not.
    async fn admit(&self, remote: Remote, service: &Service, request: Request) -> Response {
        let address = request.uri().path_and_query();
        if address.is_some_and(|address| address.as_str().len() > LONGEST_URL) {
            return (StatusCode::URI_TOO_LONG, "the address is too long\n").into_response();
        }
        let caller = self.proxies.calling(remote, request.headers());
        let Some(who) = self.failures.who(caller, request.uri()) else {
            return self.answer(remote, service, request).await;
        };
        if let Err(wait) = self.failures.pass(who, self.begun.elapsed()) {
            return failed_too_often(wait);
        }
        let response = self.answer(remote, service, request).await;
        self.failures
            .note(who, response.status(), self.begun.elapsed());
        response
    }

    /// Has the handler answer, for as long as it may take.
    async fn answer(&self, remote: Remote, service: &Service, request: Request) -> Response {
        unread::discard(request, async |request| match remote {
            Remote::Socket => handled(service, request).await,
            Remote::Address(_) => {
                let pace = Pace::begin(self.patience());
                let request = request.map(|body| pace.of(body));
                tokio::select! {
                    biased;
                    response = handled(service, request) => response,
                    overdue = pace.overdue() => {
                        tracing::info!(?overdue, "a call took too long");
                        overdue.into_response()
                    }
                }
            }
        })
        .await
    }

    fn patience(&self) -> Patience {
        let (Span(pause), Span(call)) = (self.limits.pause, self.limits.call);
        Patience { pause, call }
    }

    /// The name of a call: the client's own where it may stand in a log.
    fn request_id(&self, headers: &HeaderMap) -> HeaderValue {
        let given = headers.get(REQUEST_ID).filter(|id| is_sane(id.as_bytes()));
        given.cloned().unwrap_or_else(|| {
            let fresh = format!("{:032x}", self.random.bits());
            HeaderValue::try_from(fresh).expect("hex digits may stand in a header")
        })
    }

    /// Says when to come again, where that makes sense and the handler has not said it. Where the
    /// whole gateway is meant, clients are spread: together they would only bring it down again.
    fn tell_when(&self, status: StatusCode, headers: &mut HeaderMap) {
        let is_told = headers.contains_key(RETRY_AFTER);
        let is_due = match status {
            StatusCode::SERVICE_UNAVAILABLE => true,
            StatusCode::TOO_MANY_REQUESTS => !is_told,
            _ => false,
        };
        if is_due {
            let (least, most) = REPEAT;
            let spread = self.random.roll() * (most - least + 1) as f64;
            headers.insert(RETRY_AFTER, (least + spread as u64).into());
        }
    }
}

async fn handled(service: &Service, request: Request) -> Response {
    match hyper::service::Service::call(service, request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn failed_too_often(wait: Duration) -> Response {
    let seconds = wait.as_millis().div_ceil(1000) as u64;
    let told = [(RETRY_AFTER, HeaderValue::from(seconds))];
    let said = "too many calls that did not prove who makes them\n";
    (StatusCode::TOO_MANY_REQUESTS, told, said).into_response()
}

/// Whether no other request may follow on the connection: what comes behind chunks is not looked
/// at, and old clients and proxies disagree about who keeps a connection open.
fn ends_connection(request: &Request) -> bool {
    request.version() == Version::HTTP_10 || request.headers().contains_key(TRANSFER_ENCODING)
}

fn is_sane(id: &[u8]) -> bool {
    let may_stand = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
    (1..=LONGEST_ID).contains(&id.len()) && id.iter().all(may_stand)
}
