//! The port: every verb is one look at the state, or one change of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use dragoman_core::catalog::{Catalog, Change};
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::Report;
use dragoman_core::message::{Author, Claim, InFlight, Ready, Stored};
use dragoman_core::news::{DeliveryNews, Notice, Tidings};
use dragoman_core::outcome::{Attempt, Settlement};
use dragoman_core::ports::{
    Acceptance, Accepted, AttemptedDelivery, Begin, Counts, DeadLetter, Decided, Decision,
    Delivered, Doubt, Due, Foregoing, Happened, Moment, Quarantined, Queued, Recorded, Reference,
    Store, StoreError, Telling, Timeline,
};
use dragoman_core::state::State as Stands;
use dragoman_core::submission::IdempotencyKey;
use dragoman_core::window::Heard;
use dragoman_core::{Address, Id, MessageId, Tenant, Timestamp};

use super::ModelStore;
use super::state::State;

#[async_trait]
impl Store for ModelStore {
    async fn accept(&self, acceptance: Acceptance) -> Result<Accepted, StoreError> {
        self.verb(|state| state.accept(acceptance))
    }

    async fn first_answer(
        &self,
        key: &IdempotencyKey,
        machine: Timestamp,
    ) -> Result<Option<Accepted>, StoreError> {
        self.lock().first_answer(key, machine)
    }

    async fn claim(&self, messages: &[MessageId]) -> Result<Vec<Claim>, StoreError> {
        Ok(self.lock().claim(messages))
    }

    fn give_back(&self, message: MessageId) {
        self.lock().claims.remove(&message);
    }

    async fn begin(
        &self,
        ready: Ready,
        attempt: AttemptId,
        now: Timestamp,
    ) -> Result<Begin, StoreError> {
        let message = ready.claim().message;
        let departs = self.verb(|state| state.begin(message, attempt, now));
        Ok(if departs {
            Begin::Departed(InFlight::after_durable_departure(ready, attempt))
        } else {
            Begin::Gone
        })
    }

    async fn withdraw(&self, in_flight: InFlight, now: Timestamp) -> Result<(), StoreError> {
        self.verb(|state| state.withdraw(in_flight.message(), in_flight.attempt(), now));
        Ok(())
    }

    async fn settle(
        &self,
        message: MessageId,
        attempt: Attempt,
        settlement: Settlement,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        Ok(self.verb(|state| state.settle(message, attempt, settlement, now)))
    }

    async fn doubts(&self, channel: Id, limit: usize) -> Result<Vec<Doubt>, StoreError> {
        Ok(self.lock().doubts(channel, limit))
    }

    async fn resolve(&self, decision: Decision) -> Result<Decided, StoreError> {
        Ok(self.verb(|state| state.resolve(decision)))
    }

    async fn record(
        &self,
        channel: Id,
        reports: Vec<Report>,
        at: Moment,
    ) -> Result<Recorded, StoreError> {
        self.verb(|state| state.record(channel, reports, at))
    }

    async fn quarantine(&self, odd: Quarantined) -> Result<(), StoreError> {
        self.lock().quarantine.push(odd);
        Ok(())
    }

    async fn quarantined(
        &self,
        account: Tenant,
        limit: usize,
    ) -> Result<Vec<Quarantined>, StoreError> {
        let state = self.lock();
        let newest = state.quarantine.iter().rev();
        let of_account = newest.filter(|odd| odd.account == account);
        Ok(of_account.take(limit).cloned().collect())
    }

    async fn queue(&self, channel: Id) -> Result<Vec<Queued>, StoreError> {
        Ok(self.lock().queue(channel))
    }

    async fn foregoing(
        &self,
        messages: &[MessageId],
    ) -> Result<Vec<Option<Foregoing>>, StoreError> {
        let state = self.lock();
        let before = messages.iter().map(|message| state.foregoing(*message));
        Ok(before.collect())
    }

    async fn heard(&self, channel: Id, address: &Address) -> Result<(Heard, bool), StoreError> {
        let state = self.lock();
        let account = state.catalog.channel(channel).map(|known| known.account);
        let contact = account.and_then(|account| state.reached_at(account, address));
        let Some(contact) = contact else {
            return Ok(Default::default());
        };
        let person = &state.people[contact];
        let heard = person.on(channel).map(|head| head.heard);
        Ok((heard.unwrap_or_default(), person.contact.is_opted_out()))
    }

    async fn message(
        &self,
        account: Tenant,
        message: MessageId,
    ) -> Result<Option<Stored>, StoreError> {
        let stored = self.lock().stored(message);
        Ok(stored.filter(|stored| stored.account == account))
    }

    async fn by_provider_id(
        &self,
        channel: Id,
        provider_id: &str,
    ) -> Result<Option<Reference>, StoreError> {
        let state = self.lock();
        let key = (channel, provider_id.into());
        let known = state.provider_ids.get(&key).copied();
        Ok(known.map(|message| {
            let outbound = state.line(message).and_then(|line| line.outbound());
            let author = outbound.map_or(Author::Customer, |_| Author::Business);
            Reference { message, author }
        }))
    }

    async fn timeline(
        &self,
        account: Tenant,
        message: MessageId,
    ) -> Result<Option<Timeline>, StoreError> {
        let state = self.lock();
        let stored = state.stored(message);
        Ok(stored
            .filter(|stored| stored.account == account)
            .map(|stored| {
                let tries = state.tries.iter();
                let tries = tries.filter(|(_, tried)| tried.message == Some(message));
                Timeline {
                    message: stored,
                    events: state.story(message).cloned().collect(),
                    deliveries: tries.cloned().collect(),
                }
            }))
    }

    async fn events_after(&self, seq: i64, limit: usize) -> Result<Vec<Happened>, StoreError> {
        let state = self.lock();
        let after = usize::try_from(seq).unwrap_or_default();
        let kept = state.log.iter().skip(after).take(limit);
        Ok(kept.filter_map(|kept| state.told(kept)).collect())
    }

    async fn event_beyond(&self, seq: i64) {
        let is_beyond = |state: &State| (state.last_event() > seq).then_some(());
        self.until(&self.happened, is_beyond).await;
    }

    fn last_event(&self) -> i64 {
        self.lock().last_event()
    }

    async fn deliveries(&self, subscription: Id) -> Result<(i64, Vec<Due>), StoreError> {
        Ok(self.lock().deliveries(subscription))
    }

    fn telling(&self, subscription: Id) -> Telling {
        self.lock().telling(subscription)
    }

    async fn delivered(
        &self,
        subscription: Id,
        cursor: i64,
        tries: Vec<AttemptedDelivery>,
    ) -> Result<(), StoreError> {
        self.verb(|state| state.delivered(subscription, cursor, tries));
        Ok(())
    }

    async fn dead_letters(
        &self,
        subscription: Id,
        after: i64,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        Ok(self.lock().dead_letters(subscription, after, limit))
    }

    async fn rewind(&self, subscription: Id, cursor: i64) -> Result<(), StoreError> {
        self.verb(|state| state.rewind(subscription, cursor));
        Ok(())
    }

    async fn last_event_before(&self, at: Timestamp) -> Result<i64, StoreError> {
        Ok(self.lock().last_event_before(at))
    }

    async fn last_deliveries(
        &self,
        subscriptions: &[Id],
        limit: usize,
    ) -> Result<Vec<Delivered>, StoreError> {
        Ok(self.lock().last_deliveries(subscriptions, limit))
    }

    fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.lock().catalog)
    }

    async fn catalog_beyond(&self, seen: &Arc<Catalog>) -> Arc<Catalog> {
        let is_another = |state: &State| {
            let catalog = &state.catalog;
            (!Arc::ptr_eq(catalog, seen)).then(|| Arc::clone(catalog))
        };
        self.until(&self.changed, is_another).await
    }

    async fn change(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        self.verb(|state| state.change(changes));
        Ok(())
    }

    async fn change_from(
        &self,
        seen: &Arc<Catalog>,
        changes: Vec<Change>,
    ) -> Result<(), StoreError> {
        self.verb(|state| {
            if !Arc::ptr_eq(&state.catalog, seen) {
                return Err(StoreError::Stale);
            }
            state.change(changes);
            Ok(())
        })
    }

    async fn notify(
        &self,
        account: Tenant,
        notice: Notice,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.verb(|state| state.news(account.id(), Tidings::Notice(notice), None, now));
        Ok(())
    }

    async fn report(
        &self,
        account: Tenant,
        report: DeliveryNews,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.verb(|state| state.news(account.id(), Tidings::Delivery(report), None, now));
        Ok(())
    }

    async fn heartbeat(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut state = self.lock();
        state.heard(now);
        state.heartbeat = Some(now);
        Ok(())
    }

    async fn last_heartbeat(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.lock().heartbeat)
    }

    /// What waits alone is counted.
    fn counts(&self) -> Counts {
        let state = self.lock();
        let mut unsettled: BTreeMap<(Id, u8), (Stands, u64)> = BTreeMap::new();
        for (message, line) in &state.lines {
            let Some(waiting) = line.waiting else {
                continue;
            };
            let stands = if state.claims.contains(message) {
                Stands::Claimed
            } else {
                waiting.state
            };
            let count = unsettled.entry((line.channel, stands as u8));
            count.or_insert((stands, 0)).1 += 1;
        }
        let unsettled = unsettled.into_iter();
        let unsettled = unsettled.map(|((channel, _), (stands, count))| (channel, stands, count));
        Counts {
            unsettled: unsettled.collect(),
            ..Counts::default()
        }
    }

    fn is_well(&self) -> bool {
        true
    }
}
