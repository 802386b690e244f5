//! A store with one account and one channel, and short words for what happens to it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use dragoman_core::admission::{Standing, Verdict, admit};
use dragoman_core::assignment::Assignment;
use dragoman_core::catalog::{Account, Change, Channel, Sending, Source, Subscription};
use dragoman_core::content::{Content, Kind, Text};
use dragoman_core::doubt::{Resolution, Resolver};
use dragoman_core::event::What;
use dragoman_core::id::{AttemptId, AttemptToken};
use dragoman_core::inbound::{Inbound, InboundContent, Referral, Report, Status, StatusKind};
use dragoman_core::message::{Admitted, InFlight, Ready, Stored};
use dragoman_core::outcome::{Failure, Receipt, Settlement};
use dragoman_core::ports::{
    Acceptance, Accepted, Begin, Decided, Decision, Departure, Moment, Patience, Recorded,
    Reference, Store,
};
use dragoman_core::rate::Rate;
use dragoman_core::refusal::When;
use dragoman_core::submission::{Ask, Dialect, IdempotencyKey, Manner, OptIn, Submission, Wish};
use dragoman_core::window::Heard;
use dragoman_core::{Address, Id, MessageId, Raw, State, Timestamp};
use dragoman_store::{Options, SqliteStore};
use dragoman_testkit::{ModelStore, tenant};
use tempfile::TempDir;

pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);
pub(crate) const MOMENT: Moment = Moment {
    machine: NOW,
    now: NOW,
};
pub(crate) const ACCOUNT: Id = Id::from_u128(0xa1);
pub(crate) const STRANGER: Id = Id::from_u128(0xa2);
pub(crate) const CHANNEL: Id = Id::from_u128(0xc1);
pub(crate) const SUBSCRIPTION: Id = Id::from_u128(0x51);
pub(crate) const CUSTOMER: &str = "31612345678";

/// So few messages are young that every story crosses the border between memory and disk.
pub(crate) const TINY: Options = Options { generation: 3 };

/// Where stores of one kind live.
enum Backend {
    File(TempDir, Options),
    Memory,
    /// Without anything to live in: what the port says, and nothing else.
    Model(Arc<ModelStore>),
}

impl Backend {
    fn open(&self) -> Opened {
        let sqlite = match self {
            Self::File(dir, options) => SqliteStore::open_with(dir.path(), *options).unwrap(),
            Self::Memory => SqliteStore::in_memory().unwrap(),
            Self::Model(model) => {
                model.restart();
                return Opened {
                    store: model.clone(),
                    sqlite: None,
                };
            }
        };
        Opened::of(Arc::new(sqlite))
    }

    /// Whether there is something to restart from.
    const fn is_durable(&self) -> bool {
        match self {
            Self::File(..) | Self::Model(_) => true,
            Self::Memory => false,
        }
    }
}

/// A store that is in use.
struct Opened {
    store: Arc<dyn Store>,
    /// The same, for what the port does not have.
    sqlite: Option<Arc<SqliteStore>>,
}

impl Opened {
    fn of(sqlite: Arc<SqliteStore>) -> Self {
        Self {
            store: sqlite.clone(),
            sqlite: Some(sqlite),
        }
    }
}

/// Every kind of embedded store.
fn embedded() -> Vec<Backend> {
    let dir = || tempfile::tempdir().unwrap();
    vec![
        Backend::File(dir(), Options::default()),
        Backend::File(dir(), TINY),
        Backend::Memory,
    ]
}

/// Every kind of store.
fn backends() -> Vec<Backend> {
    let mut backends = embedded();
    backends.push(Backend::Model(Arc::default()));
    backends
}

pub(crate) struct World {
    opened: Option<Opened>,
    backend: Backend,
    random: AtomicU64,
}

/// Tells a story on every kind of store.
pub(crate) async fn check(story: impl AsyncFn(World)) {
    for backend in backends() {
        story(World::new(backend).await).await;
    }
}

/// Tells a story of more than the port has.
pub(crate) async fn check_embedded(story: impl AsyncFn(World)) {
    for backend in embedded() {
        story(World::new(backend).await).await;
    }
}

/// Tells a story with a restart, where there is something to restart from.
pub(crate) async fn check_durable(story: impl AsyncFn(World)) {
    for backend in backends() {
        if backend.is_durable() {
            story(World::new(backend).await).await;
        }
    }
}

/// The same, of more than the port has.
pub(crate) async fn check_durable_embedded(story: impl AsyncFn(World)) {
    for backend in embedded() {
        if backend.is_durable() {
            story(World::new(backend).await).await;
        }
    }
}

/// Gives a new store its account, channel and subscription.
async fn make(store: &dyn Store) {
    store.change(beginnings()).await.unwrap();
}

fn beginnings() -> Vec<Change> {
    let account = Account {
        id: ACCOUNT,
        name: "acme".into(),
        created_at: NOW,
    };
    vec![
        Change::Account(account),
        Change::Channel(channel()),
        Change::Subscription(subscription()),
    ]
}

impl World {
    /// A store whose messages age at once.
    pub(crate) async fn crossing() -> Self {
        Self::new(Backend::File(tempfile::tempdir().unwrap(), TINY)).await
    }

    /// Makes one in a directory, and closes it.
    pub(crate) async fn crossing_in(dir: &Path) {
        let store = SqliteStore::open_with(dir, TINY).unwrap();
        make(&store).await;
    }

    /// Around a store that was made before.
    pub(crate) fn of(store: SqliteStore) -> Self {
        Self::around(Arc::new(store), Backend::Memory)
    }

    /// Around a new store; `None` when it does not keep its account and channel.
    pub(crate) async fn made_of(store: SqliteStore) -> Option<Self> {
        let made = store.change(beginnings()).await;
        made.is_ok().then(|| Self::of(store))
    }

    /// Gives a store its account, channel and subscription.
    pub(crate) async fn furnish(&self) {
        make(&**self.store()).await;
    }

    fn around(sqlite: Arc<SqliteStore>, backend: Backend) -> Self {
        Self::in_use(Opened::of(sqlite), backend)
    }

    fn in_use(opened: Opened, backend: Backend) -> Self {
        Self {
            opened: Some(opened),
            backend,
            random: AtomicU64::new(1),
        }
    }

    async fn new(backend: Backend) -> Self {
        let opened = backend.open();
        make(&*opened.store).await;
        Self::in_use(opened, backend)
    }

    fn opened(&self) -> &Opened {
        self.opened.as_ref().expect("only a restart takes it")
    }

    pub(crate) fn store(&self) -> &Arc<dyn Store> {
        &self.opened().store
    }

    /// Ends the store as if the process had ended, and opens it again.
    pub(crate) fn restart(&mut self) {
        self.opened = None;
        self.opened = Some(self.backend.open());
    }

    /// The same, where there is something to restart from.
    pub(crate) fn restart_if_durable(&mut self) {
        if self.backend.is_durable() {
            self.restart();
        }
    }

    /// What the port does not have.
    pub(crate) fn sqlite(&self) -> &SqliteStore {
        let sqlite = self.opened().sqlite.as_deref();
        sqlite.expect("the model has the port alone")
    }

    /// The directory that a second process would want.
    pub(crate) fn path(&self) -> &Path {
        match &self.backend {
            Backend::File(dir, _) => dir.path(),
            Backend::Memory | Backend::Model(_) => panic!("a store in memory has no directory"),
        }
    }

    pub(crate) fn random(&self) -> u128 {
        let next = u128::from(self.random.fetch_add(1, Ordering::Relaxed));
        (next ^ next << 90).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
    }

    pub(crate) fn acceptance(&self, admitted: Admitted) -> Acceptance {
        Acceptance {
            admitted,
            random: [self.random(), self.random(), self.random()],
            machine: NOW,
            now: NOW,
            departure: None,
            queue_limit: u64::MAX,
            account_limit: u64::MAX,
            patience: Patience::default(),
        }
    }

    /// Accepts a text to this recipient.
    pub(crate) async fn accept(&self, to: &str) -> Accepted {
        let acceptance = self.acceptance(admitted(submission(to)));
        self.store().accept(acceptance).await.unwrap()
    }

    /// Accepts a text whose first attempt departs at once.
    pub(crate) async fn accept_and_begin(&self, to: &str, attempt: AttemptId) -> InFlight {
        self.depart_in(&**self.store(), to, attempt).await
    }

    /// The same, in another store.
    pub(crate) async fn depart_in(
        &self,
        store: &dyn Store,
        to: &str,
        attempt: AttemptId,
    ) -> InFlight {
        let acceptance = Acceptance {
            departure: Some(Departure { attempt }),
            ..self.acceptance(admitted(submission(to)))
        };
        let accepted = store.accept(acceptance).await.unwrap();
        accepted.in_flight.expect("it departs with its acceptance")
    }

    pub(crate) async fn claim(&self, message: MessageId) -> Option<Ready> {
        let mut claims = self.store().claim(&[message]).await.unwrap();
        assert!(claims.len() <= 1);
        Some(Ready::new(claims.pop()?, None))
    }

    pub(crate) async fn begin(&self, ready: Ready, attempt: AttemptId) -> Option<InFlight> {
        match self.store().begin(ready, attempt, NOW).await.unwrap() {
            Begin::Departed(in_flight) => Some(in_flight),
            Begin::Gone => None,
        }
    }

    pub(crate) async fn settle(&self, in_flight: &InFlight, settlement: Settlement) -> bool {
        let (message, attempt) = (in_flight.message(), Some(in_flight.attempt()));
        self.store()
            .settle(message, attempt, settlement, NOW)
            .await
            .unwrap()
    }

    /// A message that the provider has taken under this id.
    pub(crate) async fn submitted(&self, to: &str, provider_id: &str) -> MessageId {
        let in_flight = self.accept_and_begin(to, AttemptId(self.random())).await;
        assert!(self.settle(&in_flight, receipt(provider_id)).await);
        in_flight.message()
    }

    /// A message whose attempt's answer was lost.
    pub(crate) async fn doubted(&self, to: &str, attempt: AttemptId) -> InFlight {
        let in_flight = self.accept_and_begin(to, attempt).await;
        let lost = Settlement::Unknown("reset".into());
        assert!(self.settle(&in_flight, lost).await);
        in_flight
    }

    pub(crate) async fn decide(
        &self,
        message: MessageId,
        resolution: Resolution,
        by: Resolver,
    ) -> Decided {
        let decision = Decision {
            account: tenant(ACCOUNT),
            message,
            attempt: None,
            resolution,
            by,
            now: NOW,
        };
        self.store().resolve(decision).await.unwrap()
    }

    pub(crate) async fn record(&self, reports: Vec<Report>) -> Recorded {
        self.store().record(CHANNEL, reports, MOMENT).await.unwrap()
    }

    pub(crate) async fn status(&self, provider_id: &str, kind: StatusKind, at: i64) -> Recorded {
        self.record(vec![status(provider_id, None, kind, at)]).await
    }

    pub(crate) async fn stored(&self, message: MessageId) -> Stored {
        let stored = self
            .store()
            .message(tenant(ACCOUNT), message)
            .await
            .unwrap();
        stored.expect("the message exists")
    }

    pub(crate) async fn state(&self, message: MessageId) -> State {
        self.stored(message).await.fold.state
    }

    /// The words of what happened to a message.
    pub(crate) async fn story(&self, message: MessageId) -> Vec<&'static str> {
        let timeline = self
            .store()
            .timeline(tenant(ACCOUNT), message)
            .await
            .unwrap();
        let events = timeline.expect("the message exists").events;
        events.iter().map(|event| event.what.word()).collect()
    }

    /// What happened last to a message.
    pub(crate) async fn last(&self, message: MessageId) -> What {
        let timeline = self
            .store()
            .timeline(tenant(ACCOUNT), message)
            .await
            .unwrap();
        let events = timeline.expect("the message exists").events;
        events.last().expect("something happened").what.clone()
    }

    /// The message that has this provider's id.
    pub(crate) async fn named(&self, provider_id: &str) -> Option<Reference> {
        let found = self.store().by_provider_id(CHANNEL, provider_id).await;
        found.unwrap()
    }

    pub(crate) async fn queued(&self) -> Vec<MessageId> {
        let queue = self.store().queue(CHANNEL).await.unwrap();
        queue.iter().map(|queued| queued.message).collect()
    }
}

pub(crate) fn channel() -> Channel {
    Channel {
        id: CHANNEL,
        account: ACCOUNT,
        slug: "demo".into(),
        title: "Demo".into(),
        driver: "whatsapp_cloud".into(),
        source: Source::Whatsapp,
        provider_id: "100".into(),
        phone: Some("15550000000".into()),
        settings: BTreeMap::new(),
        rate: Rate::WHATSAPP,
        concurrency: 8,
        main: true,
        enabled: true,
        created_at: NOW,
        sending: Sending::default(),
        watched_since: NOW.minus(Duration::from_secs(9 * 86_400)),
    }
}

pub(crate) fn subscription() -> Subscription {
    Subscription {
        id: SUBSCRIPTION,
        account: ACCOUNT,
        channel: None,
        url: "https://example.com/hook".into(),
        format: "callbell".into(),
        events: Vec::new(),
        secret: None,
        retiring: None,
        concurrency: 4,
        ordered: false,
        settings: None,
        trust: None,
        since: 0,
        enabled: true,
        stopped: None,
        created_at: NOW,
    }
}

pub(crate) fn submission(to: &str) -> Submission {
    let text = Text {
        body: "Hi".into(),
        preview_url: false,
    };
    Submission {
        account: tenant(ACCOUNT),
        channel: CHANNEL,
        to: Address::parse(to).unwrap(),
        ask: Ask::Content(Content::Text(text)),
        dialect: Dialect::Callbell,
        opt_in: OptIn::NotAsked,
        assignment: Wish::default(),
        metadata: Some(Raw::new(r#"{"order": 1}"#)),
        duplicate: None,
        key: None,
        ttl: None,
        timing: |_| When::Later,
        reply_to: None,
        manner: Manner::default(),
    }
}

pub(crate) fn key(key: u8, fingerprint: u8) -> Option<IdempotencyKey> {
    Some(IdempotencyKey {
        key: [key; 16],
        fingerprint: [fingerprint; 16],
    })
}

/// Admitted inside an open window.
pub(crate) fn admitted(submission: Submission) -> Admitted {
    assigned(submission, Assignment::default())
}

pub(crate) fn assigned(submission: Submission, assignment: Assignment) -> Admitted {
    let heard = Heard {
        last_inbound: Some(NOW),
        last_referral: None,
    };
    judged(submission, assignment, heard)
}

/// Admitted outside the window: its failure is heard later.
pub(crate) fn doomed(submission: Submission) -> Admitted {
    judged(submission, Assignment::default(), Heard::default())
}

fn judged(submission: Submission, assignment: Assignment, heard: Heard) -> Admitted {
    let channel = channel();
    let standing = Standing {
        channel: &channel,
        templates: &[],
        heard,
        takes: &Kind::OUTBOUND,
        opted_out: false,
    };
    match admit(submission, assignment, &standing, NOW) {
        Verdict::Admit(admitted) => admitted,
        Verdict::Refuse(refusal) => panic!("{refusal}"),
    }
}

pub(crate) fn receipt(provider_id: &str) -> Settlement {
    Settlement::Submitted(Receipt {
        provider_id: provider_id.into(),
        recipient: None,
        held: false,
    })
}

pub(crate) fn failure() -> Failure {
    Failure::new(131_026, "Message undeliverable")
}

pub(crate) fn status(
    provider_id: &str,
    token: Option<AttemptToken>,
    kind: StatusKind,
    at: i64,
) -> Report {
    Report::Status(Status {
        provider_id: provider_id.into(),
        token,
        kind,
        at: Timestamp::from_seconds(at),
        recipient: None,
        recipient_user: None,
        raw: Raw::new("{}"),
    })
}

/// What brought a customer who came by an advertisement.
pub(crate) fn advertisement() -> Referral {
    Referral {
        picture: None,
        raw: Raw::new("{}"),
    }
}

pub(crate) fn inbound(provider_id: &str, from: &[&str]) -> Inbound {
    Inbound {
        provider_id: provider_id.into(),
        from: from
            .iter()
            .map(|text| Address::parse(text).unwrap())
            .collect(),
        profile_name: None,
        at: NOW,
        content: InboundContent::Text("Hi".into()),
        context: None,
        referral: None,
        identity: None,
    }
}
