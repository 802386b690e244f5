//! A house without walls: the rules are the real ones, everything else is kept in memory.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use dragoman_core::admission::{Standing, Verdict, admit};
use dragoman_core::assignment::Assignment;
use dragoman_core::catalog::{Account, Catalog, Change, Channel, OnpremUser, Source};
use dragoman_core::event::Event;
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::Report;
use dragoman_core::message::{
    Claim, Contact, Conversation, InFlight, Outbound, Priority, Ready, Stored,
};
use dragoman_core::outcome::{Attempt, Settlement};
use dragoman_core::ports::{
    Acceptance, Accepted, AttemptedDelivery, Begin, Clock, Counts, Desk, DeskError, Due, Moment,
    Queued, Random, Recorded, Store, StoreError, Timeline,
};
use dragoman_core::rate::Rate;
use dragoman_core::submission::Submission;
use dragoman_core::template::{Category, Header, Template, TemplateStatus};
use dragoman_core::window::Heard;
use dragoman_core::{Address, Id, MessageId, Timestamp};

use crate::services::Services;
use crate::whatsapp_onprem::hash_password;

pub(in crate::whatsapp_onprem) const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);
pub(in crate::whatsapp_onprem) const PASSWORD: &str = "Secret-1";
pub(in crate::whatsapp_onprem) const ACCOUNT: Id = Id::from_u128(1);
pub(in crate::whatsapp_onprem) const DEMO: Id = Id::from_u128(2);
pub(in crate::whatsapp_onprem) const OTHER: Id = Id::from_u128(3);

/// What an idempotency key was first used for: the fingerprint, and what came of it.
type FirstUse = ([u8; 16], MessageId);

/// Everything behind the ports.
#[derive(Default)]
pub(in crate::whatsapp_onprem) struct House {
    pub(in crate::whatsapp_onprem) catalog: Mutex<Arc<Catalog>>,
    pub(in crate::whatsapp_onprem) accepted: Mutex<Vec<Arc<Outbound>>>,
    pub(in crate::whatsapp_onprem) messages: Mutex<Vec<Stored>>,
    /// What the desk and the store say instead of working.
    pub(in crate::whatsapp_onprem) trouble: Mutex<Option<DeskError>>,
    pub(in crate::whatsapp_onprem) ahead: AtomicI64,
    keys: Mutex<HashMap<[u8; 16], FirstUse>>,
    rolls: AtomicU64,
}

impl House {
    pub(in crate::whatsapp_onprem) fn new() -> Arc<Self> {
        let house = Self::default();
        *house.catalog.lock().unwrap() = Arc::new(Catalog {
            accounts: vec![Account {
                id: ACCOUNT,
                name: "demo".into(),
                created_at: NOW,
            }],
            channels: vec![channel(DEMO, "demo"), channel(OTHER, "other")],
            templates: vec![template()],
            onprem_users: vec![user("admin", false), user("clerk", false)],
            ..Catalog::default()
        });
        Arc::new(house)
    }

    pub(in crate::whatsapp_onprem) fn services(self: &Arc<Self>) -> Services {
        Services {
            desk: self.clone(),
            store: self.clone(),
            clock: self.clone(),
            random: self.clone(),
            public_url: "http://gw.example".into(),
        }
    }

    pub(in crate::whatsapp_onprem) fn edit(&self, change: impl FnOnce(&mut Catalog)) {
        let mut catalog = self.catalog.lock().unwrap();
        change(Arc::make_mut(&mut catalog));
    }

    pub(in crate::whatsapp_onprem) fn last_accepted(&self) -> Arc<Outbound> {
        self.accepted.lock().unwrap().last().unwrap().clone()
    }
}

pub(in crate::whatsapp_onprem) fn message_id(n: i64) -> MessageId {
    MessageId::from_parts(1_790_000_000_000 << 12 | n, 7)
}

pub(in crate::whatsapp_onprem) fn contact(address: Address) -> Contact {
    Contact {
        id: Id::from_u128(50),
        name: None,
        addresses: vec![address],
        created_at: NOW,
    }
}

pub(in crate::whatsapp_onprem) fn conversation() -> Conversation {
    Conversation {
        number: 1,
        id: Id::from_u128(60),
        user: None,
        team: None,
        created_at: NOW,
    }
}

fn channel(id: Id, slug: &str) -> Channel {
    Channel {
        id,
        account: ACCOUNT,
        slug: slug.into(),
        title: slug.into(),
        driver: "whatsapp_cloud".into(),
        source: Source::Whatsapp,
        provider_id: slug.into(),
        phone: Some("31600000000".into()),
        settings: Default::default(),
        rate: Rate::WHATSAPP,
        concurrency: 1,
        main: true,
        enabled: true,
        created_at: NOW,
        watched_since: NOW,
    }
}

fn user(name: &str, must_change: bool) -> OnpremUser {
    OnpremUser {
        id: Id::from_u128(100 + name.len() as u128),
        channel: DEMO,
        name: name.into(),
        password_hash: hash_password(PASSWORD, 1),
        must_change,
    }
}

fn template() -> Template {
    Template {
        id: Id::from_u128(70),
        family: None,
        account: ACCOUNT,
        channel: DEMO,
        title: "Order".into(),
        name: "order_update".into(),
        language: "en".into(),
        category: Category::Utility,
        status: TemplateStatus::Approved,
        header: Header::None,
        body: "Hello {{1}}, that makes {{2}}".into(),
        footer: None,
        buttons: Vec::new(),
        created_at: NOW,
    }
}

#[async_trait]
impl Desk for House {
    async fn submit(&self, submission: Submission) -> Result<Accepted, DeskError> {
        if let Some(trouble) = self.trouble.lock().unwrap().clone() {
            return Err(trouble);
        }
        let catalog = self.catalog();
        let standing = Standing {
            channel: catalog.channel(submission.channel).unwrap(),
            templates: &catalog.templates_of(submission.channel),
            heard: Heard::default(),
            opted_out: false,
        };
        let (to, key) = (submission.to.clone(), submission.key);
        let admitted = match admit(submission, Assignment::default(), &standing, self.now()) {
            Verdict::Admit(admitted) => admitted,
            Verdict::Refuse(refusal) => return Err(refusal.into()),
        };
        let mut accepted = self.accepted.lock().unwrap();
        let fresh = message_id(accepted.len() as i64 + 1);
        let mut keys = self.keys.lock().unwrap();
        let known = key.and_then(|key| keys.get(&key.key).map(|known| (key, *known)));
        let message = match known {
            Some((key, (fingerprint, _))) if key.fingerprint != fingerprint => {
                return Err(DeskError::KeyReused);
            }
            Some((_, (_, message))) => message,
            None => fresh,
        };
        if let Some(key) = key {
            keys.insert(key.key, (key.fingerprint, message));
        }
        if known.is_none() {
            accepted.push(admitted.body().clone());
        }
        Ok(Accepted {
            message,
            contact: contact(to),
            conversation: conversation(),
            priority: Priority::Normal,
            replayed: known.is_some(),
            failed: admitted.failure().is_some(),
            in_flight: None,
        })
    }
}

#[async_trait]
impl Clock for House {
    fn now(&self) -> Timestamp {
        let ahead = self.ahead.load(Ordering::Relaxed);
        NOW.plus(Duration::from_secs(ahead.unsigned_abs()))
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

impl Random for House {
    fn bits(&self) -> u128 {
        let roll = self.rolls.fetch_add(1, Ordering::Relaxed) + 1;
        u128::from(roll).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
    }
}

#[async_trait]
impl Store for House {
    fn catalog(&self) -> Arc<Catalog> {
        self.catalog.lock().unwrap().clone()
    }

    async fn change(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        if self.trouble.lock().unwrap().is_some() {
            return Err(StoreError::Unwell("disk full".into()));
        }
        self.edit(|catalog| {
            changes
                .into_iter()
                .for_each(|change| apply(catalog, change))
        });
        Ok(())
    }

    async fn message(&self, account: Id, message: MessageId) -> Result<Option<Stored>, StoreError> {
        let messages = self.messages.lock().unwrap();
        let mut own = messages.iter().filter(|stored| stored.account == account);
        Ok(own.find(|stored| stored.id == message).cloned())
    }

    fn last_event(&self) -> i64 {
        41
    }

    async fn accept(&self, _: Acceptance) -> Result<Accepted, StoreError> {
        unreachable!("a dialect hands in at the desk")
    }

    async fn claim(&self, _: &[MessageId]) -> Result<Vec<Claim>, StoreError> {
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

    async fn queue(&self, _: Id) -> Result<Vec<Queued>, StoreError> {
        unreachable!("a dialect sends nothing")
    }

    async fn heard(&self, _: Id, _: &Address) -> Result<(Heard, bool), StoreError> {
        unreachable!("the desk asks this")
    }

    async fn by_provider_id(&self, _: Id, _: &str) -> Result<Option<MessageId>, StoreError> {
        unreachable!("not asked by this dialect")
    }

    async fn timeline(&self, _: Id, _: MessageId) -> Result<Option<Timeline>, StoreError> {
        unreachable!("not asked by this dialect")
    }

    async fn events_after(
        &self,
        _: i64,
        _: usize,
    ) -> Result<Vec<(Event, Arc<Stored>)>, StoreError> {
        unreachable!("the notifier asks this")
    }

    async fn event_beyond(&self, _: i64) {
        unreachable!("the notifier asks this")
    }

    async fn deliveries(&self, _: Id) -> Result<(i64, Vec<Due>), StoreError> {
        unreachable!("the notifier asks this")
    }

    async fn delivered(&self, _: Id, _: i64, _: Vec<AttemptedDelivery>) -> Result<(), StoreError> {
        unreachable!("the notifier asks this")
    }

    async fn heartbeat(&self, _: Timestamp) -> Result<(), StoreError> {
        unreachable!("the engine's heart")
    }

    async fn last_heartbeat(&self) -> Result<Option<Timestamp>, StoreError> {
        unreachable!("the engine's heart")
    }

    fn counts(&self) -> Counts {
        Counts::default()
    }

    fn is_well(&self) -> bool {
        true
    }
}

fn apply(catalog: &mut Catalog, change: Change) {
    match change {
        Change::Token(token) => catalog.tokens.push(token),
        Change::RemoveToken(id) => catalog.tokens.retain(|token| token.id != id),
        Change::Subscription(new) => {
            catalog.subscriptions.retain(|old| old.id != new.id);
            catalog.subscriptions.push(new);
        }
        Change::RemoveSubscription(id) => catalog.subscriptions.retain(|old| old.id != id),
        Change::OnpremUser(new) => {
            catalog.onprem_users.retain(|old| old.id != new.id);
            catalog.onprem_users.push(new);
        }
        Change::OnpremSettings(new) => {
            catalog
                .onprem_settings
                .retain(|old| old.channel != new.channel);
            catalog.onprem_settings.push(new);
        }
        Change::RemoveOnpremSettings(id) => {
            catalog.onprem_settings.retain(|old| old.channel != id);
        }
        Change::Account(_)
        | Change::Channel(_)
        | Change::Team(_)
        | Change::User(_)
        | Change::Template(_)
        | Change::RemoveOnpremUser(_) => unreachable!("not changed by this dialect"),
    }
}
