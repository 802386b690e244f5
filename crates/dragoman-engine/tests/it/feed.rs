//! Whether we would have heard a customer.

use std::time::Duration;

use dragoman_core::Timestamp;
use dragoman_core::catalog::{Change, Channel};
use dragoman_core::ports::Store;
use dragoman_core::rate::Rate;
use dragoman_testkit::{TestClock, until};

use crate::house::{CHANNEL, House, SOON, at, channel, minutes};
use crate::store::Hold;

fn watched_since(house: &House) -> Timestamp {
    let catalog = house.store.catalog();
    catalog.channel(CHANNEL).unwrap().watched_since
}

#[tokio::test]
async fn a_long_silence_before_the_start_breaks_the_feed_and_a_short_one_does_not() {
    let house = House::new().await;
    house.start().await.stop().await;
    house.clock.advance(minutes(14));
    house.start().await.stop().await;
    assert_eq!(watched_since(&house), TestClock::START);
    house.clock.advance(minutes(16));
    let engine = house.start().await;
    assert_eq!(watched_since(&house), at(30));
    engine.stop().await;
}

#[tokio::test]
async fn moving_the_clock_of_dev_does_not_break_the_feed() {
    let house = House::new().await;
    let engine = house.start().await;
    house.clock.shift(minutes(25 * 60));
    until("the heartbeat follows", SOON, async || {
        let last = house.store.last_heartbeat().await.unwrap();
        (last == Some(at(25 * 60))).then_some(())
    })
    .await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    engine.stop().await;
    house.start().await.stop().await;
    assert_eq!(watched_since(&house), TestClock::START);
}

#[tokio::test]
async fn a_frozen_process_has_not_heard_its_customers() {
    let house = House::new().await;
    let engine = house.start().await;
    tokio::task::yield_now().await;
    until("the freeze is noticed", SOON, async || {
        house.clock.advance(minutes(60));
        (watched_since(&house) > TestClock::START).then_some(())
    })
    .await;
    engine.stop().await;
}

#[tokio::test]
async fn a_gap_and_what_somebody_else_changes_meanwhile_are_both_kept() {
    let house = House::new().await;
    let engine = house.start().await;
    house.store.hold(Hold::Before("change"));
    until("the gap is about to be noted", SOON, async || {
        house.clock.advance(minutes(60));
        (house.store.held() == 1).then_some(())
    })
    .await;
    let rate = Rate::per_second(7).unwrap();
    let slower = Channel {
        rate,
        ..channel(CHANNEL, "demo")
    };
    house.change(Change::Channel(slower)).await;
    house.store.release();
    until("the gap is noted", SOON, async || {
        (watched_since(&house) > TestClock::START).then_some(())
    })
    .await;
    let catalog = house.store.catalog();
    assert_eq!(catalog.channel(CHANNEL).unwrap().rate, rate);
    engine.stop().await;
}
