//! Between the durable departure and the POST.

use std::time::Duration;

use dragoman_core::outcome::{Again, Slow};
use dragoman_core::submission::Submission;
use dragoman_core::{MessageId, State};
use dragoman_engine::Engine;
use dragoman_store::SqliteStore;
use dragoman_testkit::until;

use crate::doubles::{DoubleDriver, Provider};
use crate::house::{CHANNEL, House, SOON, client, minutes, picture, submission, submit};
use crate::store::Hold;

/// Sends a message whose departure is on disk when `verb` has ended, of which the engine hears so
/// much later. Answers how the message ends, and how many POSTs it took.
async fn delayed(
    house: &House,
    engine: &Engine,
    (verb, by): (&'static str, Duration),
    submission: Submission,
) -> (State, usize) {
    let before = house.driver.posts().len();
    house.store.hold(Hold::After(verb));
    let waiting = client(engine, submission);
    house.holds(1).await;
    house.clock.advance(by);
    house.store.release();
    let message = waiting.await.unwrap().unwrap().message;
    let state = until("it ends", SOON, async || {
        let state = house.state(message).await;
        matches!(state, State::Submitted | State::Expired).then_some(state)
    });
    (state.await, house.driver.posts().len() - before)
}

fn withdrawals(house: &House) -> usize {
    let log = house.log();
    log.iter().filter(|verb| **verb == "withdraw").count()
}

const LATE: Duration = Duration::from_millis(2001);
const IN_TIME: Duration = Duration::from_secs(2);

#[tokio::test]
async fn a_departure_in_the_commit_of_the_acceptance_must_reach_its_post_within_two_seconds() {
    let house = House::new().await;
    let engine = house.start_warm().await;
    let in_time = ("accept", IN_TIME);
    let end = delayed(&house, &engine, in_time, submission(CHANNEL, 1)).await;
    assert_eq!((end, withdrawals(&house)), ((State::Submitted, 1), 0));
    let late = ("accept", LATE);
    let end = delayed(&house, &engine, late, submission(CHANNEL, 2)).await;
    assert_eq!((end, withdrawals(&house)), ((State::Submitted, 1), 1));
    engine.stop().await;
}

#[tokio::test]
async fn a_departure_of_its_own_must_reach_its_post_within_two_seconds() {
    let store = SqliteStore::in_memory().unwrap();
    let house = House::around(store, DoubleDriver::preparing()).await;
    let engine = house.start_warm().await;
    let in_time = ("begin", IN_TIME);
    let end = delayed(&house, &engine, in_time, picture(CHANNEL, 1)).await;
    assert_eq!((end, withdrawals(&house)), ((State::Submitted, 1), 0));
    let late = ("begin", LATE);
    let end = delayed(&house, &engine, late, picture(CHANNEL, 2)).await;
    assert_eq!((end, withdrawals(&house)), ((State::Submitted, 1), 1));
    engine.stop().await;
}

#[tokio::test]
async fn a_message_that_expires_on_the_way_to_its_post_is_not_sent() {
    let house = House::new().await;
    let engine = house.start_warm().await;
    let mut short = submission(CHANNEL, 1);
    short.ttl = Some(Duration::from_secs(1));
    let expired = ("accept", Duration::from_millis(1500));
    let end = delayed(&house, &engine, expired, short).await;
    assert_eq!((end, withdrawals(&house)), ((State::Expired, 0), 1));
    engine.stop().await;
}

/// A message whose departure is on disk for too long before its POST could start.
async fn comes_too_late(house: &House, engine: &Engine) -> MessageId {
    house.store.hold(Hold::After("accept"));
    let waiting = client(engine, submission(CHANNEL, 1));
    house.holds(1).await;
    house.clock.advance(LATE);
    house.store.release();
    let message = waiting.await.unwrap().unwrap().message;
    house.becomes(message, State::Queued).await;
    message
}

#[tokio::test]
async fn a_departure_that_cannot_be_taken_back_now_is_not_lost() {
    let house = House::new().await;
    let engine = house.start_warm().await;
    house.fail(&["withdraw"]);
    let message = comes_too_late(&house, &engine).await;
    assert_eq!(house.driver.posts().len(), 1, "only the first message");
    house.clock.advance(minutes(1));
    house.becomes(message, State::Submitted).await;
    assert_eq!(house.driver.posts().len(), 2);
    engine.stop().await;
}

#[tokio::test]
async fn a_mark_of_which_nobody_knows_whether_it_is_on_disk_strands_nothing() {
    for happens in [House::lose, House::fail] {
        let store = SqliteStore::in_memory().unwrap();
        let house = House::around(store, DoubleDriver::preparing()).await;
        let engine = house.start_warm().await;
        happens(&house, &["begin"]);
        let message = submit(&engine, picture(CHANNEL, 1)).await;
        // The first message's, and what is said of the departure.
        house.does("settle", 2).await;
        happens(&house, &[]);
        house.becomes(message, State::Queued).await;
        house.clock.advance(minutes(1));
        house.becomes(message, State::Submitted).await;
        assert_eq!(house.driver.posts().len(), 2);
        engine.stop().await;
    }
}

#[tokio::test]
async fn a_departure_that_was_taken_back_unheard_is_tried_again() {
    let house = House::new().await;
    let engine = house.start_warm().await;
    house.lose(&["withdraw"]);
    let message = comes_too_late(&house, &engine).await;
    house.does("settle", 2).await;
    house.clock.advance(minutes(1));
    house.becomes(message, State::Submitted).await;
    assert_eq!(house.driver.posts().len(), 2);
    engine.stop().await;
}

#[tokio::test]
async fn a_refusal_that_was_recorded_unheard_is_tried_again() {
    let house = House::new().await;
    let engine = house.start_warm().await;
    let refuses = Provider::Refuses(Again::Backoff, Slow::Message);
    house.driver.next(&[refuses]);
    house.lose(&["settle"]);
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    house.does("settle", 2).await;
    house.lose(&[]);
    house.does("settle", 3).await;
    house.becomes(message, State::Queued).await;
    house.clock.advance(minutes(10));
    house.becomes(message, State::Submitted).await;
    assert_eq!(house.driver.posts().len(), 3);
    engine.stop().await;
}

#[tokio::test]
async fn nothing_is_sent_after_its_time() {
    let house = House::new().await;
    house
        .driver
        .next(&[Provider::Refuses(Again::Backoff, Slow::Message)]);
    let engine = house.start().await;
    let mut short = submission(CHANNEL, 1);
    short.ttl = Some(minutes(1));
    let message = submit(&engine, short).await;
    house.posts(1).await;
    house.becomes(message, State::Queued).await;
    house.clock.advance(minutes(5));
    house.becomes(message, State::Expired).await;
    assert_eq!(house.driver.posts().len(), 1);
    engine.stop().await;
}
