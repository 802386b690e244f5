//! From the desk to the provider.

use std::collections::HashSet;
use std::time::Duration;

use dragoman_core::catalog::{Change, Channel};
use dragoman_core::outcome::{Again, Slow};
use dragoman_core::ports::{DeskError, Store};
use dragoman_core::rate::Rate;
use dragoman_core::submission::IdempotencyKey;
use dragoman_core::{Refusal, State};
use dragoman_store::SqliteStore;
use dragoman_testkit::until;

use crate::doubles::{DoubleDriver, Provider};
use crate::house::{
    ACCOUNT, CHANNEL, House, OTHER, SOON, channel, minutes, submission, submit, try_submit,
};

async fn posts(house: &House, count: usize) {
    until(&format!("{count} POSTs are made"), SOON, async || {
        (house.driver.posts().len() >= count).then_some(())
    })
    .await;
}

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
    let driver = DoubleDriver::preparing(true);
    let house = House::around(SqliteStore::in_memory().unwrap(), driver).await;
    let engine = house.start().await;
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    house.becomes(message, State::Submitted).await;
    assert_eq!(
        house.log(),
        ["accept", "claim", "prepare", "begin", "POST", "settle"]
    );
    engine.stop().await;
}

#[tokio::test]
async fn a_proven_refusal_is_tried_again_and_a_final_one_is_not() {
    let house = House::new().await;
    let engine = house.start().await;
    house.driver.next(&[quick_backoff(), quick_backoff()]);
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    for made in 1..=2 {
        posts(&house, made).await;
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
    let sent: Vec<_> = house
        .driver
        .posts()
        .iter()
        .map(|post| post.message)
        .collect();
    assert_eq!(sent, [lost, crashed, after, last]);
    engine.stop().await;
}

#[tokio::test]
async fn a_message_that_crashes_its_preparation_is_set_aside() {
    let driver = DoubleDriver::preparing(true);
    let house = House::around(SqliteStore::in_memory().unwrap(), driver).await;
    let engine = house.start().await;
    house.driver.next(&[Provider::CrashesBefore]);
    let poison = submit(&engine, submission(CHANNEL, 1)).await;
    house.becomes(poison, State::Dead).await;
    let next = submit(&engine, submission(CHANNEL, 1)).await;
    house.becomes(next, State::Submitted).await;
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
    posts(&house, 8).await;
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
        posts(&house, sent).await;
        tokio::task::yield_now().await;
        assert_eq!(house.driver.posts().len(), sent, "time stands still");
        house.clock.advance(Duration::from_millis(100));
    }
    engine.stop().await;
}

#[tokio::test]
async fn a_conversation_stays_in_order_while_others_overtake() {
    let house = House::new().await;
    let engine = house.start().await;
    house.driver.next(&[quick_backoff()]);
    let first = submit(&engine, submission(CHANNEL, 1)).await;
    posts(&house, 1).await;
    house.becomes(first, State::Queued).await;
    let second = submit(&engine, submission(CHANNEL, 1)).await;
    let other = submit(&engine, submission(CHANNEL, 2)).await;
    house.becomes(other, State::Submitted).await;
    assert_eq!(house.state(second).await, State::Queued);
    house.clock.advance(minutes(5));
    house.becomes(second, State::Submitted).await;
    let sent: Vec<_> = house
        .driver
        .posts()
        .iter()
        .map(|post| post.message)
        .collect();
    assert_eq!(sent, [first, other, first, second]);
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
async fn an_outage_costs_few_attempts_and_everything_goes_out_afterwards() {
    let house = House::new().await;
    house.driver.always(CHANNEL, Provider::IsAway);
    let engine = house.start().await;
    let mut messages = Vec::new();
    for number in 0..200 {
        messages.push(submit(&engine, submission(CHANNEL, number)).await);
    }
    for probe in 0..5 {
        posts(&house, 10 + probe).await;
        house.clock.advance(Duration::from_secs(10));
    }
    let burnt = house.driver.posts().len();
    assert!(burnt <= 25, "{burnt}");
    house.driver.always(CHANNEL, Provider::Takes);
    for message in messages {
        until("everything is sent", SOON, async || {
            house.clock.advance(Duration::from_millis(100));
            (house.state(message).await == State::Submitted).then_some(())
        })
        .await;
    }
    engine.stop().await;
}

#[tokio::test]
async fn a_throttled_channel_pauses_as_long_as_the_provider_says() {
    let house = House::new().await;
    let engine = house.start().await;
    let pause = Duration::from_secs(30);
    house
        .driver
        .next(&[Provider::Refuses(Again::After(pause), Slow::Channel)]);
    let throttled = submit(&engine, submission(CHANNEL, 1)).await;
    posts(&house, 1).await;
    house.becomes(throttled, State::Queued).await;
    let other = submit(&engine, submission(CHANNEL, 2)).await;
    assert_eq!(house.state(other).await, State::Queued);
    house.clock.advance(pause);
    house.becomes(other, State::Submitted).await;
    house.clock.advance(pause);
    house.becomes(throttled, State::Submitted).await;
    engine.stop().await;
}

#[tokio::test]
async fn nothing_is_sent_after_its_time() {
    let house = House::new().await;
    house.driver.next(&[quick_backoff()]);
    let engine = house.start().await;
    let mut short = submission(CHANNEL, 1);
    short.ttl = Some(minutes(1));
    let message = submit(&engine, short).await;
    posts(&house, 1).await;
    house.becomes(message, State::Queued).await;
    house.clock.advance(minutes(5));
    house.becomes(message, State::Expired).await;
    assert_eq!(house.driver.posts().len(), 1);
    engine.stop().await;
}

#[tokio::test]
async fn a_repeated_call_is_answered_with_the_first_message() {
    let house = House::new().await;
    let engine = house.start().await;
    let keyed = |fingerprint| {
        let mut submission = submission(CHANNEL, 1);
        submission.key = Some(IdempotencyKey {
            key: [1; 16],
            fingerprint: [fingerprint; 16],
        });
        submission
    };
    let first = submit(&engine, keyed(1)).await;
    house.becomes(first, State::Submitted).await;
    let again = try_submit(&engine, keyed(1)).await.unwrap();
    assert!(again.replayed);
    assert_eq!(again.message, first);
    let other = try_submit(&engine, keyed(2)).await;
    assert_eq!(other.unwrap_err(), DeskError::KeyReused);
    let next = submit(&engine, submission(CHANNEL, 2)).await;
    house.becomes(next, State::Submitted).await;
    assert_eq!(house.driver.posts().len(), 2);
    engine.stop().await;
}

#[tokio::test]
async fn the_rules_refuse_and_nothing_is_stored() {
    let house = House::new().await;
    let engine = house.start().await;
    house.clock.advance(minutes(25 * 60));
    let refused = try_submit(&engine, submission(CHANNEL, 1)).await;
    assert_eq!(
        refused.unwrap_err(),
        DeskError::Refused(Refusal::WindowClosed)
    );
    assert_eq!(house.store.last_event(), 0);
    engine.stop().await;
}

#[tokio::test]
async fn an_unwell_store_is_not_available() {
    let house = House::new().await;
    let engine = house.start().await;
    house.fail(&["accept"]);
    let refused = try_submit(&engine, submission(CHANNEL, 1)).await;
    assert_eq!(refused.unwrap_err(), DeskError::Unavailable);
    house.fail(&[]);
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    house.becomes(message, State::Submitted).await;
    engine.stop().await;
}

#[tokio::test]
async fn an_answer_is_kept_until_the_store_can_take_it() {
    let house = House::new().await;
    let engine = house.start().await;
    house.fail(&["settle"]);
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    posts(&house, 1).await;
    house.becomes(message, State::InFlight).await;
    house.fail(&[]);
    house.becomes(message, State::Submitted).await;
    assert_eq!(house.driver.posts().len(), 1);
    engine.stop().await;
}

#[tokio::test]
async fn what_cannot_be_claimed_now_is_sent_later() {
    let house = House::around(
        SqliteStore::in_memory().unwrap(),
        DoubleDriver::preparing(true),
    )
    .await;
    let engine = house.start().await;
    house.fail(&["claim"]);
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    until("the claim has failed", SOON, async || {
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
async fn a_departure_that_comes_too_late_to_its_post_is_taken_back() {
    let house = House::new().await;
    let engine = house.start().await;
    house.clock.hurry(true);
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    until("it is taken back", SOON, async || {
        house.log().contains(&"withdraw").then_some(())
    })
    .await;
    assert_eq!(house.driver.posts().len(), 0);
    house.clock.hurry(false);
    house.becomes(message, State::Submitted).await;
    assert_eq!(house.driver.posts().len(), 1);
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
        .message(ACCOUNT, house.driver.posts()[0].message);
    assert!(known.await.unwrap().is_some());
    engine.stop().await;
}
