//! A store that can stop the world: it writes down which verb came when, fails when told to, holds
//! verbs up, and can hang before or after its n-th verb, as if the process had been killed there.

mod files;

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use dragoman_core::catalog::{Catalog, Change};
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::Report;
use dragoman_core::message::{Claim, InFlight, Ready, Stored};
use dragoman_core::news::{DeliveryNews, Notice};
use dragoman_core::outcome::{Attempt, Settlement};
use dragoman_core::ports::{
    Acceptance, Accepted, AttemptedDelivery, Begin, Counts, DeadLetter, Decided, Decision,
    Delivered, Doubt, Due, Foregoing, Happened, Latch, Moment, Quarantined, Queued, Recorded,
    Reference, Store, StoreError, Telling, Timeline,
};
use dragoman_core::submission::IdempotencyKey;
use dragoman_core::window::Heard;
use dragoman_core::{Address, Id, MessageId, Tenant, Timestamp};
use dragoman_store::SqliteStore;
use tokio::sync::watch;

use crate::retold::Retold;
use crate::simulation::block_on;
use crate::strikes::{Fault, Strikes};
use crate::verbs::Verb;

/// Where a verb is held up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hold {
    /// Before it begins.
    Before(&'static str),
    /// When it has ended, and nobody has heard of it.
    After(&'static str),
}

pub(crate) struct WatchedStore {
    pub(crate) inner: Arc<SqliteStore>,
    pub(crate) log: Arc<Mutex<Vec<&'static str>>>,
    /// Verbs that fail.
    pub(crate) failing: Mutex<Vec<&'static str>>,
    /// Verbs that are done, and nobody hears of it.
    pub(crate) losing: Mutex<Vec<&'static str>>,
    /// Why it takes nothing for now. Verbs do not look at it: see `failing`.
    pub(crate) latch: Mutex<Option<Latch>>,
    /// Events that nobody can read any more.
    pub(crate) forgotten: Mutex<Vec<i64>>,
    /// How often events were read.
    pub(crate) reads: AtomicUsize,
    /// Customers' messages that are told as news.
    pub(crate) retold: Retold,
    /// Tries of deliveries that were kept.
    pub(crate) tries: Mutex<Vec<AttemptedDelivery>>,
    /// Changes of slow data that the engine made.
    pub(crate) edits: Mutex<Vec<Change>>,
    /// Verbs end before anything else happens: time cannot pass while the store works.
    pub(crate) blocks: bool,
    /// Steps until the world stops; each verb has one before and one after it.
    pub(crate) steps: AtomicI64,
    /// What happens to single verbs.
    pub(crate) strikes: Strikes,
    stopped: watch::Sender<bool>,
    hold: watch::Sender<Option<Hold>>,
    held: AtomicUsize,
}

impl WatchedStore {
    pub(crate) fn new(inner: Arc<SqliteStore>, log: Arc<Mutex<Vec<&'static str>>>) -> Self {
        Self {
            inner,
            log,
            failing: Mutex::default(),
            losing: Mutex::default(),
            latch: Mutex::default(),
            forgotten: Mutex::default(),
            reads: AtomicUsize::new(0),
            retold: Retold::default(),
            tries: Mutex::default(),
            edits: Mutex::default(),
            blocks: false,
            steps: AtomicI64::new(i64::MAX),
            strikes: Strikes::default(),
            stopped: watch::Sender::default(),
            hold: watch::Sender::default(),
            held: AtomicUsize::new(0),
        }
    }

    /// Holds a verb up from now on.
    pub(crate) fn hold(&self, hold: Hold) {
        self.hold.send_replace(Some(hold));
    }

    /// Lets go on what is held up.
    pub(crate) fn release(&self) {
        self.hold.send_replace(None);
    }

    /// How many verbs are held up now.
    pub(crate) fn held(&self) -> usize {
        self.held.load(Ordering::SeqCst)
    }

    /// Waits until the world stops.
    pub(crate) async fn stopped(&self) {
        let _ = self.stopped.subscribe().wait_for(|stopped| *stopped).await;
    }

    async fn step(&self) {
        if self.steps.fetch_sub(1, Ordering::SeqCst) <= 0 {
            self.stop().await;
        }
    }

    /// Nothing that writes goes on after this.
    async fn stop(&self) {
        self.steps.store(0, Ordering::SeqCst);
        self.stopped.send_replace(true);
        std::future::pending::<()>().await;
    }

    async fn pass(&self, place: Hold) {
        let mut hold = self.hold.subscribe();
        if *hold.borrow() != Some(place) {
            return;
        }
        self.held.fetch_add(1, Ordering::SeqCst);
        let _ = hold.wait_for(|hold| *hold != Some(place)).await;
        self.held.fetch_sub(1, Ordering::SeqCst);
    }

    fn fail(&self, verb: &'static str) -> Result<(), StoreError> {
        if self.failing.lock().unwrap().contains(&verb) {
            self.log.lock().unwrap().push("failed");
            return Err(StoreError::Unwell("on purpose".into()));
        }
        Ok(())
    }

    /// What the store answers.
    pub(crate) async fn answer<T>(&self, does: impl Future<Output = T>) -> T {
        if self.blocks {
            block_on(does)
        } else {
            does.await
        }
    }

    pub(crate) async fn watch<T>(
        &self,
        verb: Verb,
        does: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let word = verb.word();
        let faults = self.strikes.of(verb);
        self.fail(word)?;
        self.pass(Hold::Before(word)).await;
        self.step().await;
        if faults.contains(&Fault::KilledBefore) {
            self.stop().await;
        }
        if faults.contains(&Fault::Fails) {
            return Err(StoreError::Unwell("on purpose".into()));
        }
        let result = self.answer(does).await;
        self.log.lock().unwrap().push(word);
        if faults.contains(&Fault::KilledAfter) {
            self.stop().await;
        }
        self.step().await;
        if faults.contains(&Fault::Takes) {
            self.strikes.let_time_pass();
        }
        self.pass(Hold::After(word)).await;
        let is_lost = self.losing.lock().unwrap().contains(&word);
        if is_lost || faults.contains(&Fault::LosesItsAnswer) {
            return Err(StoreError::Unwell("written, and not answered for".into()));
        }
        result
    }
}

#[async_trait]
impl Store for WatchedStore {
    async fn accept(&self, acceptance: Acceptance) -> Result<Accepted, StoreError> {
        self.watch(Verb::Accept, self.inner.accept(acceptance))
            .await
    }

    async fn first_answer(
        &self,
        key: &IdempotencyKey,
        machine: Timestamp,
    ) -> Result<Option<Accepted>, StoreError> {
        self.answer(self.inner.first_answer(key, machine)).await
    }

    async fn claim(&self, messages: &[MessageId]) -> Result<Vec<Claim>, StoreError> {
        self.watch(Verb::Claim, self.inner.claim(messages)).await
    }

    fn give_back(&self, message: MessageId) {
        self.inner.give_back(message);
    }

    async fn begin(
        &self,
        ready: Ready,
        attempt: AttemptId,
        now: Timestamp,
    ) -> Result<Begin, StoreError> {
        self.watch(Verb::Begin, self.inner.begin(ready, attempt, now))
            .await
    }

    async fn withdraw(&self, in_flight: InFlight, now: Timestamp) -> Result<(), StoreError> {
        self.watch(Verb::Withdraw, self.inner.withdraw(in_flight, now))
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
        self.watch(Verb::Settle, does).await
    }

    async fn record(
        &self,
        channel: Id,
        reports: Vec<Report>,
        at: Moment,
    ) -> Result<Recorded, StoreError> {
        self.watch(Verb::Record, self.inner.record(channel, reports, at))
            .await
    }

    async fn quarantine(&self, odd: Quarantined) -> Result<(), StoreError> {
        self.watch(Verb::Quarantine, self.inner.quarantine(odd))
            .await
    }

    async fn quarantined(
        &self,
        account: Tenant,
        limit: usize,
    ) -> Result<Vec<Quarantined>, StoreError> {
        self.answer(self.inner.quarantined(account, limit)).await
    }

    async fn doubts(&self, channel: Id, limit: usize) -> Result<Vec<Doubt>, StoreError> {
        self.fail("doubts")?;
        self.answer(self.inner.doubts(channel, limit)).await
    }

    async fn resolve(&self, decision: Decision) -> Result<Decided, StoreError> {
        self.watch(Verb::Resolve, self.inner.resolve(decision))
            .await
    }

    async fn queue(&self, channel: Id) -> Result<Vec<Queued>, StoreError> {
        self.answer(self.inner.queue(channel)).await
    }

    async fn foregoing(
        &self,
        messages: &[MessageId],
    ) -> Result<Vec<Option<Foregoing>>, StoreError> {
        self.fail("foregoing")?;
        self.inner.foregoing(messages).await
    }

    async fn heard(&self, channel: Id, address: &Address) -> Result<(Heard, bool), StoreError> {
        self.pass(Hold::Before("heard")).await;
        self.answer(self.inner.heard(channel, address)).await
    }

    async fn message(
        &self,
        account: Tenant,
        message: MessageId,
    ) -> Result<Option<Stored>, StoreError> {
        self.answer(self.inner.message(account, message)).await
    }

    async fn by_provider_id(
        &self,
        channel: Id,
        provider_id: &str,
    ) -> Result<Option<Reference>, StoreError> {
        self.fail("by_provider_id")?;
        self.answer(self.inner.by_provider_id(channel, provider_id))
            .await
    }

    async fn timeline(
        &self,
        account: Tenant,
        message: MessageId,
    ) -> Result<Option<Timeline>, StoreError> {
        self.answer(self.inner.timeline(account, message)).await
    }

    async fn last_deliveries(
        &self,
        subscriptions: &[Id],
        limit: usize,
    ) -> Result<Vec<Delivered>, StoreError> {
        self.answer(self.inner.last_deliveries(subscriptions, limit))
            .await
    }

    async fn events_after(&self, seq: i64, limit: usize) -> Result<Vec<Happened>, StoreError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        let mut events = self.answer(self.inner.events_after(seq, limit)).await?;
        let forgotten = self.forgotten.lock().unwrap();
        events.retain(|told| !forgotten.contains(&told.seq()));
        let told = events.into_iter().map(|told| self.retold.tell(told));
        Ok(told.collect())
    }

    async fn event_beyond(&self, seq: i64) {
        self.inner.event_beyond(seq).await;
    }

    fn last_event(&self) -> i64 {
        self.inner.last_event()
    }

    async fn deliveries(&self, subscription: Id) -> Result<(i64, Vec<Due>), StoreError> {
        self.answer(self.inner.deliveries(subscription)).await
    }

    fn telling(&self, subscription: Id) -> Telling {
        self.inner.telling(subscription)
    }

    async fn dead_letters(
        &self,
        subscription: Id,
        after: i64,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        self.answer(self.inner.dead_letters(subscription, after, limit))
            .await
    }

    async fn rewind(&self, subscription: Id, cursor: i64) -> Result<(), StoreError> {
        self.watch(Verb::Rewind, self.inner.rewind(subscription, cursor))
            .await
    }

    async fn last_event_before(&self, at: Timestamp) -> Result<i64, StoreError> {
        self.answer(self.inner.last_event_before(at)).await
    }

    async fn report(
        &self,
        account: Tenant,
        report: DeliveryNews,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.watch(Verb::Report, self.inner.report(account, report, now))
            .await
    }

    async fn delivered(
        &self,
        subscription: Id,
        cursor: i64,
        tries: Vec<AttemptedDelivery>,
    ) -> Result<(), StoreError> {
        let does = self.inner.delivered(subscription, cursor, tries.clone());
        self.watch(Verb::Delivered, does).await?;
        self.tries.lock().unwrap().extend(tries);
        Ok(())
    }

    fn catalog(&self) -> Arc<Catalog> {
        self.inner.catalog()
    }

    async fn catalog_beyond(&self, seen: &Arc<Catalog>) -> Arc<Catalog> {
        self.inner.catalog_beyond(seen).await
    }

    async fn change(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.watch(Verb::Change, self.inner.change(changes)).await
    }

    async fn change_from(
        &self,
        seen: &Arc<Catalog>,
        changes: Vec<Change>,
    ) -> Result<(), StoreError> {
        let does = self.inner.change_from(seen, changes.clone());
        self.watch(Verb::ChangeFrom, does).await?;
        self.edits.lock().unwrap().extend(changes);
        Ok(())
    }

    async fn notify(
        &self,
        account: Tenant,
        notice: Notice,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.watch(Verb::Notify, self.inner.notify(account, notice, now))
            .await
    }

    async fn heartbeat(&self, now: Timestamp) -> Result<(), StoreError> {
        self.watch(Verb::Heartbeat, self.inner.heartbeat(now)).await
    }

    async fn last_heartbeat(&self) -> Result<Option<Timestamp>, StoreError> {
        self.answer(self.inner.last_heartbeat()).await
    }

    fn counts(&self) -> Counts {
        self.inner.counts()
    }

    fn is_well(&self) -> bool {
        self.inner.is_well()
    }

    fn latched(&self) -> Option<Latch> {
        *self.latch.lock().unwrap()
    }
}
