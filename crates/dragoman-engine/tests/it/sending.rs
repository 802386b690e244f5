//! From the desk to the provider.

use std::collections::HashSet;
use std::time::Duration;

use dragoman_core::State;
use dragoman_core::catalog::{Change, Channel};
use dragoman_core::outcome::{Again, Slow};
use dragoman_core::ports::{DeskError, Store};
use dragoman_core::rate::Rate;
use dragoman_store::SqliteStore;
use dragoman_testkit::{tenant, until};

use crate::doubles::{DoubleDriver, Provider};
use crate::house::{
    ACCOUNT, CHANNEL, House, OTHER, SOON, channel, minutes, picture, submission, submit,
};

fn quick_backoff() -> Provider {
    Provider::Refuses(Again::Backoff, Slow::Message)
}

#[tokio::test]
async fn an_accepted_message_is_sent_once_and_its_departure_is_durable_before() {
    let house = House::new().await;
    let engine = house.start().await;
    let message = until("the queue is read", SOON, async || {
        let message = submit(&engine, submission(CHANNEL, house.log().len() as u32)).await;
        house.becomes(message, State::Submitted).await;
        house
            .log()
            .ends_with(&["accept", "POST", "settle"])
            .then_some(message)
    })
    .await;
    assert_eq!(house.driver.posts().last().unwrap().message, message);
    engine.stop().await;
}

#[tokio::test]
async fn what_needs_preparation_is_prepared_before_its_departure() {
    let driver = DoubleDriver::preparing();
    let house = House::around(SqliteStore::in_memory().unwrap(), driver).await;
    let engine = house.start().await;
    let message = submit(&engine, picture(CHANNEL, 1)).await;
    house.becomes(message, State::Submitted).await;
    engine.stop().await;
    // The queue may be read, and the message found in it, before the client has its answer; what
    // the provider offers is learned meanwhile.
    let mut log = house.log();
    log.retain(|verb| !["accept", "change"].contains(verb));
    assert_eq!(log, ["claim", "upload", "begin", "POST", "settle"]);
}

#[tokio::test]
async fn a_proven_refusal_is_tried_again_and_a_final_one_is_not() {
    let house = House::new().await;
    let engine = house.start().await;
    house.driver.next(&[quick_backoff(), quick_backoff()]);
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    for made in 1..=2 {
        house.posts(made).await;
        house.becomes(message, State::Queued).await;
        house.clock.advance(minutes(5));
    }
    house.becomes(message, State::Submitted).await;
    assert_eq!(house.driver.posts().len(), 3);

    house
        .driver
        .next(&[Provider::Refuses(Again::Never, Slow::Message)]);
    let refused = submit(&engine, submission(CHANNEL, 2)).await;
    house.becomes(refused, State::Failed).await;
    engine.stop().await;
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_never_sent_again() {
    let house = House::new().await;
    let engine = house.start().await;
    house
        .driver
        .next(&[Provider::LosesTheAnswer, Provider::Crashes]);
    let lost = submit(&engine, submission(CHANNEL, 1)).await;
    house.becomes(lost, State::Unknown).await;
    let crashed = submit(&engine, submission(CHANNEL, 2)).await;
    house.becomes(crashed, State::Unknown).await;
    house.clock.advance(minutes(600));
    let after = submit(&engine, submission(CHANNEL, 3)).await;
    house.becomes(after, State::Submitted).await;
    engine.stop().await;
    let engine = house.start().await;
    let last = submit(&engine, submission(CHANNEL, 4)).await;
    house.becomes(last, State::Submitted).await;
    assert_eq!(house.sent(), [lost, crashed, after, last]);
    engine.stop().await;
}

#[tokio::test]
async fn no_more_attempts_run_than_the_channel_allows() {
    let house = House::new().await;
    house.driver.always(CHANNEL, Provider::NeverAnswers);
    let engine = house.start().await;
    for number in 0..30 {
        submit(&engine, submission(CHANNEL, number)).await;
    }
    house.posts(8).await;
    house.clock.advance(minutes(1));
    let running = engine.metrics().into_iter();
    let mut running = running.filter(|metric| metric.name == "dragoman_attempts_running");
    assert_eq!(running.next().unwrap().value, 8.0);
    assert_eq!(house.driver.posts().len(), 8);
}

#[tokio::test]
async fn no_more_messages_leave_than_the_rate_allows() {
    let house = House::new().await;
    let slow = Channel {
        rate: Rate::per_second(10).unwrap(),
        ..channel(CHANNEL, "demo")
    };
    house.change(Change::Channel(slow)).await;
    let engine = house.start().await;
    for number in 0..5 {
        submit(&engine, submission(CHANNEL, number)).await;
    }
    for sent in 1..=5 {
        house.posts(sent).await;
        tokio::task::yield_now().await;
        assert_eq!(house.driver.posts().len(), sent, "time stands still");
        // Of ten a second 8.5 are used.
        house.clock.advance(Duration::from_millis(118));
    }
    engine.stop().await;
}

#[tokio::test]
async fn a_conversation_stays_in_order_while_others_overtake() {
    let house = House::new().await;
    let engine = house.start().await;
    house.driver.next(&[quick_backoff()]);
    let first = submit(&engine, submission(CHANNEL, 1)).await;
    house.posts(1).await;
    house.becomes(first, State::Queued).await;
    let second = submit(&engine, submission(CHANNEL, 1)).await;
    let other = submit(&engine, submission(CHANNEL, 2)).await;
    house.becomes(other, State::Submitted).await;
    assert_eq!(house.state(second).await, State::Queued);
    house.clock.advance(minutes(5));
    house.becomes(second, State::Submitted).await;
    assert_eq!(house.sent(), [first, other, first, second]);
    engine.stop().await;
}

#[tokio::test]
async fn a_dead_channel_does_not_hold_another() {
    let house = House::new().await;
    house.change(Change::Channel(channel(OTHER, "other"))).await;
    house.driver.always(CHANNEL, Provider::NeverAnswers);
    let engine = house.start().await;
    for number in 0..20 {
        submit(&engine, submission(CHANNEL, number)).await;
    }
    for number in 0..20 {
        let message = submit(&engine, submission(OTHER, number)).await;
        house.becomes(message, State::Submitted).await;
    }
}

#[tokio::test]
async fn an_answer_is_kept_until_the_store_can_take_it() {
    let house = House::new().await;
    let engine = house.start().await;
    house.fail(&["settle"]);
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    house.posts(1).await;
    house.becomes(message, State::InFlight).await;
    house.fail(&[]);
    house.becomes(message, State::Submitted).await;
    assert_eq!(house.driver.posts().len(), 1);
    engine.stop().await;
}

#[tokio::test]
async fn what_cannot_be_claimed_now_is_sent_later() {
    is_sent_after_a_failure_of("claim").await;
}

#[tokio::test]
async fn what_cannot_be_marked_as_departed_now_is_sent_later() {
    is_sent_after_a_failure_of("begin").await;
}

async fn is_sent_after_a_failure_of(verb: &'static str) {
    let house = House::around(SqliteStore::in_memory().unwrap(), DoubleDriver::preparing()).await;
    let engine = house.start().await;
    house.fail(&[verb]);
    let message = submit(&engine, picture(CHANNEL, 1)).await;
    until("the store has failed", SOON, async || {
        house.log().contains(&"failed").then_some(())
    })
    .await;
    assert_eq!(house.driver.posts().len(), 0);
    house.fail(&[]);
    until("it is sent", SOON, async || {
        house.clock.advance(Duration::from_secs(1));
        (house.state(message).await == State::Submitted).then_some(())
    })
    .await;
    engine.stop().await;
}

#[tokio::test]
async fn a_stop_lets_posts_end_and_takes_nothing_new() {
    let house = House::new().await;
    let engine = house.start().await;
    let desk = engine.desk();
    let mut messages = HashSet::new();
    for number in 0..50 {
        messages.insert(submit(&engine, submission(CHANNEL, number)).await);
    }
    engine.stop().await;
    let refused = desk.submit(submission(CHANNEL, 99)).await;
    assert_eq!(refused.unwrap_err(), DeskError::Unavailable);
    for message in &messages {
        let state = house.state(*message).await;
        assert!(
            matches!(state, State::Queued | State::Submitted),
            "{state:?}"
        );
    }
    let engine = house.start().await;
    for message in messages {
        house.becomes(message, State::Submitted).await;
    }
    assert_eq!(house.driver.posts().len(), 50);
    let known = house
        .store
        .message(tenant(ACCOUNT), house.driver.posts()[0].message);
    assert!(known.await.unwrap().is_some());
    engine.stop().await;
}
