//! A house of doubles: a desk that judges with the real rules, a store in memory, and a client
//! that calls the router.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use axum::http::Request;
use dragoman_core::admission::{Standing, Verdict, admit};
use dragoman_core::assignment::assign;
use dragoman_core::catalog::Catalog;
use dragoman_core::content::Kind;
use dragoman_core::doubt::Resolution;
use dragoman_core::ports::{Accepted, Decided, Desk, DeskError, Rehearsal, Store, Timeline};
use dragoman_core::submission::Submission;
use dragoman_core::window::{Heard, window};
use dragoman_core::{MessageId, Tenant, Timestamp};
use dragoman_testkit::{SeededRandom, TestClock};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::samples::{NOW, TOKEN, catalog, contact, conversation, message_id};
use crate::doubles::{MemoryFiles, MemoryStore, services};
use crate::services::Services;

/// Everything behind the router.
#[derive(Clone)]
pub(super) struct House(Arc<Inside>);

struct Inside {
    store: Arc<MemoryStore>,
    files: Arc<MemoryFiles>,
    random: Arc<SeededRandom>,
    clock: Arc<TestClock>,
    takes: Mutex<&'static [Kind]>,
    line: Mutex<(usize, Duration)>,
    window_open: Mutex<bool>,
    opted_out: Mutex<bool>,
    replayed: Mutex<bool>,
    error: Mutex<Option<DeskError>>,
    submissions: Mutex<Vec<Submission>>,
}

impl House {
    pub(super) fn new() -> Self {
        Self(Arc::new(Inside {
            store: Arc::new(MemoryStore::new(catalog())),
            files: Arc::default(),
            random: Arc::new(SeededRandom::new(7)),
            clock: Arc::new(TestClock::new()),
            takes: Mutex::new(&Kind::OUTBOUND),
            line: Mutex::default(),
            window_open: Mutex::new(true),
            opted_out: Mutex::new(false),
            replayed: Mutex::new(false),
            error: Mutex::new(None),
            submissions: Mutex::default(),
        }))
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Catalog)) {
        self.0.store.rewrite(change);
    }

    pub(super) fn store(&self) -> &MemoryStore {
        &self.0.store
    }

    pub(super) fn files(&self) -> &MemoryFiles {
        &self.0.files
    }

    pub(super) fn clock(&self) -> &TestClock {
        &self.0.clock
    }

    /// What the drivers of all channels can send.
    pub(super) fn take_only(&self, kinds: &'static [Kind]) {
        *self.0.takes.lock().unwrap() = kinds;
    }

    /// As many messages wait, for so long.
    pub(super) fn line_up(&self, waiting: usize, wait: Duration) {
        *self.0.line.lock().unwrap() = (waiting, wait);
    }

    pub(super) fn close_window(&self) {
        *self.0.window_open.lock().unwrap() = false;
    }

    pub(super) fn opt_out(&self) {
        *self.0.opted_out.lock().unwrap() = true;
    }

    pub(super) fn replay(&self) {
        *self.0.replayed.lock().unwrap() = true;
    }

    pub(super) fn fail(&self, error: DeskError) {
        *self.0.error.lock().unwrap() = Some(error);
    }

    pub(super) fn tell(&self, timeline: Timeline) {
        self.0.store.keep(timeline);
    }

    pub(super) fn sicken(&self) {
        self.0.store.sicken();
    }

    /// The one submission that reached the desk.
    pub(super) fn submission(&self) -> Submission {
        let seen = self.0.submissions.lock().unwrap();
        assert_eq!(seen.len(), 1, "submissions");
        seen[0].clone()
    }

    pub(super) fn submissions(&self) -> usize {
        self.0.submissions.lock().unwrap().len()
    }

    pub(super) fn router(&self) -> axum::Router {
        super::super::router(self.services())
    }

    /// The same without a prefix.
    pub(super) fn rooted(&self) -> axum::Router {
        super::super::rooted(self.services())
    }

    fn services(&self) -> Arc<Services> {
        Arc::new(Services {
            desk: Arc::new(self.clone()),
            files: self.0.files.clone(),
            random: self.0.random.clone(),
            clock: self.0.clock.clone(),
            ..services(self.0.store.clone())
        })
    }

    pub(super) async fn call(&self, request: Request<Body>) -> Answer {
        Self::call_through(self.router(), request).await
    }

    /// A call of a router that has been called before.
    pub(super) async fn call_through(router: axum::Router, request: Request<Body>) -> Answer {
        let response = router.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let read = serde_json::from_slice(&bytes);
        let body = match read {
            Ok(body) => body,
            Err(_) if parts.status == 204 && bytes.is_empty() => Value::Null,
            Err(error) => {
                let text = String::from_utf8_lossy(&bytes);
                panic!("{}: {error}: {text:?}", parts.status)
            }
        };
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body,
        }
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.call(request("GET", path, "")).await
    }

    pub(super) async fn send(&self, body: impl Into<Body>) -> Answer {
        self.call(request("POST", "/v1/messages/send", body)).await
    }
}

/// A request with the demo account's token.
pub(super) fn request(method: &str, path: &str, body: impl Into<Body>) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(format!("/callbell{path}"))
        .header("authorization", format!("Bearer {TOKEN}"))
        .body(body.into())
        .unwrap()
}

/// The same with the stranger's token.
pub(super) fn foreign(method: &str, path: &str, body: impl Into<Body>) -> Request<Body> {
    let mut call = request(method, path, body);
    let stranger = "Bearer stranger".parse().unwrap();
    call.headers_mut().insert("authorization", stranger);
    call
}

#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: axum::http::HeaderMap,
    pub(super) body: Value,
}

impl Answer {
    /// Status and body, for comparing whole.
    pub(super) fn whole(self) -> (u16, Value) {
        (self.status, self.body)
    }
}

impl Inside {
    /// What the real rules say.
    fn judge(&self, submission: Submission) -> (Verdict, Heard, Timestamp) {
        let catalog = self.store.catalog();
        let assignment = assign(&submission.assignment, submission.account, &catalog);
        let channel = catalog.channel(submission.channel).unwrap();
        let heard = Heard {
            last_inbound: self.window_open.lock().unwrap().then_some(NOW),
            last_referral: None,
        };
        let standing = Standing {
            channel,
            templates: &catalog.templates_of(submission.channel),
            heard,
            takes: *self.takes.lock().unwrap(),
            opted_out: *self.opted_out.lock().unwrap(),
        };
        let verdict = admit(submission, assignment, &standing, NOW);
        (verdict, heard, channel.watched_since)
    }
}

#[async_trait]
impl Desk for House {
    async fn resolve(&self, _: Tenant, _: MessageId, _: Resolution) -> Result<Decided, DeskError> {
        unreachable!("the original has no doubts")
    }

    /// Nothing that happens is the repetition of a rehearsal.
    async fn rehearse(&self, submission: Submission) -> Result<Rehearsal, DeskError> {
        assert_eq!((submission.key, submission.duplicate), (None, None));
        let (verdict, heard, watched_since) = self.0.judge(submission);
        let (waiting, wait) = *self.0.line.lock().unwrap();
        match verdict {
            Verdict::Refuse(refusal) => Err(DeskError::Refused(refusal)),
            Verdict::Admit(admitted) => Ok(Rehearsal {
                body: Arc::clone(admitted.body()),
                failure: admitted.failure().cloned(),
                window: window(heard, watched_since, NOW),
                assignment: admitted.assignment().clone(),
                waiting,
                wait,
            }),
        }
    }

    async fn submit(&self, submission: Submission) -> Result<Accepted, DeskError> {
        self.0.submissions.lock().unwrap().push(submission.clone());
        if let Some(error) = self.0.error.lock().unwrap().clone() {
            return Err(error);
        }
        match self.0.judge(submission).0 {
            Verdict::Refuse(refusal) => Err(DeskError::Refused(refusal)),
            Verdict::Admit(admitted) => Ok(Accepted {
                message: message_id(),
                contact: contact().into(),
                conversation: conversation(),
                priority: admitted.body().priority,
                replayed: *self.0.replayed.lock().unwrap(),
                failed: admitted.failure().is_some(),
                held: false,
                in_flight: None,
            }),
        }
    }
}
