//! A disk that fills.

use dragoman_core::State;
use dragoman_core::ports::{DeskError, Latch};
use dragoman_core::submission::{IdempotencyKey, Submission};
use dragoman_engine::{Engine, IntakeAnswer, Room};
use dragoman_testkit::until;

use crate::doubles::Provider;
use crate::house::{CHANNEL, House, SOON, call, submission, submit, try_submit};

fn with_key() -> Submission {
    Submission {
        key: Some(IdempotencyKey {
            key: [1; 16],
            fingerprint: [1; 16],
        }),
        ..submission(CHANNEL, 1)
    }
}

#[tokio::test]
async fn with_little_room_nothing_new_is_accepted_and_what_was_comes_to_its_end() {
    let house = House::new().await;
    let engine = house.start_warm().await;
    house.driver.always(CHANNEL, Provider::TakesLate);
    let first = submit(&engine, with_key()).await;
    let mut waiting = Vec::new();
    for number in 2..12 {
        waiting.push(submit(&engine, submission(CHANNEL, number)).await);
    }
    assert!(house.disk.set(Room::Little));
    let refused = try_submit(&engine, submission(CHANNEL, 20)).await;
    assert!(matches!(refused, Err(DeskError::Unavailable)));
    let foreseen = engine.desk().rehearse(submission(CHANNEL, 20)).await;
    assert!(matches!(foreseen, Err(DeskError::Unavailable)));
    let repeated = try_submit(&engine, with_key()).await;
    assert_eq!(repeated.map(|accepted| accepted.message).ok(), Some(first));
    assert_eq!(call(&engine, "demo").await, IntakeAnswer::Taken);
    house.driver.answer();
    for message in waiting {
        house.becomes(message, State::Submitted).await;
    }
    house.disk.set(Room::Enough);
    submit(&engine, submission(CHANNEL, 20)).await;
}

async fn nothing_runs(engine: &Engine) {
    until("nothing runs", SOON, async || {
        let running = crate::house::metric(engine, "dragoman_attempts_running");
        (running == 0.0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn with_no_room_results_are_recorded_and_nothing_departs_until_there_is_some() {
    let house = House::new().await;
    let engine = house.start_warm().await;
    house.driver.always(CHANNEL, Provider::TakesLate);
    let mut messages = Vec::new();
    for number in 0..20 {
        messages.push(submit(&engine, submission(CHANNEL, number)).await);
    }
    house.posts(9).await;
    house.disk.set(Room::None);
    house.driver.answer();
    for message in &messages[..8] {
        house.becomes(*message, State::Submitted).await;
    }
    nothing_runs(&engine).await;
    assert_eq!(house.sent().len(), 9);
    assert_eq!(call(&engine, "demo").await, IntakeAnswer::Taken);
    house.disk.set(Room::Enough);
    for message in &messages {
        house.becomes(*message, State::Submitted).await;
    }
    assert_eq!(house.sent().len(), 21);
}

#[tokio::test]
async fn a_latched_store_is_asked_for_nothing_new_and_nothing_departs() {
    let house = House::new().await;
    let engine = house.start_warm().await;
    house.driver.always(CHANNEL, Provider::TakesLate);
    let first = submit(&engine, with_key()).await;
    let mut messages = vec![first];
    for number in 2..20 {
        messages.push(submit(&engine, submission(CHANNEL, number)).await);
    }
    house.posts(9).await;
    *house.store.latch.lock().unwrap() = Some(Latch::Slow);
    let asked = house.log().len();
    let refused = try_submit(&engine, submission(CHANNEL, 20)).await;
    assert!(matches!(refused, Err(DeskError::Unavailable)));
    let foreseen = engine.desk().rehearse(submission(CHANNEL, 20)).await;
    assert!(matches!(foreseen, Err(DeskError::Unavailable)));
    let repeated = try_submit(&engine, with_key()).await;
    assert_eq!(repeated.map(|accepted| accepted.message).ok(), Some(first));
    assert_eq!(house.log().len(), asked, "the store was not asked");
    // What was under way ends, and is recorded as soon as the store takes it.
    house.driver.answer();
    for message in &messages[..8] {
        house.becomes(*message, State::Submitted).await;
    }
    nothing_runs(&engine).await;
    assert_eq!(house.sent().len(), 9);
    *house.store.latch.lock().unwrap() = None;
    for message in &messages {
        house.becomes(*message, State::Submitted).await;
    }
    assert_eq!(house.sent().len(), 20);
}
