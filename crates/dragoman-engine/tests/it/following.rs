//! How soon a change of the catalog is followed.

use std::time::Instant;

use dragoman_core::catalog::{Change, Channel};
use dragoman_core::rate::Rate;

use crate::house::{CHANNEL, House, SOON, channel, submission, submit, subscription};

const URL: &str = "http://one.example.com/hook";

/// Waits while every timer stands still, so that nobody can find something by looking now and
/// then: timers only run on when there is nothing else to do, and this keeps the runtime busy.
async fn without_timers(what: &str, condition: impl Fn() -> bool) {
    tokio::time::pause();
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < SOON, "waited in vain until {what}");
        tokio::task::yield_now().await;
    }
    tokio::time::resume();
}

fn change(house: &House, change: Change) {
    let store = std::sync::Arc::clone(&house.store.inner);
    tokio::spawn(async move {
        use dragoman_core::ports::Store;
        store.change(vec![change]).await.unwrap();
    });
}

#[tokio::test]
async fn a_new_subscription_is_told_at_once() {
    let house = House::new().await;
    let engine = house.start().await;
    submit(&engine, submission(CHANNEL, 1)).await;
    change(&house, Change::Subscription(subscription(1, URL)));
    without_timers("it is told", || house.endpoints.told(URL) == ["1"]).await;
    engine.stop().await;
}

#[tokio::test]
async fn a_channel_is_as_fast_as_it_is_set_at_once() {
    let house = House::new().await;
    let rated = |count| {
        Change::Channel(Channel {
            rate: Rate::per_second(count).unwrap(),
            ..channel(CHANNEL, "demo")
        })
    };
    house.change(rated(1)).await;
    let engine = house.start_warm().await;
    submit(&engine, submission(CHANNEL, 1)).await;
    assert_eq!(house.driver.posts().len(), 1, "the second has to wait");
    change(&house, rated(1000));
    without_timers("it is sent", || house.driver.posts().len() == 2).await;
    engine.stop().await;
}
