//! One seeded world, and the laws that hold in it.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use dragoman_core::catalog::{Account, Change, Channel, Sending};
use dragoman_core::doubt::OnUnknown;
use dragoman_core::inbound::{Inbound, Report, Status, StatusKind};
use dragoman_core::ports::{Clock, Happened, Incoming, Store};
use dragoman_core::submission::{IdempotencyKey, Submission};
use dragoman_core::{MessageId, State, Timestamp};
use dragoman_engine::{Engine, IntakeAnswer, Parts};
use dragoman_store::SqliteStore;
use dragoman_testkit::{SeededRandom, TestClock, tenant};

use super::block_on;
use super::provider::{Post, RandomProvider};
use crate::doubles::{DoubleFormat, provider_id};
use crate::endpoints::{Endpoint, Endpoints};
use crate::house::{ACCOUNT, CHANNEL, call_with, channel, echo, hello, submission, subscription};
use crate::shelf::Shelf;
use crate::store::WatchedStore;

const URL: &str = "http://one.example.com/hook";
const LIFE: Duration = Duration::from_secs(60);
/// Everything has left the queue so long after its time ran out.
const SETTLES: Duration = Duration::from_secs(120);
const LONGEST_TTL: u64 = 1200;

/// The time of a paused runtime, on which the next life goes on.
#[derive(Debug, Default)]
pub(super) struct VirtualClock {
    lived_ms: AtomicU64,
    began: Mutex<Option<tokio::time::Instant>>,
}

impl VirtualClock {
    fn begin(&self) {
        *self.began.lock().unwrap() = Some(tokio::time::Instant::now());
    }

    fn end(&self) {
        let now = self.monotonic().as_millis() as u64;
        self.lived_ms.store(now, Ordering::SeqCst);
        *self.began.lock().unwrap() = None;
    }
}

#[async_trait]
impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.machine()
    }

    fn machine(&self) -> Timestamp {
        TestClock::START.plus(self.monotonic())
    }

    fn monotonic(&self) -> Duration {
        let lived = Duration::from_millis(self.lived_ms.load(Ordering::SeqCst));
        let began = *self.began.lock().unwrap();
        lived + began.map_or(Duration::ZERO, |began| began.elapsed())
    }

    async fn moved(&self) {
        std::future::pending().await
    }
}

/// What has happened in some worlds: what never happens proves nothing.
#[derive(Debug, Default)]
pub(super) struct Seen {
    messages: usize,
    posts: usize,
    crashes: usize,
    retried: usize,
    unknown: usize,
    healed: usize,
    resent: usize,
}

impl Seen {
    pub(super) fn add(&mut self, other: &Self) {
        self.messages += other.messages;
        self.posts += other.posts;
        self.crashes += other.crashes;
        self.retried += other.retried;
        self.unknown += other.unknown;
        self.healed += other.healed;
        self.resent += other.resent;
    }

    pub(super) fn assert_everything_happened(&self) {
        let all = [self.messages, self.posts, self.crashes, self.retried];
        let rest = [self.unknown, self.healed, self.resent];
        assert!(
            all.into_iter().chain(rest).all(|count| count > 0),
            "{self:?}"
        );
    }
}

pub(super) struct World {
    random: Arc<SeededRandom>,
    clock: Arc<VirtualClock>,
    posts: Arc<Mutex<Vec<Post>>>,
    endpoints: Arc<Endpoints>,
    policy: OnUnknown,
    /// What clients were answered: number and message.
    accepted: Mutex<Vec<(u32, MessageId)>>,
    asked: Mutex<u32>,
    /// Messages whose echo the gateway has taken.
    echoed: Mutex<BTreeSet<MessageId>>,
    seen: Seen,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let random = Arc::new(SeededRandom::new(seed));
        let policies = [OnUnknown::Hold, OnUnknown::Fail, OnUnknown::ResendOnce];
        Self {
            policy: policies[random.below(3) as usize],
            random,
            clock: Arc::default(),
            posts: Arc::default(),
            endpoints: Arc::default(),
            accepted: Mutex::default(),
            asked: Mutex::default(),
            echoed: Mutex::default(),
            seen: Seen::default(),
        }
    }

    /// Some lives that end in crashes, and one in which everything comes to rest.
    pub(super) fn live(mut self) -> Seen {
        let dir = tempfile::tempdir().unwrap();
        for _ in 0..=self.random.below(2) {
            self.life(dir.path(), false);
            self.seen.crashes += 1;
        }
        self.life(dir.path(), true);
        self.seen
    }

    fn life(&mut self, dir: &std::path::Path, calm: bool) {
        // Outside a runtime, so that the store answers on its own thread.
        let store = SqliteStore::open(dir).unwrap();
        let mut store = WatchedStore::new(Arc::new(store), Arc::default());
        store.blocks = true;
        let store = Arc::new(store);
        if store.catalog().channels.is_empty() {
            self.furnish(&store);
        }
        let provider = Arc::new(RandomProvider {
            random: Arc::clone(&self.random),
            clock: Arc::clone(&self.clock),
            store: Arc::clone(&store),
            posts: Arc::clone(&self.posts),
            allowed: 1 + usize::from(self.policy == OnUnknown::ResendOnce),
            calm,
            unlawful: AtomicUsize::new(0),
            says: Mutex::default(),
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            self.clock.begin();
            let engine = self.start(&store, &provider).await;
            if calm {
                self.rest(&engine, &store, &provider).await;
            } else {
                self.suffer(&engine, &store, &provider).await;
            }
            self.clock.end();
        });
        drop(runtime);
        let unlawful = provider.unlawful.load(Ordering::SeqCst);
        assert_eq!(unlawful, 0, "departures broke a law: see the panics above");
        if calm {
            self.judge(&store);
        }
        drop(provider);
    }

    fn furnish(&self, store: &WatchedStore) {
        let account = Account {
            id: ACCOUNT,
            name: "acme".into(),
            created_at: TestClock::START,
        };
        let channel = Channel {
            sending: Sending {
                on_unknown: self.policy,
                ..Sending::default()
            },
            ..channel(CHANNEL, "demo")
        };
        let changes = vec![
            Change::Account(account),
            Change::Channel(channel),
            Change::Subscription(subscription(1, URL)),
        ];
        block_on(store.inner.change(changes)).unwrap();
    }

    async fn start(&self, store: &Arc<WatchedStore>, provider: &Arc<RandomProvider>) -> Engine {
        let files = Arc::new(Shelf::new());
        let parts = Parts {
            store: Arc::clone(store) as _,
            files: Arc::clone(&files) as _,
            objects: files as _,
            drivers: vec![Arc::clone(provider) as _],
            formats: vec![Arc::new(DoubleFormat)],
            http: Arc::clone(&self.endpoints) as _,
            clock: Arc::clone(&self.clock) as _,
            random: Arc::new(SeededRandom::new(self.random.next())),
            disk: Arc::default(),
        };
        Engine::start(parts).await.unwrap()
    }

    /// Until a crash at a random moment.
    async fn suffer(&self, engine: &Engine, store: &WatchedStore, provider: &RandomProvider) {
        let life = Duration::from_millis(self.random.below(LIFE.as_millis() as u64));
        let living = async {
            loop {
                let habit = [Endpoint::Takes, Endpoint::IsAway, Endpoint::IsLate];
                self.endpoints
                    .becomes(URL, habit[self.random.below(3) as usize]);
                let verbs = ["settle", "claim", "begin", "record", "delivered", "accept"];
                let failing = match self.random.below(4) {
                    0 => vec![verbs[self.random.below(6) as usize]],
                    _ => Vec::new(),
                };
                *store.failing.lock().unwrap() = failing;
                for _ in 0..self.random.below(4) {
                    self.submit(engine).await;
                }
                if self.random.below(3) == 0 {
                    self.tell(engine, provider).await;
                }
                tokio::time::sleep(Duration::from_millis(self.random.below(5000))).await;
            }
        };
        let _ = tokio::time::timeout(life, living).await;
    }

    /// A client asks twice with one key now and then, as one who was not answered does.
    async fn submit(&self, engine: &Engine) {
        let number = {
            let mut asked = self.asked.lock().unwrap();
            *asked += u32::from(*asked == 0 || self.random.below(5) > 0);
            *asked
        };
        let key = u128::from(number).to_be_bytes();
        let submission = Submission {
            key: Some(IdempotencyKey {
                key,
                fingerprint: key,
            }),
            ttl: Some(Duration::from_secs(self.random.below(LONGEST_TTL).max(30))),
            ..submission(CHANNEL, number)
        };
        if let Ok(answer) = engine.desk().submit(submission).await {
            let mut accepted = self.accepted.lock().unwrap();
            let first = accepted.iter().find(|(known, _)| *known == number);
            match first {
                Some((_, message)) => assert_eq!(*message, answer.message, "one key, one message"),
                None => accepted.push((number, answer.message)),
            }
        }
    }

    /// The provider tells of a POST that it has taken: of any, in any order, and of some again.
    async fn tell(&self, engine: &Engine, provider: &RandomProvider) {
        let posts = self.posts.lock().unwrap().clone();
        let taken: Vec<&Post> = posts.iter().filter(|post| post.taken).collect();
        let Some(count) = std::num::NonZeroU64::new(taken.len() as u64) else {
            return;
        };
        let post = taken[self.random.below(count.get()) as usize];
        self.tell_of(post, engine, provider).await;
    }

    async fn tell_of(&self, post: &Post, engine: &Engine, provider: &RandomProvider) {
        let kinds = [StatusKind::Sent, StatusKind::Delivered, StatusKind::Read];
        let status = Status {
            provider_id: provider_id(&post.token).into(),
            kind: kinds[self.random.below(3) as usize].clone(),
            at: self.clock.now(),
            ..echo(post.token)
        };
        if self.say(Report::Status(status), engine, provider).await {
            self.echoed.lock().unwrap().insert(post.token.message);
        }
    }

    /// Answers whether the gateway says that it has kept it.
    async fn say(&self, report: Report, engine: &Engine, provider: &RandomProvider) -> bool {
        let number = {
            let mut says = provider.says.lock().unwrap();
            says.push(Incoming {
                provider_id: "provider-demo".into(),
                reports: vec![report],
            });
            says.len() - 1
        };
        let body = number.to_string();
        call_with(engine, "demo", "good", body.as_bytes()).await == IntakeAnswer::Taken
    }

    /// Nothing fails any more; the provider is heard every minute.
    async fn rest(&self, engine: &Engine, store: &WatchedStore, provider: &RandomProvider) {
        self.endpoints.becomes(URL, Endpoint::Takes);
        store.failing.lock().unwrap().clear();
        self.submit(engine).await;
        let begin = self.clock.monotonic();
        for minute in 0..40_u64 {
            tokio::time::sleep(Duration::from_secs(60)).await;
            let inbound = Inbound {
                provider_id: format!("wamid.{:?}", self.clock.monotonic()).into(),
                at: self.clock.now(),
                ..hello()
            };
            assert!(self.say(Report::Inbound(inbound), engine, provider).await);
            if minute % 3 == 2 {
                self.tell(engine, provider).await;
            }
            let past = self.clock.monotonic() - begin;
            if past > Duration::from_secs(LONGEST_TTL) + SETTLES {
                self.nothing_waits(store, past);
            }
        }
    }

    /// Everything has left the queue in time.
    fn nothing_waits(&self, store: &WatchedStore, past: Duration) {
        let counts = store.inner.counts();
        let waiting = counts.unsettled.iter().filter(|(_, state, count)| {
            *count > 0 && matches!(state, State::Queued | State::Claimed | State::InFlight)
        });
        assert_eq!(
            waiting.count(),
            0,
            "still waits after {past:?}: {:?}",
            counts.unsettled
        );
    }

    /// The laws of the whole history.
    fn judge(&mut self, store: &WatchedStore) {
        let events = block_on(store.inner.events_after(0, usize::MAX)).unwrap();
        assert!(
            events.is_sorted_by(|one, next| one.seq() < next.seq()),
            "two events, one number"
        );
        for happened in &events {
            if let Happened::Message(event, _) = happened {
                match event.what.word() {
                    "retried" => self.seen.retried += 1,
                    "unknown" => self.seen.unknown += 1,
                    "resent" => self.seen.resent += 1,
                    _ => {}
                }
            }
        }
        let posts = self.posts.lock().unwrap();
        self.seen.posts += posts.len();
        let told: BTreeSet<String> = self.endpoints.told(URL).into_iter().collect();
        let mut known = BTreeSet::new();
        for (number, message) in self.accepted.lock().unwrap().iter() {
            assert!(known.insert(*message), "two keys, one message");
            self.seen.messages += 1;
            let stored = block_on(store.inner.message(tenant(ACCOUNT), *message)).unwrap();
            let state = stored.expect("accepted and lost").fold.state;
            let mut of = posts.iter().filter(|post| post.token.message == *message);
            let taken = of.any(|post| post.taken);
            let shown = matches!(
                state,
                State::Submitted | State::Sent | State::Delivered | State::Read
            );
            assert!(
                taken || !shown,
                "{message} is {state:?} and was never taken"
            );
            if self.echoed.lock().unwrap().contains(message) {
                assert!(shown, "{message} is {state:?} although an echo came");
                self.seen.healed += 1;
            }
            assert!(
                told.contains(&number.to_string()),
                "{number} was never told"
            );
        }
    }
}
