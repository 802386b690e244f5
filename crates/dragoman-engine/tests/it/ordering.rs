//! In which order the messages of one conversation leave.

use std::collections::HashMap;
use std::time::Duration;

use dragoman_core::catalog::{Change, Sending};
use dragoman_core::id::AttemptToken;
use dragoman_core::inbound::{Report, Status, StatusKind};
use dragoman_core::order::{After, OnTimeout, Order};
use dragoman_core::outcome::{Again, Slow};
use dragoman_core::ports::{DeskError, Incoming, Store};
use dragoman_core::submission::{Manner, Submission};
use dragoman_core::{MessageId, Refusal, State};
use dragoman_engine::{Engine, IntakeAnswer};
use dragoman_store::SqliteStore;
use dragoman_testkit::{SeededRandom, TestClock, tenant, until};

use crate::doubles::{DoubleDriver, Provider, provider_id};
use crate::house::{
    ACCOUNT, CHANNEL, House, SOON, call, channel, echo, minutes, opened_again, submission, submit,
    try_submit,
};

const DELIVERED: Order = after(After::Delivered);
const PATIENCE: Duration = Duration::from_secs(60);

const fn after(after: After) -> Order {
    Order {
        after,
        timeout: None,
        on_timeout: OnTimeout::Proceed,
        strict: false,
    }
}

/// The channel keeps this order from now on.
async fn keep(house: &House, order: Order) {
    let mut channel = channel(CHANNEL, "demo");
    channel.sending = Sending {
        order,
        ..Sending::default()
    };
    house.change(Change::Channel(channel)).await;
}

async fn keeping(order: Order) -> House {
    let house = House::new().await;
    keep(&house, order).await;
    house
}

async fn submit_all<const N: usize>(engine: &Engine) -> [MessageId; N] {
    let mut messages = Vec::new();
    for _ in 0..N {
        messages.push(submit(engine, submission(CHANNEL, 1)).await);
    }
    messages.try_into().unwrap()
}

/// The provider says this of what a POST brought.
async fn tell(house: &House, engine: &Engine, post: AttemptToken, kind: StatusKind) {
    let status = Status {
        provider_id: provider_id(&post).into(),
        kind,
        ..echo(post)
    };
    house.driver.says(vec![Incoming {
        provider_id: "provider-demo".into(),
        reports: vec![Report::Status(status)],
    }]);
    assert_eq!(call(engine, "demo").await, IntakeAnswer::Taken);
}

/// The provider says this of what the last POST brought.
async fn tell_last(house: &House, engine: &Engine, kind: StatusKind) {
    let post = *house.driver.posts().last().unwrap();
    tell(house, engine, post, kind).await;
}

/// Waits until a message waits for this one.
async fn waits(house: &House, engine: &Engine, message: MessageId, before: MessageId) {
    until("a message waits for the one before", SOON, async || {
        let stored = house
            .store
            .message(tenant(ACCOUNT), message)
            .await
            .unwrap()?;
        let waiting = engine.lines().waiting_for(&stored)?;
        (waiting.message == before && house.state(before).await != State::Queued).then_some(())
    })
    .await;
}

fn wishing(after: After) -> Submission {
    Submission {
        manner: Manner {
            after: Some(after),
            ..Manner::default()
        },
        ..submission(CHANNEL, 1)
    }
}

#[tokio::test]
async fn the_next_leaves_when_the_one_before_was_delivered() {
    let house = keeping(DELIVERED).await;
    let engine = house.start().await;
    let [first, second, third] = submit_all(&engine).await;
    waits(&house, &engine, second, first).await;
    tell_last(&house, &engine, StatusKind::Sent).await;
    waits(&house, &engine, second, first).await;
    assert_eq!(house.sent(), [first]);
    tell_last(&house, &engine, StatusKind::Delivered).await;
    waits(&house, &engine, third, second).await;
    assert_eq!(house.sent(), [first, second]);
    // What was read was delivered, whether that is said or not.
    tell_last(&house, &engine, StatusKind::Read).await;
    house.posts(3).await;
    assert_eq!(house.sent(), [first, second, third]);
    // Nothing waits now, and still the next does not depart with its acceptance.
    let fourth = submit(&engine, submission(CHANNEL, 1)).await;
    waits(&house, &engine, fourth, third).await;
    assert_eq!(house.driver.posts().len(), 3);
    engine.stop().await;
}

#[tokio::test]
async fn the_next_leaves_when_the_one_before_was_sent() {
    let house = keeping(after(After::Sent)).await;
    let engine = house.start().await;
    let [first, second] = submit_all(&engine).await;
    waits(&house, &engine, second, first).await;
    assert_eq!(house.sent(), [first]);
    tell_last(&house, &engine, StatusKind::Sent).await;
    house.posts(2).await;
    engine.stop().await;
}

#[tokio::test]
async fn without_an_order_several_are_under_way() {
    let house = keeping(after(After::Nothing)).await;
    let engine = house.start_warm().await;
    house.driver.always(CHANNEL, Provider::NeverAnswers);
    submit_all::<3>(&engine).await;
    house.posts(4).await;
}

#[tokio::test]
async fn a_phone_that_is_off_stops_nobody() {
    let house = keeping(DELIVERED).await;
    let engine = house.start().await;
    let [first, second] = submit_all(&engine).await;
    waits(&house, &engine, second, first).await;
    house.clock.advance(PATIENCE);
    house.posts(2).await;
    assert_eq!(house.sent(), [first, second]);
    engine.stop().await;
}

#[tokio::test]
async fn who_holds_waits_on() {
    let hold = Order {
        on_timeout: OnTimeout::Hold,
        ..DELIVERED
    };
    let house = keeping(hold).await;
    let engine = house.start().await;
    let [first, second] = submit_all(&engine).await;
    waits(&house, &engine, second, first).await;
    house.clock.advance(minutes(30));
    waits(&house, &engine, second, first).await;
    assert_eq!(house.sent(), [first]);
    tell_last(&house, &engine, StatusKind::Delivered).await;
    house.posts(2).await;
    engine.stop().await;
}

#[tokio::test]
async fn a_message_can_fail_for_having_waited_too_long() {
    let fail = Order {
        on_timeout: OnTimeout::Fail,
        timeout: Some(minutes(5)),
        ..DELIVERED
    };
    let house = keeping(fail).await;
    let engine = house.start().await;
    let [first, second, third] = submit_all(&engine).await;
    waits(&house, &engine, second, first).await;
    house.clock.advance(minutes(4));
    waits(&house, &engine, second, first).await;
    house.clock.advance(minutes(1));
    house.becomes(second, State::Failed).await;
    house.posts(2).await;
    assert_eq!(
        house.sent(),
        [first, third],
        "what has ended is not waited for"
    );
    engine.stop().await;
}

#[tokio::test]
async fn a_lost_answer_is_waited_for_until_there_is_proof() {
    let house = keeping(DELIVERED).await;
    let engine = house.start().await;
    house.driver.next(&[Provider::LosesTheAnswer]);
    let [first, second] = submit_all(&engine).await;
    house.becomes(first, State::Unknown).await;
    waits(&house, &engine, second, first).await;
    assert_eq!(house.sent(), [first]);
    tell_last(&house, &engine, StatusKind::Delivered).await;
    house.posts(2).await;
    engine.stop().await;
}

#[tokio::test]
async fn a_strict_order_cancels_what_waits_behind_a_failure() {
    let strict = Order {
        strict: true,
        ..DELIVERED
    };
    let house = keeping(strict).await;
    let engine = house.start().await;
    let refuses = Provider::Refuses(Again::Never, Slow::Message);
    house.driver.next(&[Provider::Takes, refuses]);
    let [first, second, third, fourth] = submit_all(&engine).await;
    waits(&house, &engine, second, first).await;
    tell_last(&house, &engine, StatusKind::Delivered).await;
    house.becomes(second, State::Failed).await;
    house.becomes(third, State::Cancelled).await;
    house.becomes(fourth, State::Cancelled).await;
    // What comes later was not behind it.
    let fifth = submit(&engine, submission(CHANNEL, 1)).await;
    house.posts(3).await;
    assert_eq!(house.sent(), [first, second, fifth]);
    engine.stop().await;
}

#[tokio::test]
async fn an_order_that_is_not_strict_goes_on_behind_a_failure() {
    let house = keeping(DELIVERED).await;
    let engine = house.start().await;
    let refuses = Provider::Refuses(Again::Never, Slow::Message);
    house.driver.next(&[refuses]);
    let [first, second] = submit_all(&engine).await;
    house.posts(2).await;
    assert_eq!(house.sent(), [first, second]);
    engine.stop().await;
}

#[tokio::test]
async fn a_message_may_wish_otherwise_than_its_channel() {
    let house = House::new().await;
    let engine = house.start_warm().await;
    let first = submit(&engine, submission(CHANNEL, 1)).await;
    let second = submit(&engine, wishing(After::Delivered)).await;
    waits(&house, &engine, second, first).await;
    tell_last(&house, &engine, StatusKind::Delivered).await;
    house.clock.advance(Duration::from_secs(5));
    house.posts(3).await;
    assert_eq!(house.sent()[1..], [first, second]);
    engine.stop().await;
}

#[tokio::test]
async fn an_order_that_is_switched_on_counts_for_what_waits() {
    let house = House::new().await;
    let engine = house.start_warm().await;
    house.store.hold(crate::store::Hold::Before("settle"));
    let [first, second] = submit_all(&engine).await;
    house.posts(2).await;
    keep(&house, DELIVERED).await;
    house.holds(1).await;
    house.store.release();
    waits(&house, &engine, second, first).await;
    tell_last(&house, &engine, StatusKind::Delivered).await;
    house.posts(3).await;
    engine.stop().await;
}

#[tokio::test]
async fn what_waits_still_waits_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    let house = House::around(store, DoubleDriver::default()).await;
    keep(&house, DELIVERED).await;
    let engine = house.start().await;
    let [first, second] = submit_all(&engine).await;
    let wishing = submit(&engine, wishing(After::Sent)).await;
    waits(&house, &engine, second, first).await;
    let post = house.driver.posts()[0];
    engine.stop().await;
    drop((engine, house));

    let store = opened_again(directory.path()).await;
    let house = House::again(store, DoubleDriver::default());
    let engine = house.start().await;
    waits(&house, &engine, second, first).await;
    assert!(house.sent().is_empty());
    tell(&house, &engine, post, StatusKind::Delivered).await;
    house.posts(1).await;
    waits(&house, &engine, wishing, second).await;
    tell_last(&house, &engine, StatusKind::Sent).await;
    house.posts(2).await;
    assert_eq!(house.sent(), [second, wishing]);
    engine.stop().await;
}

#[tokio::test]
async fn what_has_waited_before_a_restart_waits_only_for_the_rest() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    let house = House::around(store, DoubleDriver::default()).await;
    keep(&house, DELIVERED).await;
    let engine = house.start().await;
    let [first, second] = submit_all(&engine).await;
    waits(&house, &engine, second, first).await;
    engine.stop().await;
    drop((engine, house));

    let store = opened_again(directory.path()).await;
    let house = House::again(store, DoubleDriver::default());
    let asleep = Duration::from_secs(40);
    house.clock.advance(asleep);
    let engine = house.start().await;
    waits(&house, &engine, second, first).await;
    let stored = house
        .store
        .message(tenant(ACCOUNT), second)
        .await
        .unwrap()
        .unwrap();
    let waiting = engine.lines().waiting_for(&stored).unwrap();
    assert_eq!(waiting.since, TestClock::START);
    assert!(house.sent().is_empty());
    house.clock.advance(PATIENCE - asleep);
    house.posts(1).await;
    assert_eq!(house.sent(), [second]);
    engine.stop().await;
}

#[tokio::test]
async fn a_conversation_in_which_very_many_wait_takes_no_more() {
    let house = keeping(DELIVERED).await;
    let engine = house.start().await;
    let first = submit(&engine, submission(CHANNEL, 1)).await;
    house.becomes(first, State::Submitted).await;
    for _ in 0..1000 {
        submit(&engine, submission(CHANNEL, 1)).await;
    }
    let refused = try_submit(&engine, submission(CHANNEL, 1)).await;
    assert!(matches!(
        refused,
        Err(DeskError::Refused(Refusal::LaneFull))
    ));
    submit(&engine, submission(CHANNEL, 2)).await;
    tell(
        &house,
        &engine,
        house.driver.posts()[0],
        StatusKind::Delivered,
    )
    .await;
    house.posts(3).await;
    submit(&engine, submission(CHANNEL, 1)).await;
}

/// Statuses come with delays, in any order, and some never.
#[tokio::test]
async fn the_order_holds_whatever_the_provider_says() {
    const CUSTOMERS: u32 = 5;
    const EACH: usize = 6;
    for seed in 0..4 {
        let dice = SeededRandom::new(seed);
        let roll =
            |faces: u32| (dragoman_core::ports::Random::roll(&dice) * f64::from(faces)) as u32;
        let house = keeping(DELIVERED).await;
        let engine = house.start().await;
        let mut accepted: HashMap<MessageId, u32> = HashMap::new();
        let mut lanes: HashMap<u32, Vec<MessageId>> = HashMap::new();
        for _ in 0..EACH {
            for customer in 0..CUSTOMERS {
                let message = submit(&engine, submission(CHANNEL, customer)).await;
                accepted.insert(message, customer);
                lanes.entry(customer).or_default().push(message);
            }
        }
        house.posts(CUSTOMERS as usize).await;
        let mut open: Vec<AttemptToken> = house.driver.posts();
        let mut seen = open.len();
        while seen < accepted.len() {
            if open.is_empty() || roll(10) == 0 {
                // `delivered` never came.
                house.clock.advance(PATIENCE);
                house.posts((seen + 1).min(accepted.len())).await;
            } else {
                let post = open.swap_remove(roll(open.len() as u32) as usize);
                let kinds = [StatusKind::Sent, StatusKind::Delivered, StatusKind::Read];
                let kind = kinds[roll(3) as usize].clone();
                house.becomes(post.message, State::Submitted).await;
                tell(&house, &engine, post, kind).await;
            }
            let posts = house.driver.posts();
            open.extend(&posts[seen..]);
            seen = posts.len();
        }
        for (customer, lane) in &lanes {
            let mut sent = house.sent();
            sent.retain(|message| accepted[message] == *customer);
            assert_eq!(sent, *lane, "seed {seed}");
        }
        engine.stop().await;
    }
}
