//! Answers that come late, and refusals that are not to be believed.

use std::time::Duration;

use dragoman_core::State;
use dragoman_core::catalog::{Change, Channel, Sending};
use dragoman_core::inbound::Report;
use dragoman_core::outcome::Again;
use dragoman_engine::Engine;
use dragoman_testkit::until;

use crate::doubles::Provider;
use crate::house::{CHANNEL, House, SOON, channel, echo, metric, submission, submit};

/// The engine has waited for an answer as long as it does.
async fn patience_ends() {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(31)).await;
    tokio::time::resume();
}

/// A house whose only message waits for its answer.
async fn waiting(provider: Provider) -> (House, Engine, dragoman_core::MessageId) {
    let house = House::new().await;
    house.driver.next(&[provider]);
    let engine = house.start().await;
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    house.posts(1).await;
    patience_ends().await;
    house.becomes(message, State::Unknown).await;
    (house, engine, message)
}

#[tokio::test]
async fn without_an_answer_the_slot_is_free_and_a_late_receipt_ends_the_doubt() {
    let (house, engine, message) = waiting(Provider::TakesLate).await;
    assert_eq!(metric(&engine, "dragoman_attempts_running"), 0.0);
    house.driver.answer();
    house.becomes(message, State::Submitted).await;
    let story = ["accepted", "departed", "unknown", "submitted"];
    assert_eq!(house.story(message).await, story);
    assert_eq!(metric(&engine, "dragoman_late_answers_total"), 1.0);
    engine.stop().await;
}

#[tokio::test]
async fn a_late_refusal_takes_the_message_back_to_the_queue() {
    let refuses = Provider::RefusesLate(Again::After(Duration::ZERO));
    let (house, engine, message) = waiting(refuses).await;
    house.driver.answer();
    until("it is sent again", SOON, async || {
        house.clock.advance(Duration::from_secs(1));
        (house.driver.posts().len() == 2).then_some(())
    })
    .await;
    house.becomes(message, State::Submitted).await;
    let story = house.story(message).await;
    assert_eq!(story[2..4], ["unknown", "retried"]);
    engine.stop().await;
}

#[tokio::test]
async fn a_late_refusal_that_is_final_ends_the_message() {
    let (house, engine, message) = waiting(Provider::RefusesLate(Again::Never)).await;
    house.driver.answer();
    house.becomes(message, State::Failed).await;
    engine.stop().await;
}

#[tokio::test]
async fn a_late_refusal_means_nothing_when_an_echo_was_faster() {
    let refuses = Provider::RefusesLate(Again::After(Duration::ZERO));
    let (house, engine, message) = waiting(refuses).await;
    let post = house.driver.posts()[0];
    house
        .tells(&engine, "demo", vec![Report::Status(echo(post))])
        .await;
    house.driver.answer();
    engine.stop().await;
    assert_eq!(house.state(message).await, State::Sent);
    assert_eq!(house.driver.posts().len(), 1);
}

#[tokio::test]
async fn a_stop_does_not_wait_for_late_answers() {
    let (house, engine, message) = waiting(Provider::TakesLate).await;
    let stopping = tokio::time::timeout(Duration::from_secs(10), engine.stop());
    stopping.await.expect("it stops at once");
    assert_eq!(house.state(message).await, State::Unknown);
}

#[tokio::test]
async fn no_more_late_answers_are_awaited_than_a_bound() {
    let house = House::new().await;
    let wide = Channel {
        concurrency: 100,
        ..channel(CHANNEL, "demo")
    };
    house.change(Change::Channel(wide)).await;
    let engine = house.start_warm().await;
    house.driver.always(CHANNEL, Provider::TakesLate);
    let mut messages = Vec::new();
    for number in 0..70 {
        messages.push(submit(&engine, submission(CHANNEL, number)).await);
    }
    house.posts(71).await;
    patience_ends().await;
    for message in &messages {
        house.becomes(*message, State::Unknown).await;
    }
    house.driver.answer();
    until("the late answers are heard", SOON, async || {
        (metric(&engine, "dragoman_late_answers_total") == 64.0).then_some(())
    })
    .await;
    engine.stop().await;
    let mut unknown = 0;
    for message in messages {
        unknown += usize::from(house.state(message).await == State::Unknown);
    }
    assert_eq!(unknown, 6);
}

#[tokio::test]
async fn an_echo_of_a_refused_attempt_cancels_its_repetition() {
    let house = House::new().await;
    house.driver.next(&[Provider::Struggles]);
    let engine = house.start().await;
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    house.posts(1).await;
    house.becomes(message, State::Queued).await;
    // Its conversation waits behind it, and goes on as soon as the echo is there.
    let next = submit(&engine, submission(CHANNEL, 1)).await;
    let post = house.driver.posts()[0];
    house
        .tells(&engine, "demo", vec![Report::Status(echo(post))])
        .await;
    house.becomes(message, State::Sent).await;
    house.becomes(next, State::Submitted).await;
    assert_eq!(metric(&engine, "dragoman_late_echoes_total"), 1.0);
    house.clock.advance(Duration::from_secs(120));
    engine.stop().await;
    assert_eq!(house.sent(), [message, next]);
}

#[tokio::test]
async fn a_strict_channel_does_not_believe_failing_servers() {
    let house = House::new().await;
    let strict = Channel {
        sending: Sending {
            strict: true,
            ..Sending::default()
        },
        ..channel(CHANNEL, "demo")
    };
    house.change(Change::Channel(strict)).await;
    house.driver.next(&[Provider::Struggles]);
    let engine = house.start().await;
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    house.becomes(message, State::Unknown).await;
    engine.stop().await;
}
