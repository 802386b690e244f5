//! Customers' webhooks.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use dragoman_core::catalog::{Change, Subscription};
use dragoman_core::id::{AttemptId, AttemptToken};
use dragoman_core::inbound::{Context, Inbound, Report};
use dragoman_core::ports::{Incoming, Store};
use dragoman_core::{Id, MessageId, State};
use dragoman_engine::IntakeAnswer;
use dragoman_testkit::until;

use crate::doubles::provider_id;
use crate::endpoints::Endpoint;
use crate::house::{
    CHANNEL, House, OTHER, SOON, call, channel, hello, minutes, submission, submit, subscription,
};

const URL: &str = "http://one.example.com/hook";
const DEAD: &str = "http://two.example.com/hook";
const WITNESS: &str = "http://three.example.com/hook";

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
async fn what_is_gone_is_not_looked_for_again_and_again() {
    let house = House::new().await;
    subscribed(&house, subscription(1, URL)).await;
    let engine = house.start().await;
    *house.store.forgotten.lock().unwrap() = (1..1000).collect();
    let first = submit(&engine, submission(CHANNEL, 1)).await;
    house.becomes(first, State::Submitted).await;
    let before = house.store.reads.load(Ordering::SeqCst);
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    let reads = house.store.reads.load(Ordering::SeqCst) - before;
    assert!(reads < 10, "{reads} reads");
    house.store.forgotten.lock().unwrap().clear();
    submit(&engine, submission(CHANNEL, 2)).await;
    assert_eq!(told(&house, URL, 2).await, ["1", "2"]);
    engine.stop().await;
}

#[tokio::test]
async fn a_receiver_that_was_down_gets_every_event_when_it_is_back() {
    let house = House::new().await;
    subscribed(&house, subscription(1, URL)).await;
    house.endpoints.becomes(URL, Endpoint::IsAway);
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
    house.endpoints.becomes(URL, Endpoint::Takes);
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
    house.endpoints.becomes(DEAD, Endpoint::NeverAnswers);
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
    submit(&engine, submission(OTHER, 2)).await;
    submit(&engine, submission(CHANNEL, 3)).await;
    assert_eq!(told(&house, URL, 1).await, ["3"]);

    let off = Subscription {
        enabled: false,
        ..later.clone()
    };
    subscribed(&house, off).await;
    submit(&engine, submission(CHANNEL, 4)).await;
    let witness = Subscription {
        since: house.store.last_event() - 1,
        ..subscription(2, WITNESS)
    };
    subscribed(&house, witness).await;
    submit(&engine, submission(CHANNEL, 5)).await;
    told(&house, WITNESS, 1).await;
    assert_eq!(house.endpoints.told(URL), ["3"]);
    subscribed(&house, later).await;
    assert_eq!(told(&house, URL, 3).await, ["3", "4", "5"]);
    engine.stop().await;
}

/// What the customer answers to the message that this POST brought.
fn answer_to(post: &AttemptToken) -> Incoming {
    let context = Context {
        provider_id: Some(provider_id(post).into()),
        from: None,
        forwarded: false,
        raw: None,
    };
    Incoming {
        provider_id: "provider-demo".into(),
        reports: vec![Report::Inbound(Inbound {
            context: Some(context),
            ..hello()
        })],
    }
}

#[tokio::test]
async fn an_answer_is_told_with_what_it_refers_to() {
    let house = House::new().await;
    let engine = house.start_warm().await;
    let since = house.store.last_event();
    let subscription = Subscription {
        since,
        ..subscription(1, URL)
    };
    subscribed(&house, subscription).await;
    let post = house.driver.posts()[0];
    house.driver.says(vec![answer_to(&post)]);
    house.fail(&["by_provider_id"]);
    assert_eq!(call(&engine, "demo").await, IntakeAnswer::Taken);
    until("the store was asked", SOON, async || {
        house.log().contains(&"failed").then_some(())
    })
    .await;
    assert_eq!(house.endpoints.calls(URL), 0);
    house.fail(&[]);
    let expected = format!("refers to {:?}", Some(post.message));
    assert_eq!(told(&house, URL, 1).await, [expected]);
    engine.stop().await;
}

#[tokio::test]
async fn an_answer_to_what_nobody_knows_is_told_too() {
    let house = House::new().await;
    subscribed(&house, subscription(1, URL)).await;
    let engine = house.start().await;
    let unknown = AttemptToken {
        message: MessageId::from_parts(1, 1),
        attempt: AttemptId(1),
    };
    house.driver.says(vec![answer_to(&unknown)]);
    assert_eq!(call(&engine, "demo").await, IntakeAnswer::Taken);
    assert_eq!(told(&house, URL, 1).await, ["refers to None"]);
    engine.stop().await;
}
