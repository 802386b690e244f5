//! A house without walls: the rules are the real ones, everything else is kept in memory.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use dragoman_core::admission::{Standing, Verdict, admit};
use dragoman_core::assignment::Assignment;
use dragoman_core::catalog::{Account, Catalog, Channel, OnpremUser, Sending, Source};
use dragoman_core::contact::{Bot, Contact, Conversation};
use dragoman_core::content::Kind;
use dragoman_core::doubt::Resolution;
use dragoman_core::message::{Outbound, Priority};
use dragoman_core::ports::{Accepted, Clock, Decided, Desk, DeskError, Rehearsal, Store};
use dragoman_core::rate::Rate;
use dragoman_core::submission::{Duplicate, Submission};
use dragoman_core::template::{Category, Header, Template, TemplateStatus};
use dragoman_core::window::Heard;
use dragoman_core::{Address, Id, MessageId, Tenant, Timestamp};
use dragoman_testkit::{ScriptedHttp, TestClock};

use crate::doubles::{MemoryFiles, MemoryStore, Raven, services};
use crate::services::Services;
use crate::whatsapp_onprem::hash_password;

pub(super) const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);
pub(super) const PASSWORD: &str = "Secret-1";
pub(super) const ACCOUNT: Id = Id::from_u128(1);
pub(super) const DEMO: Id = Id::from_u128(2);
pub(super) const OTHER: Id = Id::from_u128(3);

/// What an idempotency key was first used for: the fingerprint, and what came of it.
type FirstUse = ([u8; 16], MessageId);

/// Everything behind the ports.
pub(super) struct House {
    pub(super) store: Arc<MemoryStore>,
    pub(super) clock: Arc<TestClock>,
    pub(super) provider: Arc<Raven>,
    pub(super) files: Arc<MemoryFiles>,
    pub(super) http: Arc<ScriptedHttp>,
    pub(super) accepted: Mutex<Vec<Arc<Outbound>>>,
    /// What the desk says instead of working.
    pub(super) trouble: Mutex<Option<DeskError>>,
    /// Whether the provider holds messages back.
    pub(super) holds: AtomicBool,
    duplicate: Mutex<Option<Duplicate>>,
    keys: Mutex<HashMap<[u8; 16], FirstUse>>,
}

impl House {
    pub(super) fn new() -> Arc<Self> {
        let catalog = Catalog {
            accounts: vec![Account {
                id: ACCOUNT,
                name: "demo".into(),
                created_at: NOW,
            }],
            channels: vec![channel(DEMO, "demo"), channel(OTHER, "other")],
            templates: vec![template()],
            onprem_users: vec![user("admin", false), user("clerk", false)],
            ..Catalog::default()
        };
        Arc::new(Self {
            store: Arc::new(MemoryStore::new(catalog)),
            clock: Arc::new(TestClock::at(NOW)),
            provider: Arc::new(Raven::new()),
            files: Arc::default(),
            http: Arc::new(ScriptedHttp::new()),
            accepted: Mutex::default(),
            trouble: Mutex::default(),
            duplicate: Mutex::default(),
            holds: AtomicBool::default(),
            keys: Mutex::default(),
        })
    }

    pub(super) fn services(self: &Arc<Self>) -> Arc<Services> {
        Arc::new(Services {
            desk: self.clone(),
            clock: self.clock.clone(),
            drivers: vec![self.provider.clone()],
            files: self.files.clone(),
            objects: self.files.clone(),
            http: self.http.clone(),
            ..services(self.store.clone())
        })
    }

    /// By what a repetition of the last message would be known.
    pub(super) fn last_duplicate(&self) -> Option<Duplicate> {
        *self.duplicate.lock().unwrap()
    }

    pub(super) fn last_accepted(&self) -> Arc<Outbound> {
        self.accepted.lock().unwrap().last().unwrap().clone()
    }
}

pub(super) fn message_id(n: i64) -> MessageId {
    MessageId::from_parts(1_790_000_000_000 << 12 | n, 7)
}

pub(super) fn contact(address: Address) -> Contact {
    Contact {
        id: Id::from_u128(50),
        name: None,
        profile: None,
        addresses: vec![address],
        created_at: NOW,
    }
}

pub(super) fn conversation() -> Conversation {
    Conversation {
        number: 1,
        id: Id::from_u128(60),
        user: None,
        funnel: None,
        bot: Bot::Idle,
        closed_at: None,
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
        sending: Sending::default(),
        watched_since: NOW,
    }
}

fn user(name: &str, must_change: bool) -> OnpremUser {
    OnpremUser {
        id: Id::from_u128(100 + u128::from(name.as_bytes()[0])),
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
    async fn resolve(&self, _: Tenant, _: MessageId, _: Resolution) -> Result<Decided, DeskError> {
        unreachable!("the original has no doubts")
    }

    async fn rehearse(&self, _: Submission) -> Result<Rehearsal, DeskError> {
        unreachable!("the original has no rehearsal")
    }

    async fn submit(&self, submission: Submission) -> Result<Accepted, DeskError> {
        if let Some(trouble) = self.trouble.lock().unwrap().clone() {
            return Err(trouble);
        }
        let catalog = self.store.catalog();
        let standing = Standing {
            channel: catalog.channel(submission.channel).unwrap(),
            templates: &catalog.templates_of(submission.channel),
            heard: Heard::default(),
            takes: &Kind::OUTBOUND,
            opted_out: false,
        };
        *self.duplicate.lock().unwrap() = submission.duplicate;
        let (to, key) = (submission.to.clone(), submission.key);
        let admitted = match admit(
            submission,
            Assignment::default(),
            &standing,
            self.clock.now(),
        ) {
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
            contact: contact(to).into(),
            conversation: conversation(),
            priority: Priority::Normal,
            replayed: known.is_some(),
            failed: admitted.failure().is_some(),
            held: self.holds.load(Ordering::Relaxed),
            in_flight: None,
        })
    }
}
