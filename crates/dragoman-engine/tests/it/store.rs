//! A store that can stop the world: it writes down which verb came when, fails when told to, and
//! can hang before or after its n-th verb, as if the process had been killed there.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use dragoman_core::catalog::{Catalog, Change};
use dragoman_core::event::Event;
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::Report;
use dragoman_core::message::{Claim, InFlight, Ready, Stored};
use dragoman_core::outcome::{Attempt, Settlement};
use dragoman_core::ports::{
    Acceptance, Accepted, AttemptedDelivery, Begin, Counts, Due, Moment, Queued, Recorded, Store,
    StoreError, Timeline,
};
use dragoman_core::window::Heard;
use dragoman_core::{Address, Id, MessageId, Timestamp};
use dragoman_store::SqliteStore;

pub(crate) struct WatchedStore {
    pub(crate) inner: Arc<SqliteStore>,
    pub(crate) log: Arc<Mutex<Vec<&'static str>>>,
    /// Verbs that fail.
    pub(crate) failing: Mutex<Vec<&'static str>>,
    /// Steps until the world stops; each verb has one before and one after it.
    pub(crate) steps: AtomicI64,
}

impl WatchedStore {
    pub(crate) fn new(inner: Arc<SqliteStore>, log: Arc<Mutex<Vec<&'static str>>>) -> Self {
        Self {
            inner,
            log,
            failing: Mutex::default(),
            steps: AtomicI64::new(i64::MAX),
        }
    }

    async fn step(&self) {
        if self.steps.fetch_sub(1, Ordering::SeqCst) <= 0 {
            std::future::pending::<()>().await;
        }
    }

    async fn watch<T>(
        &self,
        verb: &'static str,
        does: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        if self.failing.lock().unwrap().contains(&verb) {
            self.log.lock().unwrap().push("failed");
            return Err(StoreError::Unwell("on purpose".into()));
        }
        self.step().await;
        let result = does.await;
        self.log.lock().unwrap().push(verb);
        self.step().await;
        result
    }
}

#[async_trait]
impl Store for WatchedStore {
    async fn accept(&self, acceptance: Acceptance) -> Result<Accepted, StoreError> {
        self.watch("accept", self.inner.accept(acceptance)).await
    }

    async fn claim(&self, messages: &[MessageId]) -> Result<Vec<Claim>, StoreError> {
        self.watch("claim", self.inner.claim(messages)).await
    }

    async fn begin(
        &self,
        ready: Ready,
        attempt: AttemptId,
        now: Timestamp,
    ) -> Result<Begin, StoreError> {
        self.watch("begin", self.inner.begin(ready, attempt, now))
            .await
    }

    async fn withdraw(&self, in_flight: InFlight, now: Timestamp) -> Result<(), StoreError> {
        self.watch("withdraw", self.inner.withdraw(in_flight, now))
            .await
    }

    async fn settle(
        &self,
        message: MessageId,
        attempt: Attempt,
        settlement: Settlement,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let does = self.inner.settle(message, attempt, settlement, now);
        self.watch("settle", does).await
    }

    async fn record(
        &self,
        channel: Id,
        reports: Vec<Report>,
        at: Moment,
    ) -> Result<Recorded, StoreError> {
        self.watch("record", self.inner.record(channel, reports, at))
            .await
    }

    async fn queue(&self, channel: Id) -> Result<Vec<Queued>, StoreError> {
        self.inner.queue(channel).await
    }

    async fn heard(&self, channel: Id, address: &Address) -> Result<(Heard, bool), StoreError> {
        self.inner.heard(channel, address).await
    }

    async fn message(&self, account: Id, message: MessageId) -> Result<Option<Stored>, StoreError> {
        self.inner.message(account, message).await
    }

    async fn by_provider_id(
        &self,
        channel: Id,
        provider_id: &str,
    ) -> Result<Option<MessageId>, StoreError> {
        self.inner.by_provider_id(channel, provider_id).await
    }

    async fn timeline(
        &self,
        account: Id,
        message: MessageId,
    ) -> Result<Option<Timeline>, StoreError> {
        self.inner.timeline(account, message).await
    }

    async fn events_after(
        &self,
        seq: i64,
        limit: usize,
    ) -> Result<Vec<(Event, Arc<Stored>)>, StoreError> {
        self.inner.events_after(seq, limit).await
    }

    async fn event_beyond(&self, seq: i64) {
        self.inner.event_beyond(seq).await;
    }

    fn last_event(&self) -> i64 {
        self.inner.last_event()
    }

    async fn deliveries(&self, subscription: Id) -> Result<(i64, Vec<Due>), StoreError> {
        self.inner.deliveries(subscription).await
    }

    async fn delivered(
        &self,
        subscription: Id,
        cursor: i64,
        tries: Vec<AttemptedDelivery>,
    ) -> Result<(), StoreError> {
        self.inner.delivered(subscription, cursor, tries).await
    }

    fn catalog(&self) -> Arc<Catalog> {
        self.inner.catalog()
    }

    async fn change(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.inner.change(changes).await
    }

    async fn heartbeat(&self, now: Timestamp) -> Result<(), StoreError> {
        self.inner.heartbeat(now).await
    }

    async fn last_heartbeat(&self) -> Result<Option<Timestamp>, StoreError> {
        self.inner.last_heartbeat().await
    }

    fn counts(&self) -> Counts {
        self.inner.counts()
    }

    fn is_well(&self) -> bool {
        self.inner.is_well()
    }
}
