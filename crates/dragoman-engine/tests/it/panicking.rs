//! Drivers that crash.

use dragoman_core::{MessageId, State};
use dragoman_store::SqliteStore;
use dragoman_testkit::until;

use crate::doubles::{DoubleDriver, Provider};
use crate::hands::Hand;
use crate::house::{CHANNEL, House, SOON, minutes, picture, submission, submit};
use crate::shelf::Look;

async fn preparing_house() -> House {
    let store = SqliteStore::in_memory().unwrap();
    House::around(store, DoubleDriver::preparing()).await
}

/// Lets time pass until the message has ended.
async fn end_of(house: &House, message: MessageId) -> State {
    until("it ends", SOON, async || {
        house.clock.advance(minutes(1));
        let state = house.state(message).await;
        state.is_settled().then_some(state)
    })
    .await
}

#[tokio::test]
async fn a_message_that_crashes_its_preparation_is_tried_again() {
    let house = preparing_house().await;
    let engine = house.start().await;
    house.files.next(&[Look::Crashes; 2]);
    let message = submit(&engine, picture(CHANNEL, 1)).await;
    assert_eq!(end_of(&house, message).await, State::Submitted);
    assert_eq!(house.driver.posts().len(), 1);
    engine.stop().await;
}

#[tokio::test]
async fn an_upload_that_crashes_keeps_nobody_from_making_it() {
    let house = preparing_house().await;
    let engine = house.start().await;
    house.driver.hands().next(&[Hand::Crashes]);
    let crashed = submit(&engine, picture(CHANNEL, 1)).await;
    let next = submit(&engine, picture(CHANNEL, 2)).await;
    for message in [crashed, next] {
        assert_eq!(end_of(&house, message).await, State::Submitted);
    }
    assert_eq!(house.driver.hands().taken().len(), 2);
    engine.stop().await;
}

#[tokio::test]
async fn a_message_that_always_crashes_its_preparation_is_set_aside() {
    let house = preparing_house().await;
    let engine = house.start().await;
    house.files.next(&[Look::Crashes; 3]);
    let poison = submit(&engine, picture(CHANNEL, 1)).await;
    assert_eq!(end_of(&house, poison).await, State::Dead);
    let next = submit(&engine, picture(CHANNEL, 1)).await;
    house.becomes(next, State::Submitted).await;
    engine.stop().await;
}

#[tokio::test]
async fn failures_that_are_no_crashes_do_not_set_a_message_aside() {
    use dragoman_core::outcome::{Again, Slow};
    let house = preparing_house().await;
    let engine = house.start().await;
    let refuses = Provider::Refuses(Again::Backoff, Slow::Message);
    house.driver.next(&[refuses; 3]);
    let (finds, crashes) = (Look::Finds, Look::Crashes);
    house.files.next(&[finds, finds, finds, crashes]);
    let message = submit(&engine, picture(CHANNEL, 1)).await;
    assert_eq!(end_of(&house, message).await, State::Submitted);
    engine.stop().await;
}

#[tokio::test]
async fn a_message_that_crashes_its_post_is_unknown_and_never_sent_again() {
    let house = House::new().await;
    let engine = house.start().await;
    house.driver.next(&[Provider::Crashes]);
    let crashed = submit(&engine, submission(CHANNEL, 1)).await;
    house.becomes(crashed, State::Unknown).await;
    house.clock.advance(minutes(600));
    let next = submit(&engine, submission(CHANNEL, 1)).await;
    house.becomes(next, State::Submitted).await;
    assert_eq!(house.driver.posts().len(), 2);
    engine.stop().await;
}
