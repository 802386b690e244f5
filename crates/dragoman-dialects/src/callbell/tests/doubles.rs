//! A house of doubles: a desk that judges with the real rules, a store that holds a catalog and
//! one timeline, and a client that calls the router.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use axum::http::Request;
use dragoman_core::address::Address;
use dragoman_core::admission::{Standing, Verdict, admit};
use dragoman_core::assignment::assign;
use dragoman_core::catalog::{Catalog, Change};
use dragoman_core::event::Event;
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::Report;
use dragoman_core::message::{Claim, InFlight, Ready, Stored};
use dragoman_core::outcome::{Attempt, Settlement};
use dragoman_core::ports::*;
use dragoman_core::submission::Submission;
use dragoman_core::window::Heard;
use dragoman_core::{Id, MessageId, Timestamp};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::samples::{NOW, TOKEN, catalog, contact, conversation, message_id};
use crate::services::Services;

/// Everything behind the router.
#[derive(Clone)]
pub(super) struct House(Arc<Inside>);

struct Inside {
    catalog: Mutex<Arc<Catalog>>,
    window_open: Mutex<bool>,
    opted_out: Mutex<bool>,
    replayed: Mutex<bool>,
    error: Mutex<Option<DeskError>>,
    submissions: Mutex<Vec<Submission>>,
    timeline: Mutex<Option<Timeline>>,
    unwell: Mutex<bool>,
}

impl House {
    pub(super) fn new() -> Self {
        Self(Arc::new(Inside {
            catalog: Mutex::new(Arc::new(catalog())),
            window_open: Mutex::new(true),
            opted_out: Mutex::new(false),
            replayed: Mutex::new(false),
            error: Mutex::new(None),
            submissions: Mutex::default(),
            timeline: Mutex::new(None),
            unwell: Mutex::new(false),
        }))
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Catalog)) {
        change(Arc::make_mut(&mut self.0.catalog.lock().unwrap()));
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
        *self.0.timeline.lock().unwrap() = Some(timeline);
    }

    pub(super) fn sicken(&self) {
        *self.0.unwell.lock().unwrap() = true;
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
        let services = Services {
            desk: Arc::new(self.clone()),
            store: Arc::new(self.clone()),
            clock: Arc::new(self.clone()),
            random: Arc::new(self.clone()),
            public_url: "https://gw.example".into(),
        };
        axum::Router::new().nest("/callbell", super::super::router(services))
    }

    pub(super) async fn call(&self, request: Request<Body>) -> Answer {
        let response = self.router().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&bytes).unwrap_or_else(|error| {
            panic!(
                "{}: {error}: {:?}",
                parts.status,
                String::from_utf8_lossy(&bytes)
            )
        });
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

#[async_trait]
impl Desk for House {
    async fn submit(&self, submission: Submission) -> Result<Accepted, DeskError> {
        self.0.submissions.lock().unwrap().push(submission.clone());
        if let Some(error) = self.0.error.lock().unwrap().clone() {
            return Err(error);
        }
        let catalog = self.catalog();
        let assignment = assign(&submission.assignment, submission.account, &catalog);
        let last_inbound = self.0.window_open.lock().unwrap().then_some(NOW);
        let standing = Standing {
            channel: catalog.channel(submission.channel).unwrap(),
            templates: &catalog.templates_of(submission.channel),
            heard: Heard {
                last_inbound,
                last_referral: None,
            },
            opted_out: *self.0.opted_out.lock().unwrap(),
        };
        match admit(submission, assignment, &standing, NOW) {
            Verdict::Refuse(refusal) => Err(DeskError::Refused(refusal)),
            Verdict::Admit(admitted) => Ok(Accepted {
                message: message_id(),
                contact: contact(),
                conversation: conversation(),
                priority: admitted.body().priority,
                replayed: *self.0.replayed.lock().unwrap(),
                failed: false,
                in_flight: None,
            }),
        }
    }
}

impl Random for House {
    fn bits(&self) -> u128 {
        7
    }
}

#[async_trait]
impl Clock for House {
    fn now(&self) -> Timestamp {
        NOW
    }
    fn machine(&self) -> Timestamp {
        NOW
    }
    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
    async fn moved(&self) {
        std::future::pending().await
    }
}

fn unused<T>() -> Result<T, StoreError> {
    Err(StoreError::Unwell("this dialect does not use it".into()))
}

#[async_trait]
impl Store for House {
    async fn timeline(&self, account: Id, id: MessageId) -> Result<Option<Timeline>, StoreError> {
        if *self.0.unwell.lock().unwrap() {
            return unused();
        }
        let timeline = self.0.timeline.lock().unwrap().clone();
        Ok(timeline.filter(|found| found.message.account == account && found.message.id == id))
    }
    fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.0.catalog.lock().unwrap())
    }

    async fn accept(&self, _: Acceptance) -> Result<Accepted, StoreError> {
        unused()
    }
    async fn claim(&self, _: &[MessageId]) -> Result<Vec<Claim>, StoreError> {
        unused()
    }
    async fn begin(&self, _: Ready, _: AttemptId, _: Timestamp) -> Result<Begin, StoreError> {
        unused()
    }
    async fn withdraw(&self, _: InFlight, _: Timestamp) -> Result<(), StoreError> {
        unused()
    }
    async fn settle(
        &self,
        _: MessageId,
        _: Attempt,
        _: Settlement,
        _: Timestamp,
    ) -> Result<bool, StoreError> {
        unused()
    }
    async fn record(&self, _: Id, _: Vec<Report>, _: Moment) -> Result<Recorded, StoreError> {
        unused()
    }
    async fn queue(&self, _: Id) -> Result<Vec<Queued>, StoreError> {
        unused()
    }
    async fn heard(&self, _: Id, _: &Address) -> Result<(Heard, bool), StoreError> {
        unused()
    }
    async fn message(&self, _: Id, _: MessageId) -> Result<Option<Stored>, StoreError> {
        unused()
    }
    async fn by_provider_id(&self, _: Id, _: &str) -> Result<Option<MessageId>, StoreError> {
        unused()
    }
    async fn events_after(
        &self,
        _: i64,
        _: usize,
    ) -> Result<Vec<(Event, Arc<Stored>)>, StoreError> {
        unused()
    }
    async fn event_beyond(&self, _: i64) {}
    fn last_event(&self) -> i64 {
        0
    }
    async fn deliveries(&self, _: Id) -> Result<(i64, Vec<Due>), StoreError> {
        unused()
    }
    async fn delivered(&self, _: Id, _: i64, _: Vec<AttemptedDelivery>) -> Result<(), StoreError> {
        unused()
    }
    async fn change(&self, _: Vec<Change>) -> Result<(), StoreError> {
        unused()
    }
    async fn heartbeat(&self, _: Timestamp) -> Result<(), StoreError> {
        unused()
    }

    async fn last_heartbeat(&self) -> Result<Option<Timestamp>, StoreError> {
        unused()
    }
    fn counts(&self) -> Counts {
        Counts::default()
    }
    fn is_well(&self) -> bool {
        true
    }
}
