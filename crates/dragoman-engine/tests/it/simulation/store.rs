//! A store that takes its time, fails before or after a commit, and writes down every verb; one with
//! a planted fault does not do what it says.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use dragoman_core::catalog::{Catalog, Change};
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::Report;
use dragoman_core::message::{Claim, InFlight, Ready, Stored};
use dragoman_core::news::{DeliveryNews, Notice};
use dragoman_core::outcome::{Attempt, Settlement};
use dragoman_core::ports::{
    Acceptance, Accepted, AttemptedDelivery, Begin, Counts, DeadLetter, Decided, Decision,
    Delivered, Doubt, Due, Foregoing, Happened, Moment, Quarantined, Queued, Recorded, Reference,
    Store, StoreError, Telling, Timeline,
};
use dragoman_core::submission::IdempotencyKey;
use dragoman_core::window::Heard;
use dragoman_core::{Address, Id, MessageId, State, Tenant, Timestamp};
use dragoman_testkit::{ModelStore, SeededRandom};

use super::block_on;
use super::chronicle::Chronicle;
use super::planted::Planted;

/// When a verb fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fails {
    /// Nothing was written.
    Before(&'static str),
    /// It is durable, and nobody is told.
    After(&'static str),
}

pub(super) struct SlowStore {
    /// What is really kept.
    pub(super) truth: Arc<dyn Store>,
    pub(super) chronicle: Arc<Chronicle>,
    pub(super) random: Arc<SeededRandom>,
    pub(super) fails: Mutex<Option<Fails>>,
    /// A verb takes up to so many milliseconds.
    pub(super) latency: AtomicU64,
    pub(super) planted: Option<Planted>,
    /// What is kept there is not kept here.
    pub(super) elsewhere: ModelStore,
}

impl SlowStore {
    /// A crash meanwhile comes before the commit, or after it.
    async fn dawdle(&self) {
        let latency = self.latency.load(Ordering::SeqCst);
        if latency > 0 && self.random.below(2) == 0 {
            let pause = Duration::from_millis(self.random.below(latency));
            tokio::time::sleep(pause).await;
        }
    }

    fn fail(&self, fails: Fails) -> Result<(), StoreError> {
        if *self.fails.lock().unwrap() == Some(fails) {
            self.chronicle.note("fails", 0);
            return Err(StoreError::Unwell("on purpose".into()));
        }
        Ok(())
    }

    async fn verb<T>(
        &self,
        verb: &'static str,
        about: u128,
        does: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        self.dawdle().await;
        self.fail(Fails::Before(verb))?;
        let done = block_on(does);
        self.chronicle.note(verb, about);
        self.dawdle().await;
        self.fail(Fails::After(verb))?;
        done
    }

    fn has(&self, planted: Planted) -> bool {
        self.planted == Some(planted)
    }
}

#[async_trait]
impl Store for SlowStore {
    async fn accept(&self, acceptance: Acceptance) -> Result<Accepted, StoreError> {
        if self.has(Planted::AcceptanceThatIsNotKept) && self.random.below(10) == 0 {
            return self.elsewhere.accept(acceptance).await;
        }
        let about = acceptance.random[0];
        self.verb("accept", about, self.truth.accept(acceptance))
            .await
    }

    async fn first_answer(
        &self,
        key: &IdempotencyKey,
        machine: Timestamp,
    ) -> Result<Option<Accepted>, StoreError> {
        block_on(self.truth.first_answer(key, machine))
    }

    async fn claim(&self, messages: &[MessageId]) -> Result<Vec<Claim>, StoreError> {
        self.verb("claim", messages.len() as u128, self.truth.claim(messages))
            .await
    }

    fn give_back(&self, message: MessageId) {
        self.truth.give_back(message);
    }

    async fn begin(
        &self,
        ready: Ready,
        attempt: AttemptId,
        now: Timestamp,
    ) -> Result<Begin, StoreError> {
        if self.has(Planted::DepartureWithoutItsMark) && self.random.below(10) == 0 {
            return Ok(Begin::Departed(InFlight::after_durable_departure(
                ready, attempt,
            )));
        }
        let message = ready.claim().message;
        let does = self.truth.begin(ready, attempt, now);
        let begun = self.verb("begin", attempt.0, does).await;
        if begun.is_err() {
            self.chronicle.seen().hidden.insert(message);
        }
        begun
    }

    async fn withdraw(&self, in_flight: InFlight, now: Timestamp) -> Result<(), StoreError> {
        let about = in_flight.attempt().0;
        self.verb("withdraw", about, self.truth.withdraw(in_flight, now))
            .await
    }

    async fn settle(
        &self,
        message: MessageId,
        attempt: Attempt,
        settlement: Settlement,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let is_lost = matches!(settlement, Settlement::Unknown(_));
        let settlement = if is_lost && self.has(Planted::DoubtThatIsARetry) {
            let failure = dragoman_core::outcome::Failure::new(0, "lost");
            let due_at = now;
            Settlement::Retry { failure, due_at }
        } else {
            settlement
        };
        let does = self.truth.settle(message, attempt, settlement, now);
        self.verb("settle", message.as_u128(), does).await
    }

    async fn doubts(&self, channel: Id, limit: usize) -> Result<Vec<Doubt>, StoreError> {
        block_on(self.truth.doubts(channel, limit))
    }

    async fn resolve(&self, decision: Decision) -> Result<Decided, StoreError> {
        let about = decision.message.as_u128();
        self.verb("resolve", about, self.truth.resolve(decision))
            .await
    }

    async fn record(
        &self,
        channel: Id,
        reports: Vec<Report>,
        at: Moment,
    ) -> Result<Recorded, StoreError> {
        if self.has(Planted::EchoThatIsNotKept) && self.random.below(10) == 0 {
            return Ok(Recorded::default());
        }
        let does = self.truth.record(channel, reports, at);
        self.verb("record", channel.as_u128(), does).await
    }

    async fn quarantine(&self, odd: Quarantined) -> Result<(), StoreError> {
        self.verb("quarantine", 0, self.truth.quarantine(odd)).await
    }

    async fn quarantined(
        &self,
        account: Tenant,
        limit: usize,
    ) -> Result<Vec<Quarantined>, StoreError> {
        block_on(self.truth.quarantined(account, limit))
    }

    async fn queue(&self, channel: Id) -> Result<Vec<Queued>, StoreError> {
        let mut queued = block_on(self.truth.queue(channel))?;
        if self.has(Planted::MessageThatNobodyReads) {
            queued.truncate(queued.len() / 2);
        }
        Ok(queued)
    }

    async fn foregoing(
        &self,
        messages: &[MessageId],
    ) -> Result<Vec<Option<Foregoing>>, StoreError> {
        self.fail(Fails::Before("foregoing"))?;
        let mut before = block_on(self.truth.foregoing(messages))?;
        if self.has(Planted::LaneOutOfOrder) {
            for before in before.iter_mut().flatten() {
                before.state = State::Read;
            }
        }
        Ok(before)
    }

    async fn heard(&self, channel: Id, address: &Address) -> Result<(Heard, bool), StoreError> {
        let (heard, opted_out) = block_on(self.truth.heard(channel, address))?;
        Ok((heard, opted_out))
    }

    async fn message(
        &self,
        account: Tenant,
        message: MessageId,
    ) -> Result<Option<Stored>, StoreError> {
        block_on(self.truth.message(account, message))
    }

    async fn by_provider_id(
        &self,
        channel: Id,
        provider_id: &str,
    ) -> Result<Option<Reference>, StoreError> {
        block_on(self.truth.by_provider_id(channel, provider_id))
    }

    async fn timeline(
        &self,
        account: Tenant,
        message: MessageId,
    ) -> Result<Option<Timeline>, StoreError> {
        block_on(self.truth.timeline(account, message))
    }

    async fn events_after(&self, seq: i64, limit: usize) -> Result<Vec<Happened>, StoreError> {
        self.fail(Fails::Before("events_after"))?;
        let mut events = block_on(self.truth.events_after(seq, limit))?;
        if self.has(Planted::EventThatIsLost) {
            events.retain(|happened| happened.seq() % 50 != 7);
        }
        Ok(events)
    }

    async fn event_beyond(&self, seq: i64) {
        self.truth.event_beyond(seq).await;
    }

    fn last_event(&self) -> i64 {
        self.truth.last_event()
    }

    async fn deliveries(&self, subscription: Id) -> Result<(i64, Vec<Due>), StoreError> {
        block_on(self.truth.deliveries(subscription))
    }

    fn telling(&self, subscription: Id) -> Telling {
        self.truth.telling(subscription)
    }

    async fn delivered(
        &self,
        subscription: Id,
        cursor: i64,
        tries: Vec<AttemptedDelivery>,
    ) -> Result<(), StoreError> {
        let does = self.truth.delivered(subscription, cursor, tries);
        self.verb("delivered", cursor.unsigned_abs().into(), does)
            .await
    }

    async fn dead_letters(
        &self,
        subscription: Id,
        after: i64,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        block_on(self.truth.dead_letters(subscription, after, limit))
    }

    async fn rewind(&self, subscription: Id, cursor: i64) -> Result<(), StoreError> {
        self.verb("rewind", 0, self.truth.rewind(subscription, cursor))
            .await
    }

    async fn last_event_before(&self, at: Timestamp) -> Result<i64, StoreError> {
        block_on(self.truth.last_event_before(at))
    }

    async fn last_deliveries(
        &self,
        subscriptions: &[Id],
        limit: usize,
    ) -> Result<Vec<Delivered>, StoreError> {
        block_on(self.truth.last_deliveries(subscriptions, limit))
    }

    fn catalog(&self) -> Arc<Catalog> {
        self.truth.catalog()
    }

    async fn catalog_beyond(&self, seen: &Arc<Catalog>) -> Arc<Catalog> {
        self.truth.catalog_beyond(seen).await
    }

    async fn change(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.verb("change", 0, self.truth.change(changes)).await
    }

    async fn change_from(
        &self,
        seen: &Arc<Catalog>,
        changes: Vec<Change>,
    ) -> Result<(), StoreError> {
        self.verb("change", 1, self.truth.change_from(seen, changes))
            .await
    }

    async fn notify(
        &self,
        account: Tenant,
        notice: Notice,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.verb("notify", 0, self.truth.notify(account, notice, now))
            .await
    }

    async fn report(
        &self,
        account: Tenant,
        report: DeliveryNews,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.verb("report", 0, self.truth.report(account, report, now))
            .await
    }

    async fn heartbeat(&self, now: Timestamp) -> Result<(), StoreError> {
        self.verb("heartbeat", 0, self.truth.heartbeat(now)).await
    }

    async fn last_heartbeat(&self) -> Result<Option<Timestamp>, StoreError> {
        block_on(self.truth.last_heartbeat())
    }

    fn counts(&self) -> Counts {
        self.truth.counts()
    }

    fn is_well(&self) -> bool {
        self.truth.is_well()
    }
}
