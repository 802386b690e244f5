//! Customers' webhooks.

use std::collections::BTreeSet;
use std::time::Duration;

use dragoman_core::Id;
use dragoman_core::catalog::{Change, Subscription};
use dragoman_core::ports::Store;
use dragoman_testkit::until;

use crate::house::{
    CHANNEL, House, OTHER, SOON, channel, minutes, submission, submit, subscription, text,
};

const URL: &str = "http://one.example.com/hook";
const DEAD: &str = "http://two.example.com/hook";

async fn told(house: &House, url: &str, count: usize) -> Vec<String> {
    until(&format!("{count} events are told"), SOON, async || {
        let told = house.endpoints.told(url);
        (told.len() >= count).then_some(told)
    })
    .await
}

async fn subscribed(house: &House, subscription: Subscription) {
    house.change(Change::Subscription(subscription)).await;
}

#[tokio::test]
async fn every_event_is_told_once_in_order_also_after_a_restart() {
    let house = House::new().await;
    let single = Subscription {
        concurrency: 1,
        ..subscription(1, URL)
    };
    subscribed(&house, single).await;
    let engine = house.start().await;
    for number in 0..20 {
        submit(&engine, submission(CHANNEL, number)).await;
    }
    told(&house, URL, 20).await;
    engine.stop().await;
    let engine = house.start().await;
    submit(&engine, submission(CHANNEL, 20)).await;
    let all = told(&house, URL, 21).await;
    let expected: Vec<String> = (0..=20).map(|number: u32| number.to_string()).collect();
    assert_eq!(all, expected);
    engine.stop().await;
    let (cursor, due) = house.store.deliveries(Id::from_u128(1)).await.unwrap();
    assert!(cursor > 0 && due.is_empty(), "{cursor} {due:?}");
}

#[tokio::test]
async fn a_receiver_that_was_down_gets_every_event_when_it_is_back() {
    let house = House::new().await;
    subscribed(&house, subscription(1, URL)).await;
    house.endpoints.down(URL, true);
    let engine = house.start().await;
    for number in 0..40 {
        submit(&engine, submission(CHANNEL, number)).await;
    }
    until("the first tries have failed", SOON, async || {
        (house.endpoints.calls(URL) >= 20).then_some(())
    })
    .await;
    until("the cursor has passed", SOON, async || {
        let (cursor, due) = house.store.deliveries(Id::from_u128(1)).await.unwrap();
        (cursor > 0 && due.len() == 40).then_some(())
    })
    .await;
    assert!(house.endpoints.calls(URL) < 30, "a down endpoint is spared");
    engine.stop().await;

    let engine = house.start().await;
    house.endpoints.down(URL, false);
    let all = until("all events are told", SOON, async || {
        house.clock.advance(minutes(2));
        let told = house.endpoints.told(URL);
        (told.len() >= 40).then_some(told)
    })
    .await;
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 40);
    until("nothing is due any more", SOON, async || {
        let (_, due) = house.store.deliveries(Id::from_u128(1)).await.unwrap();
        due.is_empty().then_some(())
    })
    .await;
    engine.stop().await;
}

#[tokio::test]
async fn a_slow_or_dead_endpoint_does_not_delay_another() {
    let house = House::new().await;
    subscribed(&house, subscription(1, URL)).await;
    subscribed(&house, subscription(2, DEAD)).await;
    house.endpoints.hang(DEAD);
    let engine = house.start().await;
    for number in 0..30 {
        submit(&engine, submission(CHANNEL, number)).await;
    }
    told(&house, URL, 30).await;
    assert_eq!(house.endpoints.calls(DEAD), 4, "bounded by its concurrency");
}

#[tokio::test]
async fn subscriptions_hear_of_their_channel_and_of_their_time_only() {
    let house = House::new().await;
    house.change(Change::Channel(channel(OTHER, "other"))).await;
    let engine = house.start().await;
    submit(&engine, submission(CHANNEL, 1)).await;
    let later = Subscription {
        channel: Some(CHANNEL),
        since: house.store.last_event(),
        ..subscription(1, URL)
    };
    subscribed(&house, later.clone()).await;
    engine.notice();
    submit(&engine, submission(OTHER, 2)).await;
    submit(&engine, submission(CHANNEL, 3)).await;
    assert_eq!(told(&house, URL, 1).await, ["3"]);

    let off = Subscription {
        enabled: false,
        ..later.clone()
    };
    subscribed(&house, off).await;
    engine.notice();
    tokio::time::sleep(Duration::from_millis(100)).await;
    submit(&engine, submission(CHANNEL, 4)).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(house.endpoints.told(URL), ["3"]);
    subscribed(&house, later).await;
    engine.notice();
    assert_eq!(told(&house, URL, 2).await, ["3", "4"]);
    engine.stop().await;
}

#[tokio::test]
async fn an_event_that_crashes_its_format_is_given_up_and_the_rest_goes_on() {
    let house = House::new().await;
    subscribed(&house, subscription(1, URL)).await;
    let engine = house.start().await;
    let poison = submit(&engine, text(CHANNEL, 1, "poison")).await;
    submit(&engine, submission(CHANNEL, 2)).await;
    assert_eq!(told(&house, URL, 1).await, ["2"]);
    engine.stop().await;
    let timeline = house.store.timeline(crate::house::ACCOUNT, poison).await;
    assert_eq!(timeline.unwrap().unwrap().deliveries.len(), 1);
}
