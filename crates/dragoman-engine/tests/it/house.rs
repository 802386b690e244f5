//! A whole engine with doubles around it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use dragoman_core::catalog::{Account, Change, Channel, Sending, Source, Subscription};
use dragoman_core::content::{Content, Media, MediaSource, Text};
use dragoman_core::id::AttemptToken;
use dragoman_core::inbound::{Inbound, InboundContent, Report, Status, StatusKind};
use dragoman_core::ports::{
    ANSWER_LIMIT, Accepted, Clock, DeskError, Http, Incoming, Method, Reach, Request, Store,
};
use dragoman_core::rate::Rate;
use dragoman_core::refusal::When;
use dragoman_core::submission::{Ask, Dialect, Manner, OptIn, Submission, Wish};
use dragoman_core::{Address, Id, MessageId, Raw, Secret, State, Timestamp};
use dragoman_engine::{Bounds, Disk, Engine, IntakeAnswer, Parts};
use dragoman_store::SqliteStore;
use dragoman_testkit::{SeededRandom, TestClock, tenant, until};
use http::HeaderMap;
use tokio::task::JoinHandle;

use crate::doubles::{DoubleDriver, DoubleFormat};
use crate::endpoints::{Endpoint, Endpoints};
use crate::shelf::{PICTURE, Shelf};
use crate::store::WatchedStore;

pub(crate) const ACCOUNT: Id = Id::from_u128(0xacc);
pub(crate) const CHANNEL: Id = Id::from_u128(0xc1);
pub(crate) const OTHER: Id = Id::from_u128(0xc2);
pub(crate) const SOON: Duration = Duration::from_secs(20);
const NOWHERE: &str = "http://nowhere.example.com/";

/// What surrounds the engine. Time stands still unless a test moves it.
pub(crate) struct House {
    pub(crate) store: Arc<WatchedStore>,
    pub(crate) files: Arc<Shelf>,
    pub(crate) driver: Arc<DoubleDriver>,
    pub(crate) endpoints: Arc<Endpoints>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) disk: Arc<Disk>,
}

impl House {
    /// An installation with one account and one fast channel.
    pub(crate) async fn new() -> Self {
        Self::around(SqliteStore::in_memory().unwrap(), DoubleDriver::default()).await
    }

    /// The same with this store and this driver.
    pub(crate) async fn around(store: SqliteStore, driver: DoubleDriver) -> Self {
        let house = Self::again(store, driver);
        let account = Account {
            id: ACCOUNT,
            name: "acme".into(),
            created_at: TestClock::START,
        };
        house.change(Change::Account(account)).await;
        house
            .change(Change::Channel(channel(CHANNEL, "demo")))
            .await;
        house
    }

    /// An installation as an earlier one has left it, apart from the time.
    pub(crate) fn again(store: SqliteStore, driver: DoubleDriver) -> Self {
        let house = Self {
            store: Arc::new(WatchedStore::new(Arc::new(store), Arc::clone(&driver.log))),
            files: Arc::new(Shelf::new()),
            driver: Arc::new(driver),
            endpoints: Arc::default(),
            clock: Arc::default(),
            disk: Arc::default(),
        };
        house.endpoints.becomes(NOWHERE, Endpoint::IsAway);
        house
    }

    pub(crate) async fn change(&self, change: Change) {
        self.store.inner.change(vec![change]).await.unwrap();
    }

    pub(crate) async fn start(&self) -> Engine {
        self.start_with(Arc::clone(&self.endpoints) as _).await
    }

    /// The same with another way out.
    pub(crate) async fn start_with(&self, http: Arc<dyn Http>) -> Engine {
        Engine::start(self.parts(http)).await.unwrap()
    }

    /// The same with other bounds for clients.
    pub(crate) async fn start_within(&self, bounds: Bounds) -> Engine {
        let parts = self.parts(Arc::clone(&self.endpoints) as _);
        Engine::start_within(parts, bounds).await.unwrap()
    }

    fn parts(&self, http: Arc<dyn Http>) -> Parts {
        Parts {
            store: Arc::clone(&self.store) as Arc<dyn Store>,
            files: Arc::clone(&self.files) as _,
            objects: Arc::clone(&self.files) as _,
            drivers: vec![Arc::clone(&self.driver) as _],
            formats: vec![Arc::new(DoubleFormat)],
            http,
            clock: Arc::clone(&self.clock) as _,
            random: Arc::new(SeededRandom::new(self.store.last_event() as u64)),
            disk: Arc::clone(&self.disk),
        }
    }

    /// The time by which things are judged.
    pub(crate) fn clock_now(&self) -> Timestamp {
        Clock::now(&*self.clock)
    }

    pub(crate) async fn state(&self, message: MessageId) -> State {
        let stored = self.store.message(tenant(ACCOUNT), message).await.unwrap();
        stored
            .expect("an accepted message is never lost")
            .fold
            .state
    }

    pub(crate) async fn becomes(&self, message: MessageId, state: State) {
        let what = format!("a message becomes {}", state.word());
        until(&what, SOON, async || {
            (self.state(message).await == state).then_some(())
        })
        .await;
    }

    /// Starts, and waits until the queue has been read: the next message departs at once.
    pub(crate) async fn start_warm(&self) -> Engine {
        let engine = self.start().await;
        let first = submit(&engine, submission(CHANNEL, 9_999_999)).await;
        self.becomes(first, State::Submitted).await;
        engine
    }

    /// The order in which verbs and POSTs happened, heartbeats aside.
    pub(crate) fn log(&self) -> Vec<&'static str> {
        let mut log = self.store.log.lock().unwrap().clone();
        log.retain(|verb| *verb != "heartbeat");
        log
    }

    /// The messages of all POSTs so far, in order.
    pub(crate) fn sent(&self) -> Vec<MessageId> {
        let posts = self.driver.posts();
        posts.iter().map(|post| post.message).collect()
    }

    /// Waits until so many POSTs were made.
    pub(crate) async fn posts(&self, count: usize) {
        until(&format!("{count} POSTs are made"), SOON, async || {
            (self.driver.posts().len() >= count).then_some(())
        })
        .await;
    }

    /// Waits until so many verbs are held up.
    pub(crate) async fn holds(&self, count: usize) {
        until(&format!("{count} verbs are held up"), SOON, async || {
            (self.store.held() == count).then_some(())
        })
        .await;
    }

    /// Something happens on a channel, and its provider tells of it.
    pub(crate) async fn speaks(&self, engine: &Engine, slug: &str) {
        let now = self.clock.now();
        let inbound = Inbound {
            provider_id: format!("wamid.{slug}.{}", now.millis()).into(),
            at: now,
            ..hello()
        };
        self.tells(engine, slug, vec![Report::Inbound(inbound)])
            .await;
    }

    /// The provider tells this of a channel.
    pub(crate) async fn tells(&self, engine: &Engine, slug: &str, reports: Vec<Report>) {
        self.driver.says(vec![Incoming {
            provider_id: format!("provider-{slug}").into(),
            reports,
        }]);
        assert_eq!(call(engine, slug).await, IntakeAnswer::Taken);
    }

    /// The words of what happened to a message.
    pub(crate) async fn story(&self, message: MessageId) -> Vec<&'static str> {
        let timeline = self.store.timeline(tenant(ACCOUNT), message).await.unwrap();
        let events = timeline.expect("an accepted message is never lost").events;
        events.iter().map(|event| event.what.word()).collect()
    }

    /// These verbs of the store fail from now on.
    pub(crate) fn fail(&self, verbs: &[&'static str]) {
        *self.store.failing.lock().unwrap() = verbs.to_vec();
    }

    /// These verbs are done, and nobody hears of it.
    pub(crate) fn lose(&self, verbs: &[&'static str]) {
        *self.store.losing.lock().unwrap() = verbs.to_vec();
    }

    /// Waits until the store has done this verb so often.
    pub(crate) async fn does(&self, verb: &'static str, times: usize) {
        until(verb, SOON, async || {
            let log = self.log();
            let done = log.iter().filter(|done| **done == verb).count();
            (done >= times).then_some(())
        })
        .await;
    }
}

pub(crate) fn channel(id: Id, slug: &str) -> Channel {
    let secret = ("secret".into(), Secret::new("shared"));
    Channel {
        id,
        account: ACCOUNT,
        slug: slug.into(),
        title: slug.into(),
        driver: "double".into(),
        source: Source::Whatsapp,
        provider_id: format!("provider-{slug}").into(),
        phone: None,
        settings: BTreeMap::from([secret]),
        rate: Rate::per_second(100_000).unwrap(),
        concurrency: 8,
        main: true,
        enabled: true,
        created_at: TestClock::START,
        sending: Sending::default(),
        watched_since: TestClock::START,
    }
}

pub(crate) fn subscription(id: u128, url: &str) -> Subscription {
    Subscription {
        id: Id::from_u128(id),
        account: ACCOUNT,
        channel: None,
        url: url.into(),
        format: "double".into(),
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
        created_at: TestClock::START,
    }
}

pub(crate) fn submission(channel: Id, number: u32) -> Submission {
    text(channel, number, &number.to_string())
}

pub(crate) fn text(channel: Id, number: u32, body: &str) -> Submission {
    Submission {
        account: tenant(ACCOUNT),
        channel,
        to: Address::parse(&format!("3161{number:07}")).unwrap(),
        ask: Ask::Content(Content::Text(Text {
            body: body.into(),
            preview_url: false,
        })),
        dialect: Dialect::Callbell,
        opt_in: OptIn::NotAsked,
        assignment: Wish::default(),
        metadata: None,
        duplicate: None,
        key: None,
        ttl: None,
        reply_to: None,
        manner: Manner::default(),
        timing: |_| When::Now,
    }
}

/// A picture that we keep, with the number under it.
pub(crate) fn picture(channel: Id, number: u32) -> Submission {
    of_file(channel, number, MediaSource::Stored(PICTURE))
}

/// The same from somewhere else.
pub(crate) fn of_file(channel: Id, number: u32, source: MediaSource) -> Submission {
    let image = Media {
        source,
        caption: Some(number.to_string().into()),
        filename: None,
    };
    Submission {
        ask: Ask::Content(Content::Image(image)),
        ..submission(channel, number)
    }
}

/// The value of a metric, all its labels together.
pub(crate) fn metric(engine: &Engine, name: &str) -> f64 {
    let metrics = engine.metrics().into_iter();
    let named = metrics.filter(|metric| metric.name == name);
    named.map(|metric| metric.value).sum()
}

/// The store of an earlier life, once that has let go of it.
pub(crate) async fn opened_again(dir: &std::path::Path) -> SqliteStore {
    until("the store can be opened again", SOON, async || {
        SqliteStore::open(dir).ok()
    })
    .await
}

pub(crate) async fn submit(engine: &Engine, submission: Submission) -> MessageId {
    try_submit(engine, submission).await.unwrap().message
}

pub(crate) async fn try_submit(
    engine: &Engine,
    submission: Submission,
) -> Result<Accepted, DeskError> {
    engine.desk().submit(submission).await
}

/// A client who waits on its own.
pub(crate) fn client(
    engine: &Engine,
    submission: Submission,
) -> JoinHandle<Result<Accepted, DeskError>> {
    let desk = engine.desk();
    tokio::spawn(async move { desk.submit(submission).await })
}

/// A customer's first message.
pub(crate) fn hello() -> Inbound {
    Inbound {
        provider_id: "wamid.hello".into(),
        from: vec![Address::parse("31612345678").unwrap()],
        profile_name: None,
        at: TestClock::START,
        content: InboundContent::Text("hello".into()),
        context: None,
        referral: None,
        identity: None,
    }
}

/// The provider says `sent` about what this POST brought, with our token.
pub(crate) fn echo(post: AttemptToken) -> Status {
    Status {
        provider_id: "wamid.echo".into(),
        token: Some(post),
        kind: StatusKind::Sent,
        at: TestClock::START,
        recipient: None,
        recipient_user: None,
        raw: Raw::new("{}"),
    }
}

/// The provider calls the address of a channel, well signed.
pub(crate) async fn call(engine: &Engine, slug: &str) -> IntakeAnswer {
    call_with(engine, slug, "good", b"{}").await
}

pub(crate) async fn call_with(
    engine: &Engine,
    slug: &str,
    signature: &str,
    body: &[u8],
) -> IntakeAnswer {
    let mut headers = HeaderMap::new();
    headers.insert("x-signature", signature.parse().unwrap());
    let intake = engine.intake();
    intake.webhook("double", slug, &headers, body).await
}

pub(crate) fn request_to_nowhere() -> Request {
    Request {
        method: Method::Post,
        url: NOWHERE.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
        timeout: SOON,
        reach: Reach::Operator,
        answer_limit: ANSWER_LIMIT,
        trust: None,
    }
}

pub(crate) const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

pub(crate) const fn at(minutes_after_start: u64) -> Timestamp {
    Timestamp::from_seconds(TestClock::START.seconds() + minutes_after_start as i64 * 60)
}
