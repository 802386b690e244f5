//! A clock that somebody sets, while the engine runs and while it does not.

use std::time::Duration;

use dragoman_core::catalog::Change;
use dragoman_core::outcome::{Again, Slow};
use dragoman_core::ports::Store;
use dragoman_core::submission::Submission;
use dragoman_core::{MessageId, State, Timestamp};
use dragoman_engine::Engine;
use dragoman_store::SqliteStore;
use dragoman_testkit::{TestClock, until};

use crate::doubles::{DoubleDriver, Provider};
use crate::endpoints::Endpoint;
use crate::house::{
    CHANNEL, House, SOON, metric, minutes, opened_again, submission, submit, subscription,
};

const URL: &str = "http://one.example.com/hook";
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Somebody sets the clock by so many seconds, and the engine notices.
async fn set(house: &House, engine: &Engine, by: i64) {
    let before = metric(engine, "dragoman_clock_jumps_total");
    let to = house.clock_now().millis() + by * 1000;
    house.clock.set(Timestamp::from_millis(to));
    until("the jump is noticed", SOON, async || {
        let jumps = metric(engine, "dragoman_clock_jumps_total");
        (jumps > before).then_some(())
    })
    .await;
}

/// The clock that everything is judged by shows this.
async fn believes(engine: &Engine, time: Timestamp) {
    until("the new time is believed", SOON, async || {
        (engine.clock().now() == time).then_some(())
    })
    .await;
}

/// A message that lives for so long and that the provider wants to be tried again in an hour.
async fn waiting(house: &House, engine: &Engine, number: u32, life: Duration) -> MessageId {
    let later = Again::After(minutes(60));
    house
        .driver
        .next(&[Provider::Refuses(later, Slow::Message)]);
    let posts = house.driver.posts().len();
    let message = submit(
        engine,
        Submission {
            ttl: Some(life),
            ..submission(CHANNEL, number)
        },
    )
    .await;
    house.posts(posts + 1).await;
    house.becomes(message, State::Queued).await;
    message
}

#[tokio::test]
async fn nothing_expires_by_a_clock_that_has_jumped_until_its_new_time_has_lasted() {
    let house = House::new().await;
    let engine = house.start_warm().await;
    let long = waiting(&house, &engine, 1, minutes(30)).await;
    let short = waiting(&house, &engine, 2, Duration::from_secs(20)).await;
    set(&house, &engine, DAY).await;
    // What expires by the time that is believed shows that it was looked for.
    house.clock.advance(Duration::from_secs(30));
    house.becomes(short, State::Expired).await;
    assert_eq!(house.state(long).await, State::Queued);
    house.clock.advance(Duration::from_secs(31));
    believes(&engine, house.clock_now()).await;
    house.clock.advance(Duration::from_secs(10));
    house.becomes(long, State::Expired).await;
    assert_eq!(metric(&engine, "dragoman_clock_jumps_total"), 1.0);
    engine.stop().await;
}

#[tokio::test]
async fn a_clock_that_is_put_right_within_a_minute_changes_nothing() {
    let house = House::new().await;
    let engine = house.start_warm().await;
    let message = waiting(&house, &engine, 1, minutes(90)).await;
    for wrong in [DAY, -DAY] {
        set(&house, &engine, wrong).await;
        house.clock.advance(Duration::from_secs(50));
        let right = house.clock_now().millis() - wrong * 1000;
        house.clock.set(Timestamp::from_millis(right));
        believes(&engine, house.clock_now()).await;
        house.clock.advance(minutes(5));
    }
    assert_eq!(house.state(message).await, State::Queued);
    house.clock.advance(minutes(60));
    house.becomes(message, State::Submitted).await;
    assert_eq!(metric(&engine, "dragoman_clock_jumps_total"), 2.0);
    engine.stop().await;
}

#[tokio::test]
async fn whatever_the_clock_does_each_message_is_sent_once_and_each_event_told_once_and_in_time() {
    for by in [HOUR, -HOUR, DAY, -DAY] {
        let house = House::new().await;
        let hook = subscription(1, URL);
        house.change(Change::Subscription(hook)).await;
        house.endpoints.becomes(URL, Endpoint::Answers(500));
        let engine = house.start_warm().await;
        let retried = Provider::Refuses(Again::After(minutes(2)), Slow::Message);
        house.driver.next(&[retried]);
        let message = submit(&engine, submission(CHANNEL, 1)).await;
        house.posts(2).await;
        house.becomes(message, State::Queued).await;
        until("telling fails", SOON, async || {
            (house.endpoints.calls(URL) >= 2).then_some(())
        })
        .await;
        house.endpoints.becomes(URL, Endpoint::Takes);
        set(&house, &engine, by).await;
        house.clock.advance(minutes(1));
        believes(&engine, house.clock_now()).await;
        house.clock.advance(minutes(2));
        house.becomes(message, State::Submitted).await;
        until("both are told", SOON, async || {
            (house.endpoints.told(URL).len() == 2).then_some(())
        })
        .await;
        // Nothing is left to do.
        house.clock.advance(minutes(10));
        let last = submit(&engine, submission(CHANNEL, 2)).await;
        house.becomes(last, State::Submitted).await;
        assert_eq!(house.driver.posts().len(), 4, "{by}");
        engine.stop().await;
        assert_eq!(house.endpoints.told(URL).len(), 3, "{by}");
    }
}

#[tokio::test]
async fn a_provider_that_says_what_time_it_is_is_compared_with_the_clock_of_this_machine() {
    let house = House::new().await;
    let engine = house.start_warm().await;
    let behind = TestClock::START.minus(minutes(2));
    house
        .endpoints
        .becomes("http://page.example.com/", Endpoint::ShowsTime(behind));
    house.driver.next(&[Provider::AnswersNonsense]);
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    house.becomes(message, State::Unknown).await;
    assert_eq!(metric(&engine, "dragoman_clock_skew_seconds"), 120.0);
    engine.stop().await;
}

#[tokio::test]
async fn the_oldest_message_that_waits_is_known_and_when_it_has_waited_for_long() {
    let house = House::new().await;
    let engine = house.start_warm().await;
    let oldest = || engine.lines().oldest(CHANNEL);
    assert_eq!(oldest(), None);
    let message = waiting(&house, &engine, 1, minutes(50)).await;
    waiting(&house, &engine, 2, minutes(1000)).await;
    house.clock.advance(minutes(5));
    let first = oldest().unwrap();
    assert_eq!((first.message, first.waited), (message, minutes(5)));
    assert!(!first.has_waited_long());
    house.clock.advance(minutes(1));
    assert!(oldest().unwrap().has_waited_long());
    engine.stop().await;
}

#[tokio::test]
async fn what_was_due_in_minutes_is_so_after_a_start_with_a_clock_that_was_set_back() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    let house = House::around(store, DoubleDriver::default()).await;
    let hook = subscription(1, URL);
    house.change(Change::Subscription(hook)).await;
    house.endpoints.becomes(URL, Endpoint::Answers(500));
    let engine = house.start_warm().await;
    let message = waiting(&house, &engine, 1, minutes(90)).await;
    until("telling fails", SOON, async || {
        let (_, due) = house
            .store
            .deliveries(subscription(1, URL).id)
            .await
            .unwrap();
        (due.len() == 2).then_some(())
    })
    .await;
    engine.stop().await;
    drop((engine, house));

    let store = opened_again(directory.path()).await;
    let house = House::again(store, DoubleDriver::default());
    let yesterday = TestClock::START.minus(Duration::from_secs(24 * 3600));
    house.clock.set(yesterday);
    let engine = house.start().await;
    assert_eq!(metric(&engine, "dragoman_clock_jumps_total"), 1.0);
    // For how long nobody has listened to the customers cannot be known.
    let watched_since = house
        .store
        .catalog()
        .channel(CHANNEL)
        .unwrap()
        .watched_since;
    assert_eq!(watched_since, yesterday);
    house.clock.advance(minutes(2));
    until("both are told", SOON, async || {
        (house.endpoints.told(URL).len() == 2).then_some(())
    })
    .await;
    assert!(house.sent().is_empty());
    house.clock.advance(minutes(70));
    house.becomes(message, State::Submitted).await;
    engine.stop().await;
}
