//! The port: what the other rooms call.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use dragoman_core::catalog::{Catalog, Change};
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::Report;
use dragoman_core::message::{Body, Claim, InFlight, Ready, Stored};
use dragoman_core::news::{DeliveryNews, Notice, Tidings};
use dragoman_core::outcome::{Attempt, Settlement};
use dragoman_core::ports::{
    Acceptance, Accepted, AttemptedDelivery, Begin, Counts, DeadLetter, Decided, Decision,
    Delivered, Doubt, Due, Foregoing, Happened, Latch, Moment, Quarantined, Queued, Recorded,
    Reference, Store, StoreError, Telling, Timeline,
};
use dragoman_core::submission::IdempotencyKey;
use dragoman_core::window::Heard;
use dragoman_core::{Address, Id, MessageId, Tenant, Timestamp};

use super::{SqliteStore, foregoing, known, rows, verbs};

#[async_trait]
impl Store for SqliteStore {
    async fn accept(&self, acceptance: Acceptance) -> Result<Accepted, StoreError> {
        let (admitted, departure) = (acceptance.admitted.clone(), acceptance.departure);
        // Whoever has just been asked for, to weigh the submission, is at hand.
        let acquaintances = self.commons.acquaintances();
        let known = acquaintances.recall(admitted.channel(), &admitted.body().to);
        let mut accepted = self
            .write(move |batch| verbs::accept::run(batch, &acceptance, known))
            .await??;
        // The commit is durable from here on.
        let departure = departure.filter(|_| !accepted.replayed && !accepted.failed);
        accepted.in_flight = departure.map(|departure| {
            let claim = Claim {
                message: accepted.message,
                account: admitted.account(),
                channel: admitted.channel(),
                conversation: accepted.conversation.number,
                body: Arc::clone(admitted.body()),
                starts: 0,
            };
            InFlight::after_durable_departure(Ready::new(claim, None), departure.attempt)
        });
        Ok(accepted)
    }

    async fn first_answer(
        &self,
        key: &IdempotencyKey,
        machine: Timestamp,
    ) -> Result<Option<Accepted>, StoreError> {
        let answer = verbs::repeat::first_answer(&self.commons.index(), key, machine);
        self.sound(answer)?
    }

    async fn claim(&self, messages: &[MessageId]) -> Result<Vec<Claim>, StoreError> {
        if !self.is_well() {
            return Err(self.unwell());
        }
        let claims = self.take(messages).await?;
        self.sound(claims)
    }

    fn give_back(&self, message: MessageId) {
        self.end_claims(&[message]);
    }

    async fn begin(
        &self,
        ready: Ready,
        attempt: AttemptId,
        now: Timestamp,
    ) -> Result<Begin, StoreError> {
        let message = ready.claim().message;
        let departed = self
            .write(move |batch| verbs::depart::begin(batch, message, attempt, now))
            .await?;
        Ok(if departed {
            Begin::Departed(InFlight::after_durable_departure(ready, attempt))
        } else {
            Begin::Gone
        })
    }

    async fn withdraw(&self, in_flight: InFlight, now: Timestamp) -> Result<(), StoreError> {
        let (message, attempt) = (in_flight.message(), in_flight.attempt());
        self.write(move |batch| verbs::depart::withdraw(batch, message, attempt, now))
            .await
    }

    async fn settle(
        &self,
        message: MessageId,
        attempt: Attempt,
        settlement: Settlement,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(move |batch| verbs::settle::run(batch, message, attempt, settlement, now))
            .await
    }

    async fn doubts(&self, channel: Id, limit: usize) -> Result<Vec<Doubt>, StoreError> {
        let mut doubts = known::doubts(&self.commons, channel, limit);
        let rows = doubts.iter().map(|doubt| doubt.message.row()).collect();
        let bodies = self.bodies(rows).await?;
        for doubt in &mut doubts {
            if let Some(Body::Outbound(body)) = bodies.get(&doubt.message.row()) {
                doubt.on_unknown = body.on_unknown;
            }
        }
        self.sound(doubts)
    }

    async fn resolve(&self, decision: Decision) -> Result<Decided, StoreError> {
        self.write(move |batch| verbs::resolve::run(batch, decision))
            .await
    }

    async fn record(
        &self,
        channel: Id,
        reports: Vec<Report>,
        at: Moment,
    ) -> Result<Recorded, StoreError> {
        self.write(move |batch| verbs::record::run(batch, channel, reports, at))
            .await?
    }

    async fn quarantine(&self, odd: Quarantined) -> Result<(), StoreError> {
        self.write(move |batch| verbs::quarantine::run(batch, &odd))
            .await
    }

    async fn quarantined(
        &self,
        account: Tenant,
        limit: usize,
    ) -> Result<Vec<Quarantined>, StoreError> {
        self.kept_aside(account, limit).await
    }

    async fn queue(&self, channel: Id) -> Result<Vec<Queued>, StoreError> {
        let commons = Arc::clone(&self.commons);
        let queued = move || known::queued(&commons, channel);
        let queued = tokio::task::spawn_blocking(queued).await;
        self.sound(queued.map_err(|_| self.unwell())?)
    }

    async fn foregoing(
        &self,
        messages: &[MessageId],
    ) -> Result<Vec<Option<Foregoing>>, StoreError> {
        let asked: Vec<i64> = messages.iter().map(|message| message.row()).collect();
        let before = self
            .read(move |connection| Ok(foregoing::rows(connection, &asked)?))
            .await?;
        let pairs = messages.iter().zip(before);
        let stands: Vec<_> = pairs
            .map(|(message, before)| self.stands(*message, before?))
            .collect();
        let last = stands
            .iter()
            .map(|stands| Some(stands.as_ref()?.last_event));
        let last: Vec<_> = last.collect();
        let times = self
            .read(move |connection| Ok(foregoing::times(connection, &last)?))
            .await?;
        let told = stands.into_iter().zip(times);
        self.sound(
            told.map(|(stands, last)| Some(stands?.since(last)))
                .collect(),
        )
    }

    async fn heard(&self, channel: Id, address: &Address) -> Result<(Heard, bool), StoreError> {
        let heard = self.heard_from(channel, address).unwrap_or_default();
        self.sound(heard)
    }

    async fn message(
        &self,
        account: Tenant,
        message: MessageId,
    ) -> Result<Option<Stored>, StoreError> {
        if !self.belongs(account, message) {
            return self.sound(None);
        }
        let mut bodies = self.bodies(BTreeSet::from([message.row()])).await?;
        let body = bodies.remove(&message.row());
        let stored = body.and_then(|body| self.commons.stored(message.row(), body));
        self.sound(stored)
    }

    async fn by_provider_id(
        &self,
        channel: Id,
        provider_id: &str,
    ) -> Result<Option<Reference>, StoreError> {
        self.sound(self.named(channel, provider_id))
    }

    async fn timeline(
        &self,
        account: Tenant,
        message: MessageId,
    ) -> Result<Option<Timeline>, StoreError> {
        let Some(stored) = self.message(account, message).await? else {
            return Ok(None);
        };
        let ends = self
            .commons
            .index()
            .message(message)
            .map(|outcome| (outcome.last_event, outcome.last_delivery));
        let (last_event, last_delivery) = ends.unwrap_or_default();
        let (events, tries) = self
            .read(move |connection| {
                let events = rows::chain(connection, last_event)?;
                Ok((events, rows::tries(connection, last_delivery)?))
            })
            .await?;
        self.sound(Some(Timeline {
            events: self.with_ids(events),
            deliveries: self.tries_of(message, tries),
            message: stored,
        }))
    }

    async fn events_after(&self, seq: i64, limit: usize) -> Result<Vec<Happened>, StoreError> {
        let followed = self.follow(seq, limit).await?;
        self.sound(followed)
    }

    async fn event_beyond(&self, seq: i64) {
        let mut events = self.commons.events();
        if events.wait_for(|last| *last > seq).await.is_err() {
            // Cannot happen while `self` lives; and nothing will happen any more.
            std::future::pending::<()>().await;
        }
    }

    fn last_event(&self) -> i64 {
        self.commons.last_event()
    }

    async fn deliveries(&self, subscription: Id) -> Result<(i64, Vec<Due>), StoreError> {
        Ok(self.due(subscription))
    }

    fn telling(&self, subscription: Id) -> Telling {
        self.told_so_far(subscription)
    }

    async fn delivered(
        &self,
        subscription: Id,
        cursor: i64,
        tries: Vec<AttemptedDelivery>,
    ) -> Result<(), StoreError> {
        self.write(move |batch| verbs::deliver::run(batch, subscription, cursor, &tries))
            .await
    }

    async fn dead_letters(
        &self,
        subscription: Id,
        after: i64,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        let dead = self.given_up(subscription, after, limit).await?;
        self.sound(dead)
    }

    async fn rewind(&self, subscription: Id, cursor: i64) -> Result<(), StoreError> {
        self.write(move |batch| verbs::rewind::run(batch, subscription, cursor))
            .await
    }

    async fn last_event_before(&self, at: Timestamp) -> Result<i64, StoreError> {
        let last = self.commons.last_event();
        self.read(move |connection| rows::last_before(connection, last, at))
            .await
    }

    async fn last_deliveries(
        &self,
        subscriptions: &[Id],
        limit: usize,
    ) -> Result<Vec<Delivered>, StoreError> {
        let tries = self.last_tries(subscriptions, limit).await?;
        self.sound(tries)
    }

    fn catalog(&self) -> Arc<Catalog> {
        self.commons.catalog()
    }

    async fn catalog_beyond(&self, seen: &Arc<Catalog>) -> Arc<Catalog> {
        let mut catalogs = self.commons.catalogs();
        let changed = catalogs.wait_for(|catalog| !Arc::ptr_eq(catalog, seen));
        match changed.await.map(|catalog| Arc::clone(&catalog)) {
            Ok(catalog) => catalog,
            // Cannot happen while `self` lives; and nothing will change any more.
            Err(_) => std::future::pending().await,
        }
    }

    async fn change(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.write(move |batch| verbs::change::run(batch, changes))
            .await?
    }

    async fn change_from(
        &self,
        seen: &Arc<Catalog>,
        changes: Vec<Change>,
    ) -> Result<(), StoreError> {
        let seen = Arc::clone(seen);
        self.write(move |batch| verbs::change::run_from(batch, &seen, changes))
            .await?
    }

    async fn notify(
        &self,
        account: Tenant,
        notice: Notice,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |batch| {
            let account = batch.row_of(account.id())?;
            batch.news(account, Tidings::Notice(notice), None, now)
        })
        .await
    }

    async fn report(
        &self,
        account: Tenant,
        report: DeliveryNews,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |batch| {
            let account = batch.row_of(account.id())?;
            batch.news(account, Tidings::Delivery(report), None, now)
        })
        .await
    }

    async fn heartbeat(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |batch| verbs::heartbeat::run(batch, now))
            .await
    }

    async fn last_heartbeat(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|connection| Ok(verbs::heartbeat::last(connection)?))
            .await
    }

    fn counts(&self) -> Counts {
        self.counted()
    }

    fn is_well(&self) -> bool {
        self.commons.health().is_well() && self.sound(()).is_ok()
    }

    fn latched(&self) -> Option<Latch> {
        self.commons.health().latched()
    }
}
