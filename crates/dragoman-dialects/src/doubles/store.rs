//! A store in memory.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use dragoman_core::address::Address;
use dragoman_core::catalog::{Catalog, Change, cascade};
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::Report;
use dragoman_core::message::{Author, Claim, InFlight, Ready, Stored};
use dragoman_core::news::{DeliveryNews, Notice};
use dragoman_core::outcome::{Attempt, Settlement};
use dragoman_core::ports::*;
use dragoman_core::reckoning::Fared;
use dragoman_core::submission::IdempotencyKey;
use dragoman_core::window::Heard;
use dragoman_core::{Id, MessageId, State, Tenant, Timestamp};

use super::contacts::People;

/// Keeps what dialects read and change. The verbs that are not theirs fail the test.
#[derive(Default)]
pub(crate) struct MemoryStore {
    catalog: Mutex<Arc<Catalog>>,
    timelines: Mutex<Vec<Timeline>>,
    quarantine: Mutex<Vec<Quarantined>>,
    deliveries: Mutex<Vec<Delivered>>,
    happened: Mutex<Vec<Happened>>,
    dead: Mutex<Vec<DeadLetter>>,
    telling: Mutex<HashMap<Id, Telling>>,
    pub(super) fared: Mutex<Vec<Fared>>,
    pub(super) people: People,
    notices: Mutex<Vec<(Id, Notice)>>,
    sick: AtomicBool,
}

impl MemoryStore {
    pub(crate) fn new(catalog: Catalog) -> Self {
        Self {
            catalog: Mutex::new(Arc::new(catalog)),
            ..Self::default()
        }
    }

    /// Changes slow data behind everybody's back.
    pub(crate) fn rewrite(&self, change: impl FnOnce(&mut Catalog)) {
        change(Arc::make_mut(&mut self.catalog.lock().unwrap()));
    }

    pub(crate) fn keep(&self, timeline: Timeline) {
        self.timelines.lock().unwrap().push(timeline);
    }

    pub(crate) fn keep_message(&self, message: Stored) {
        self.keep(Timeline {
            message,
            events: Vec::new(),
            deliveries: Vec::new(),
        });
    }

    /// From now on nothing can be read or kept.
    pub(crate) fn sicken(&self) {
        self.sick.store(true, Ordering::Relaxed);
    }

    /// What dialects had told their own subscribers.
    pub(crate) fn notices(&self) -> Vec<(Id, Notice)> {
        self.notices.lock().unwrap().clone()
    }

    /// Notes a try, the newest of all.
    pub(crate) fn note_try(&self, delivered: Delivered) {
        self.deliveries.lock().unwrap().push(delivered);
    }

    /// What has happened, in order.
    pub(crate) fn note_happened(&self, happened: Vec<Happened>) {
        *self.happened.lock().unwrap() = happened;
    }

    /// What was given up, and how the deliveries of a subscription go.
    pub(crate) fn note_dead(&self, subscription: Id, dead: Vec<DeadLetter>, telling: Telling) {
        *self.dead.lock().unwrap() = dead;
        self.telling.lock().unwrap().insert(subscription, telling);
    }

    pub(super) fn well(&self) -> Result<(), StoreError> {
        if self.sick.load(Ordering::Relaxed) {
            return Err(StoreError::Unwell("disk full".into()));
        }
        Ok(())
    }

    fn timeline_of(&self, fits: impl Fn(&Stored) -> bool) -> Option<Timeline> {
        let timelines = self.timelines.lock().unwrap();
        let mut timelines = timelines.iter();
        timelines.find(|found| fits(&found.message)).cloned()
    }
}

#[async_trait]
impl Store for MemoryStore {
    fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.catalog.lock().unwrap())
    }

    /// Takes a moment, as a commit does, so that others can come between.
    async fn change(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        tokio::task::yield_now().await;
        self.well()?;
        self.rewrite(|catalog| changes.into_iter().for_each(|new| apply(catalog, new)));
        Ok(())
    }

    async fn notify(
        &self,
        account: Tenant,
        notice: Notice,
        _: Timestamp,
    ) -> Result<(), StoreError> {
        self.well()?;
        self.notices.lock().unwrap().push((account.id(), notice));
        Ok(())
    }

    async fn change_from(
        &self,
        seen: &Arc<Catalog>,
        changes: Vec<Change>,
    ) -> Result<(), StoreError> {
        tokio::task::yield_now().await;
        self.well()?;
        let mut current = self.catalog.lock().unwrap();
        if !Arc::ptr_eq(&current, seen) {
            return Err(StoreError::Stale);
        }
        let mut catalog = Catalog::clone(&current);
        changes.into_iter().for_each(|new| apply(&mut catalog, new));
        *current = Arc::new(catalog);
        Ok(())
    }

    async fn message(&self, account: Tenant, id: MessageId) -> Result<Option<Stored>, StoreError> {
        let timeline = self.timeline(account, id).await?;
        Ok(timeline.map(|found| found.message))
    }

    async fn timeline(
        &self,
        account: Tenant,
        id: MessageId,
    ) -> Result<Option<Timeline>, StoreError> {
        self.well()?;
        Ok(self.timeline_of(|message| message.account == account && message.id == id))
    }

    async fn by_provider_id(
        &self,
        channel: Id,
        provider_id: &str,
    ) -> Result<Option<Reference>, StoreError> {
        self.well()?;
        let known_as = |message: &Stored| match message.inbound() {
            Some(inbound) => Some(inbound.provider_id.clone()),
            None => message.provider_id.clone(),
        };
        let found = self.timeline_of(|message| {
            message.channel == channel && known_as(message).as_deref() == Some(provider_id)
        });
        Ok(found.map(|found| Reference {
            message: found.message.id,
            author: match found.message.inbound() {
                Some(_) => Author::Customer,
                None => Author::Business,
            },
        }))
    }

    async fn quarantine(&self, odd: Quarantined) -> Result<(), StoreError> {
        self.well()?;
        self.quarantine.lock().unwrap().push(odd);
        Ok(())
    }

    async fn quarantined(
        &self,
        account: Tenant,
        limit: usize,
    ) -> Result<Vec<Quarantined>, StoreError> {
        self.well()?;
        let kept = self.quarantine.lock().unwrap();
        let own = kept.iter().rev().filter(|odd| odd.account == account);
        Ok(own.take(limit).cloned().collect())
    }

    fn last_event(&self) -> i64 {
        41
    }

    fn counts(&self) -> Counts {
        Counts::default()
    }

    fn is_well(&self) -> bool {
        self.well().is_ok()
    }

    async fn accept(&self, _: Acceptance) -> Result<Accepted, StoreError> {
        unreachable!("a dialect hands in at the desk")
    }

    async fn first_answer(
        &self,
        _: &IdempotencyKey,
        _: Timestamp,
    ) -> Result<Option<Accepted>, StoreError> {
        unreachable!("the desk asks this")
    }

    async fn claim(&self, _: &[MessageId]) -> Result<Vec<Claim>, StoreError> {
        unreachable!("a dialect sends nothing")
    }

    fn give_back(&self, _: MessageId) {
        unreachable!("a dialect sends nothing")
    }

    async fn begin(&self, _: Ready, _: AttemptId, _: Timestamp) -> Result<Begin, StoreError> {
        unreachable!("a dialect sends nothing")
    }

    async fn withdraw(&self, _: InFlight, _: Timestamp) -> Result<(), StoreError> {
        unreachable!("a dialect sends nothing")
    }

    async fn settle(
        &self,
        _: MessageId,
        _: Attempt,
        _: Settlement,
        _: Timestamp,
    ) -> Result<bool, StoreError> {
        unreachable!("a dialect sends nothing")
    }

    async fn record(&self, _: Id, _: Vec<Report>, _: Moment) -> Result<Recorded, StoreError> {
        unreachable!("a dialect hears no provider")
    }

    async fn doubts(&self, channel: Id, limit: usize) -> Result<Vec<Doubt>, StoreError> {
        self.well()?;
        let timelines = self.timelines.lock().unwrap();
        let of_channel = timelines.iter().map(|found| &found.message);
        let of_channel = of_channel.filter(|message| message.channel == channel);
        let doubts = of_channel.filter(|message| message.fold.state == State::Unknown);
        let doubts = doubts.filter_map(|message| {
            Some(Doubt {
                message: message.id,
                account: message.account,
                channel,
                attempt: message.fold.attempt?,
                since: message.id.at(),
                on_unknown: None,
            })
        });
        Ok(doubts.take(limit).collect())
    }

    async fn resolve(&self, _: Decision) -> Result<Decided, StoreError> {
        unreachable!("the desk and the engine decide this")
    }

    async fn queue(&self, _: Id) -> Result<Vec<Queued>, StoreError> {
        unreachable!("a dialect sends nothing")
    }

    async fn foregoing(&self, _: &[MessageId]) -> Result<Vec<Option<Foregoing>>, StoreError> {
        unreachable!("a dialect sends nothing")
    }

    async fn heard(&self, _: Id, _: &Address) -> Result<(Heard, bool), StoreError> {
        unreachable!("the desk asks this")
    }

    async fn last_deliveries(
        &self,
        subscriptions: &[Id],
        limit: usize,
    ) -> Result<Vec<Delivered>, StoreError> {
        self.well()?;
        let tries = self.deliveries.lock().unwrap();
        let wanted = tries
            .iter()
            .rev()
            .filter(|one| subscriptions.contains(&one.subscription));
        Ok(wanted.take(limit).cloned().collect())
    }

    async fn events_after(&self, seq: i64, limit: usize) -> Result<Vec<Happened>, StoreError> {
        self.well()?;
        let happened = self.happened.lock().unwrap();
        let later = happened.iter().filter(|happened| happened.seq() > seq);
        Ok(later.take(limit).cloned().collect())
    }

    async fn event_beyond(&self, _: i64) {
        unreachable!("the notifier asks this")
    }

    fn telling(&self, subscription: Id) -> Telling {
        let telling = self.telling.lock().unwrap();
        telling.get(&subscription).copied().unwrap_or_default()
    }

    async fn dead_letters(
        &self,
        _: Id,
        after: i64,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        self.well()?;
        let dead = self.dead.lock().unwrap();
        let later = dead.iter().filter(|letter| letter.seq > after);
        Ok(later.take(limit).copied().collect())
    }

    async fn rewind(&self, _: Id, _: i64) -> Result<(), StoreError> {
        unreachable!("the notifier does this")
    }

    async fn last_event_before(&self, _: Timestamp) -> Result<i64, StoreError> {
        unreachable!("the notifier asks this")
    }

    async fn report(&self, _: Tenant, _: DeliveryNews, _: Timestamp) -> Result<(), StoreError> {
        unreachable!("the notifier says this")
    }

    async fn deliveries(&self, _: Id) -> Result<(i64, Vec<Due>), StoreError> {
        unreachable!("the notifier asks this")
    }

    async fn delivered(&self, _: Id, _: i64, _: Vec<AttemptedDelivery>) -> Result<(), StoreError> {
        unreachable!("the notifier asks this")
    }

    async fn catalog_beyond(&self, _: &Arc<Catalog>) -> Arc<Catalog> {
        unreachable!("the engine waits for this")
    }

    async fn heartbeat(&self, _: Timestamp) -> Result<(), StoreError> {
        unreachable!("the engine's heart")
    }

    async fn last_heartbeat(&self) -> Result<Option<Timestamp>, StoreError> {
        unreachable!("the engine's heart")
    }
}

/// What a change brings with it is made too.
fn apply(catalog: &mut Catalog, change: Change) {
    for change in cascade(catalog, change) {
        catalog.apply(change);
    }
}
