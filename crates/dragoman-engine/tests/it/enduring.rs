//! Endpoints that try patience: in order or not, for days, or gone for good.

use std::collections::BTreeSet;

use dragoman_core::catalog::{Change, StopReason, Subscription};
use dragoman_core::ports::{Replay, Store};
use dragoman_core::{Id, Timestamp};
use dragoman_engine::Engine;
use dragoman_testkit::until;

use crate::endpoints::Endpoint;
use crate::house::{CHANNEL, House, SOON, minutes, submission, submit, subscription, text};

const URL: &str = "http://one.example.com/hook";
const WITNESS: &str = "http://two.example.com/hook";
const ID: Id = Id::from_u128(1);

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

fn kept(house: &House) -> Subscription {
    let catalog = house.store.catalog();
    let mut subscriptions = catalog.subscriptions.iter();
    subscriptions.find(|known| known.id == ID).unwrap().clone()
}

/// Lets time pass until the subscription is switched off, and something happen in every hour.
async fn until_it_is_stopped(house: &House, engine: &Engine) -> (Timestamp, u32) {
    for hour in 0..200 {
        submit(engine, submission(CHANNEL, 1000 + hour)).await;
        house.clock.advance(minutes(60));
        let calls = house.endpoints.calls(URL);
        let stopped = until("it is tried or switched off", SOON, async || {
            let is_over = kept(house).stopped.is_some() || house.endpoints.calls(URL) > calls;
            is_over.then(|| kept(house).stopped)
        });
        if let Some(stopped) = stopped.await {
            assert_eq!(stopped.reason, StopReason::Failing);
            return (stopped.at, hour + 1);
        }
    }
    panic!("it was called for more than a week");
}

#[tokio::test]
async fn in_order_the_second_event_of_a_conversation_waits_for_the_first() {
    let house = House::new().await;
    let ordered = Subscription {
        ordered: true,
        ..subscription(1, URL)
    };
    subscribed(&house, ordered).await;
    house.endpoints.becomes(URL, Endpoint::IsAway);
    let engine = house.start().await;
    for body in ["a1", "a2", "a3"] {
        submit(&engine, text(CHANNEL, 1, body)).await;
    }
    submit(&engine, text(CHANNEL, 2, "b1")).await;
    until("everything is tried or waits", SOON, async || {
        let (_, due) = house.store.deliveries(ID).await.unwrap();
        (due.len() == 4).then_some(())
    })
    .await;
    assert_eq!(
        house.endpoints.calls(URL),
        2,
        "the first of each conversation"
    );
    house.endpoints.becomes(URL, Endpoint::Takes);
    house.clock.advance(minutes(2));
    let mut all = told(&house, URL, 4).await;
    all.retain(|body| body.starts_with('a'));
    assert_eq!(all, ["a1", "a2", "a3"]);
    engine.stop().await;
}

#[tokio::test]
async fn the_order_outlives_a_restart() {
    let house = House::new().await;
    let ordered = Subscription {
        ordered: true,
        ..subscription(1, URL)
    };
    subscribed(&house, ordered).await;
    house.endpoints.becomes(URL, Endpoint::IsAway);
    let engine = house.start().await;
    for body in ["a1", "a2", "a3"] {
        submit(&engine, text(CHANNEL, 1, body)).await;
    }
    until("everything is tried or waits", SOON, async || {
        let (_, due) = house.store.deliveries(ID).await.unwrap();
        (due.len() == 3).then_some(())
    })
    .await;
    engine.stop().await;
    house.endpoints.becomes(URL, Endpoint::Takes);
    let engine = house.start().await;
    submit(&engine, text(CHANNEL, 2, "b1")).await;
    assert_eq!(
        told(&house, URL, 1).await,
        ["b1"],
        "the others wait for the first"
    );
    house.clock.advance(minutes(2));
    assert_eq!(told(&house, URL, 4).await, ["b1", "a1", "a2", "a3"]);
    engine.stop().await;
}

#[tokio::test]
async fn who_is_gone_is_not_called_again_and_loses_nothing() {
    let house = House::new().await;
    subscribed(&house, subscription(1, URL)).await;
    subscribed(&house, subscription(2, WITNESS)).await;
    house.endpoints.becomes(URL, Endpoint::Answers(410));
    let engine = house.start().await;
    submit(&engine, submission(CHANNEL, 1)).await;
    until("it is switched off", SOON, async || {
        (!kept(&house).enabled).then_some(())
    })
    .await;
    let stopped = kept(&house).stopped.unwrap();
    assert_eq!(stopped.reason, StopReason::Gone);
    let calls = house.endpoints.calls(URL);
    submit(&engine, submission(CHANNEL, 2)).await;
    let news = format!("{} is gone", ID.simple());
    let witnessed: BTreeSet<String> = told(&house, WITNESS, 3).await.into_iter().collect();
    assert_eq!(
        witnessed,
        BTreeSet::from(["1".into(), "2".into(), news.clone()])
    );
    assert_eq!(house.endpoints.calls(URL), calls);
    house.endpoints.becomes(URL, Endpoint::Takes);
    subscribed(&house, kept(&house).resumed()).await;
    let all: BTreeSet<String> = told(&house, URL, 3).await.into_iter().collect();
    assert_eq!(all, BTreeSet::from(["1".into(), "2".into(), news]));
    engine.stop().await;
}

#[tokio::test]
async fn who_is_called_again_is_not_judged_by_what_it_said_before() {
    let house = House::new().await;
    subscribed(&house, subscription(1, URL)).await;
    let engine = house.start().await;
    house.endpoints.becomes(URL, Endpoint::AnswersLate(410));
    submit(&engine, submission(CHANNEL, 1)).await;
    until("the first is under way", SOON, async || {
        (house.endpoints.calls(URL) == 1).then_some(())
    })
    .await;
    house.endpoints.becomes(URL, Endpoint::Answers(410));
    submit(&engine, submission(CHANNEL, 2)).await;
    until("it is switched off", SOON, async || {
        (!kept(&house).enabled).then_some(())
    })
    .await;
    house.endpoints.answer_late();
    until("both are due again", SOON, async || {
        let (_, due) = house.store.deliveries(ID).await.unwrap();
        (due.len() == 2).then_some(())
    })
    .await;
    house.endpoints.becomes(URL, Endpoint::Takes);
    subscribed(&house, kept(&house).resumed()).await;
    told(&house, URL, 3).await;
    assert!(kept(&house).enabled);
    engine.stop().await;
}

#[tokio::test]
async fn after_five_days_without_success_it_is_switched_off_and_hears_everything_later() {
    let house = House::new().await;
    subscribed(&house, subscription(1, URL)).await;
    subscribed(&house, subscription(2, WITNESS)).await;
    house.endpoints.becomes(URL, Endpoint::IsLate);
    let engine = house.start().await;
    let begun = house.clock_now();
    let (stopped_at, count) = until_it_is_stopped(&house, &engine).await;
    let days = stopped_at.since(begun).as_secs() / (24 * 3600);
    assert_eq!(days, 5);
    let told_of_it = format!("{} is failing", ID.simple());
    let witnessed = until("somebody hears of it three times", SOON, async || {
        let told = house.endpoints.told(WITNESS);
        (told.len() >= count as usize + 3).then_some(told)
    })
    .await;
    let alarms = witnessed.iter().filter(|told| **told == told_of_it).count();
    assert_eq!(alarms, 3, "after an hour, after a day, and at the end");

    house.endpoints.becomes(URL, Endpoint::Takes);
    subscribed(&house, kept(&house).resumed()).await;
    let everything: BTreeSet<String> = (1000..1000 + count).map(|one| one.to_string()).collect();
    until("everything is told", SOON, async || {
        house.clock.advance(minutes(2));
        let all_dead = Replay::Dead {
            channel: None,
            events: Vec::new(),
        };
        engine.replays().replay(ID, all_dead).await.unwrap();
        let told: BTreeSet<String> = house.endpoints.told(URL).into_iter().collect();
        everything.is_subset(&told).then_some(())
    })
    .await;
    assert_eq!(house.store.telling(ID).failing_since, None);
    engine.stop().await;
}
