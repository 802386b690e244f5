//! The process is killed before and after every verb of the store, and started again.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dragoman_core::catalog::Change;
use dragoman_core::event::What;
use dragoman_core::inbound::Report;
use dragoman_core::outcome::{Again, Slow};
use dragoman_core::ports::{Happened, Incoming, Store};
use dragoman_core::submission::Submission;
use dragoman_core::{MessageId, State};
use dragoman_engine::{Engine, IntakeAnswer};
use dragoman_store::SqliteStore;
use dragoman_testkit::{TestClock, tenant, until};
use tokio::runtime::Runtime;

use crate::doubles::{DoubleDriver, Provider};
use crate::house::{
    ACCOUNT, CHANNEL, House, SOON, at, call, echo, hello, minutes, picture, submission, submit,
    subscription,
};
use crate::store::Hold;

const URL: &str = "http://one.example.com/hook";
/// What the subscription is told of the customer's message.
const HELLO: &str = "refers to None";
/// Every verb that writes.
const VERBS: [&str; 10] = [
    "accept",
    "begin",
    "change",
    "claim",
    "delivered",
    "heartbeat",
    "quarantine",
    "record",
    "settle",
    "withdraw",
];

/// What the world outside knows.
#[derive(Default)]
struct World {
    /// Messages that a client was told are accepted.
    accepted: Vec<MessageId>,
    /// What the provider has reported.
    webhook: Option<Incoming>,
    /// Whether it was told that this is kept.
    taken: bool,
}

/// A life in which the store does everything that it can.
async fn live(house: &House, prepares: bool, world: &Mutex<World>) {
    let engine = house.start().await;
    let refuses = Provider::Refuses(Again::After(Duration::ZERO), Slow::Message);
    house.driver.next(&[Provider::Takes, refuses]);
    let what = if prepares { picture } else { submission };
    for number in 0..2 {
        let message = accept(&engine, what(CHANNEL, number), world).await;
        leaves(house, message).await;
    }
    // The third comes too late to its POST.
    let verb = if prepares { "begin" } else { "accept" };
    house.store.hold(Hold::After(verb));
    let delay = async {
        house.holds(1).await;
        house.clock.advance(Duration::from_secs(3));
        house.store.release();
    };
    let (third, ()) = tokio::join!(accept(&engine, what(CHANNEL, 2), world), delay);
    leaves(house, third).await;

    let first = house.driver.posts()[0];
    let webhook = Incoming {
        provider_id: "provider-demo".into(),
        reports: vec![Report::Status(echo(first)), Report::Inbound(hello())],
    };
    world.lock().unwrap().webhook = Some(webhook);
    report(house, &engine, world).await;
    until("everything is told", SOON, async || {
        let told = house.endpoints.told(URL);
        let mut all = ["0", "1", "2", HELLO].into_iter();
        all.all(|body| told.iter().any(|told| told == body))
            .then_some(())
    })
    .await;
    engine.stop().await;
}

async fn accept(engine: &Engine, submission: Submission, world: &Mutex<World>) -> MessageId {
    let message = submit(engine, submission).await;
    world.lock().unwrap().accepted.push(message);
    message
}

/// Lets time pass until a message has left.
async fn leaves(house: &House, message: MessageId) -> State {
    until("it has left", SOON, async || {
        let state = house.state(message).await;
        if matches!(state, State::Submitted | State::Sent | State::Unknown) {
            return Some(state);
        }
        house.clock.advance(Duration::from_secs(1));
        None
    })
    .await
}

/// The provider reports, again if it was not told before that its report is kept.
async fn report(house: &House, engine: &Engine, world: &Mutex<World>) {
    let webhook = world.lock().unwrap().webhook.clone();
    house.driver.says(webhook.into_iter().collect());
    house.driver.mumbles(&["a message without id"]);
    let answer = call(engine, "demo").await;
    world.lock().unwrap().taken = answer == IntakeAnswer::Taken;
}

/// What is left when the process is gone.
struct Remains {
    house: House,
    world: World,
    finished: bool,
}

/// Lives until the world stops at `step`.
fn until_the_crash(dir: &Path, prepares: bool, step: i64) -> Remains {
    let runtime = Runtime::new().unwrap();
    let world = Mutex::default();
    let (house, finished) = runtime.block_on(async {
        let store = SqliteStore::open(dir).unwrap();
        let driver = if prepares {
            DoubleDriver::preparing()
        } else {
            DoubleDriver::default()
        };
        let house = House::around(store, driver).await;
        let subscription = Change::Subscription(subscription(1, URL));
        house.change(subscription).await;
        // The gateway was up before, and then down for long.
        house.store.inner.heartbeat(TestClock::START).await.unwrap();
        house.clock.advance(minutes(16));
        house.store.steps.store(step, Ordering::SeqCst);
        let finished = tokio::select! {
            () = live(&house, prepares, &world) => true,
            () = house.store.stopped() => false,
        };
        (house, finished)
    });
    runtime.shutdown_timeout(SOON);
    let store = Arc::clone(&house.store.inner);
    Runtime::new().unwrap().block_on(store.close()).unwrap();
    Remains {
        house,
        world: world.into_inner().unwrap(),
        finished,
    }
}

/// Lives again, and checks the laws. Answers how many messages are unknown.
fn after_the_crash(dir: &Path, remains: &mut Remains, step: i64) -> usize {
    let (before, world) = (&remains.house, std::mem::take(&mut remains.world));
    Runtime::new().unwrap().block_on(async {
        let store = SqliteStore::open(dir).unwrap();
        let house = House {
            files: Arc::clone(&before.files),
            ..House::again(store, DoubleDriver::preparing())
        };
        house.clock.advance(minutes(20));
        let engine = house.start_warm().await;
        let channel = house.store.catalog().channel(CHANNEL).cloned().unwrap();
        assert!(
            channel.watched_since >= at(16),
            "step {step}: a gap is forgotten"
        );

        let mut unknown = 0;
        for message in &world.accepted {
            let state = leaves(&house, *message).await;
            let count = |house: &House| {
                let posts = house.driver.posts();
                posts.iter().filter(|post| post.message == *message).count()
            };
            let (first, again) = (count(before), count(&house));
            // The second message is refused once with proof; every other POST may have been
            // taken.
            let posts = before.driver.posts();
            let second = posts.get(1).is_some_and(|post| post.message == *message);
            let refused = usize::from(second && first + again > 1);
            assert!(
                first + again - refused <= 1,
                "step {step}: {message} was sent {first} + {again} times"
            );
            if state == State::Unknown {
                unknown += 1;
                assert_eq!(again, 0, "step {step}: unknown is not sent again");
            }
        }

        let mut expected: Vec<String> = (0..world.accepted.len())
            .map(|number| number.to_string())
            .collect();
        if world.webhook.is_some() {
            let (world, first) = (Mutex::new(world), before.driver.posts()[0].message);
            if !world.lock().unwrap().taken {
                report(&house, &engine, &world).await;
            }
            assert_eq!(house.state(first).await, State::Sent, "step {step}");
            let odd = house.store.quarantined(tenant(ACCOUNT), 10).await.unwrap();
            assert!(!odd.is_empty(), "step {step}: a webhook is lost");
            let events = house.store.events_after(0, 1000).await.unwrap();
            let received = events.iter().filter(
                |told| matches!(told, Happened::Message(event, _) if event.what == What::Received),
            );
            assert_eq!(
                received.count(),
                1,
                "step {step}: a message in is kept once"
            );
            expected.push(HELLO.to_owned());
        }
        until(
            &format!("step {step}: every event is told"),
            SOON,
            async || {
                let mut told = before.endpoints.told(URL);
                told.extend(house.endpoints.told(URL));
                let mut expected = expected.iter();
                expected.all(|body| told.contains(body)).then_some(())
            },
        )
        .await;
        engine.stop().await;
        unknown
    })
}

fn check(prepares: bool) {
    let mut unknown = 0;
    for step in 0.. {
        let dir = tempfile::tempdir().unwrap();
        let mut remains = until_the_crash(dir.path(), prepares, step);
        unknown += after_the_crash(dir.path(), &mut remains, step);
        if remains.finished {
            let log = remains.house.store.log.lock().unwrap();
            for verb in VERBS {
                assert!(log.contains(&verb), "{verb} was never used");
            }
            break;
        }
    }
    assert!(unknown > 0, "no crash hit a message in flight");
}

#[test]
fn a_crash_at_any_step_of_the_fast_way_never_sends_twice_and_loses_nothing() {
    check(false);
}

#[test]
fn a_crash_at_any_step_of_the_prepared_way_never_sends_twice_and_loses_nothing() {
    check(true);
}
