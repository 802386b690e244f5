//! A life in which the store does everything that it can, and in which whoever is not answered
//! asks again.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dragoman_core::catalog::{Account, Change, Subscription};
use dragoman_core::content::Kind;
use dragoman_core::file::File;
use dragoman_core::inbound::{Inbound, InboundContent, InboundMedia, Report};
use dragoman_core::news::Notice;
use dragoman_core::outcome::{Again, Slow};
use dragoman_core::ports::{Files, Incoming, Objects, Replay, Store, StoreError};
use dragoman_core::{Id, MessageId, Raw, State};
use dragoman_engine::{Engine, IntakeAnswer, Parts};
use dragoman_store::SqliteStore;
use dragoman_testkit::{SeededRandom, TestClock, tenant, until};

use crate::doubles::{DoubleDriver, DoubleFormat, Provider};
use crate::endpoints::Endpoint;
use crate::house::{ACCOUNT, CHANNEL, House, SOON, call, echo, hello, minutes, subscription};
use crate::shelf::{PICTURE, file};

pub(super) const URL: &str = "http://one.example.com/hook";
/// Is no more.
const GONE: &str = "http://two.example.com/hook";
const LISTENER: Id = Id::from_u128(1);
/// What the subscription is told of a customer's message.
pub(super) const HELLO: &str = "refers to None";
pub(super) const NOTICE: &str = r#"{"notice":1}"#;
/// Nobody has used it for long.
pub(super) const FORGOTTEN: Id = Id::from_u128(0xf2);
/// A program uploads it.
pub(super) const UPLOADED: Id = Id::from_u128(0xf3);
pub(super) const NEW_NAME: &str = "acme and daughters";
/// What the world outside knows.
#[derive(Default)]
pub(super) struct World {
    /// Under which number a client was told of which message.
    pub(super) accepted: BTreeMap<u32, MessageId>,
    /// What the provider has taken, or may have.
    pub(super) possible: Vec<MessageId>,
    /// What was reported of the first message, once there was something to report.
    webhook: Option<Incoming>,
    pub(super) is_reported: bool,
}

pub(super) struct Life {
    pub(super) house: House,
    pub(super) world: Mutex<World>,
    engine: tokio::sync::OnceCell<Engine>,
}

impl Life {
    /// The beginning: somebody is told, somebody else is no more, a file lies about.
    pub(super) async fn begin(dir: &Path) -> Self {
        let store = SqliteStore::open(dir).unwrap();
        let house = House::around(store, DoubleDriver::preparing()).await;
        for (number, url) in [(1, URL), (2, GONE)] {
            let one_at_a_time = Subscription {
                concurrency: 1,
                ..subscription(number, url)
            };
            house.change(Change::Subscription(one_at_a_time)).await;
        }
        house.endpoints.becomes(GONE, Endpoint::Answers(410));
        let store = &house.store.inner;
        let long_ago = TestClock::START.minus(40 * minutes(24 * 60));
        let unused = File {
            used_at: long_ago,
            created_at: long_ago,
            ..file(FORGOTTEN, 4)
        };
        house.files.has(FORGOTTEN, b"dust");
        for known in [unused, file(PICTURE, 7)] {
            store.keep_file(known).await.unwrap();
        }
        let refuses = Provider::Refuses(Again::After(Duration::ZERO), Slow::Message);
        let (takes, loses) = (Provider::Takes, Provider::LosesTheAnswer);
        house.driver.next(&[takes, refuses, takes, takes, loses]);
        // The gateway was up before, and then down for long.
        store.heartbeat(TestClock::START).await.unwrap();
        house.clock.advance(minutes(16));
        Self {
            house,
            world: Mutex::default(),
            engine: tokio::sync::OnceCell::new(),
        }
    }

    /// The next life in the same world.
    pub(super) fn again(self, store: SqliteStore) -> Self {
        let before = self.house;
        let mut world = self.world.into_inner().unwrap();
        world.possible.extend(possible(&before.driver));
        let house = House {
            files: before.files,
            endpoints: before.endpoints,
            clock: before.clock,
            ..House::again(store, DoubleDriver::preparing())
        };
        Self {
            house,
            world: Mutex::new(world),
            engine: tokio::sync::OnceCell::new(),
        }
    }

    pub(super) async fn live(&self) {
        self.start().await;
        self.clients_ask().await;
        self.the_provider_reports().await;
        self.programs_change_things().await;
    }

    pub(super) async fn stop(&self) {
        self.engine().stop().await;
    }

    pub(super) fn engine(&self) -> &Engine {
        self.engine.get().expect("it was started")
    }

    /// A start that fails is followed by another.
    async fn start(&self) {
        let house = &self.house;
        let starts = async || {
            let parts = Parts {
                store: Arc::clone(&house.store) as _,
                files: Arc::clone(&house.store) as _,
                objects: Arc::clone(&house.files) as _,
                drivers: vec![Arc::clone(&house.driver) as _],
                formats: vec![Arc::new(DoubleFormat)],
                http: Arc::clone(&house.endpoints) as _,
                clock: Arc::clone(&house.clock) as _,
                random: Arc::new(SeededRandom::new(house.store.last_event() as u64)),
                disk: Arc::clone(&house.disk),
            };
            Engine::start(parts).await.ok()
        };
        let engine = until("the engine starts", SOON, starts).await;
        assert!(self.engine.set(engine).is_ok(), "it starts once");
    }

    /// The provider reports what it took first, and what a customer wrote, until it hears that it
    /// is kept.
    async fn the_provider_reports(&self) {
        let webhook = self.webhook();
        self.house.driver.says(vec![webhook]);
        self.house.driver.mumbles(&["a message without id"]);
        until("the provider is answered", SOON, async || {
            let answer = call(self.engine(), "demo").await;
            (answer == IntakeAnswer::Taken).then_some(())
        })
        .await;
        let mut world = self.world.lock().unwrap();
        world.is_reported |= !world.webhook.as_ref().unwrap().reports.is_empty();
    }

    /// The same in every life.
    fn webhook(&self) -> Incoming {
        let first = self.house.driver.posts().into_iter().next();
        let mut world = self.world.lock().unwrap();
        let reports = || {
            let photo = Inbound {
                provider_id: "wamid.photo".into(),
                content: photo(),
                ..hello()
            };
            let written = [hello(), photo].map(Report::Inbound);
            let echoed = first.map(|post| Report::Status(echo(post)));
            echoed.into_iter().chain(written).collect()
        };
        let webhook = world.webhook.get_or_insert_with(|| Incoming {
            provider_id: "provider-demo".into(),
            reports: reports(),
        });
        webhook.clone()
    }

    /// Programs upload a file and use it, rename their account, tell their own subscribers something, and
    /// want to hear everything again.
    async fn programs_change_things(&self) {
        let store = &self.house.store;
        self.house
            .files
            .put(UPLOADED, b"new".to_vec())
            .await
            .unwrap();
        until("a file is kept", SOON, async || {
            match store.keep_file(file(UPLOADED, 3)).await {
                // Kept before, without an answer.
                Ok(()) | Err(StoreError::Taken(_)) => Some(()),
                Err(_) => None,
            }
        })
        .await;
        until("its use is noted", SOON, async || {
            let now = self.house.clock_now();
            store.used_file(UPLOADED, now).await.ok()
        })
        .await;
        let account = Account {
            id: ACCOUNT,
            name: NEW_NAME.into(),
            created_at: TestClock::START,
        };
        until("the account is renamed", SOON, async || {
            let renaming = store.change(vec![Change::Account(account.clone())]);
            renaming.await.ok()
        })
        .await;
        let notice = Notice {
            channel: CHANNEL,
            format: "double".into(),
            body: Raw::new(NOTICE),
        };
        until("a notice is given", SOON, async || {
            let now = self.house.clock_now();
            store
                .notify(tenant(ACCOUNT), notice.clone(), now)
                .await
                .ok()
        })
        .await;
        let replays = self.engine().replays();
        until("everything is told again", SOON, async || {
            let since = Replay::Since(TestClock::START);
            replays.replay(LISTENER, since).await.ok()
        })
        .await;
    }
}

/// Whether a message is past its POST.
pub(super) const fn has_left(state: State) -> bool {
    match state {
        State::Queued | State::Claimed | State::InFlight => false,
        State::Submitted
        | State::Sent
        | State::Delivered
        | State::Read
        | State::Failed
        | State::Expired
        | State::Cancelled
        | State::Dead
        | State::Unknown
        | State::Unresolved => true,
    }
}

/// The messages of POSTs that the provider has not refused.
pub(super) fn possible(driver: &DoubleDriver) -> Vec<MessageId> {
    let treated = driver.treated().into_iter();
    let possible = treated.filter(|(_, how)| !matches!(how, Provider::Refuses(..)));
    possible.map(|(post, _)| post.message).collect()
}

fn photo() -> InboundContent {
    InboundContent::Media(InboundMedia {
        kind: Kind::Image,
        provider_media_id: "1".into(),
        mime_type: "image/jpeg".into(),
        sha256: None,
        caption: None,
        filename: None,
        voice: false,
    })
}
