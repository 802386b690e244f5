//! Endpoints that misbehave on the wire, all at once, beside one that does not.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use dragoman_core::Id;
use dragoman_core::catalog::{Change, Subscription};
use dragoman_core::ports::Store;
use dragoman_engine::HttpClient;
use dragoman_testkit::{Endpoint, Habit, Receiver, until};

use crate::house::{CHANNEL, House, SOON, submission, submit, subscription};

const EVENTS: u32 = 30;

#[tokio::test]
async fn whatever_endpoints_do_the_others_hear_everything_and_each_event_once() {
    let house = House::new().await;
    let witness = Receiver::start();
    let healthy = Receiver::start();
    let habits = [
        Habit::Hangs,
        Habit::Dawdles,
        Habit::Resets,
        Habit::Babbles,
        Habit::Redirects(witness.address()),
        Habit::Throttles,
        Habit::NeverEnds,
        Habit::Bombs,
        Habit::Flaps,
    ];
    for (id, habit) in (10..).zip(habits) {
        let endpoint = Endpoint::start(habit).await;
        let url = endpoint.url("/hook");
        house
            .change(Change::Subscription(subscription(id, &url)))
            .await;
    }
    let signed = Subscription {
        secret: Some(dragoman_core::Secret::new(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
        )),
        ..subscription(1, &healthy.url("/hook"))
    };
    house.change(Change::Subscription(signed)).await;
    let loopback = vec!["127.0.0.0/8".parse().unwrap()];
    let engine = house.start_with(Arc::new(HttpClient::new(loopback))).await;
    for number in 0..EVENTS {
        submit(&engine, submission(CHANNEL, number)).await;
    }
    let heard = healthy.wait_for(EVENTS as usize, SOON).await;
    let ids: BTreeSet<&str> = heard
        .iter()
        .filter_map(|one| one.header("webhook-id"))
        .collect();
    assert_eq!((heard.len(), ids.len()), (EVENTS as usize, EVENTS as usize));

    let due = async |id: u128| house.store.deliveries(Id::from_u128(id)).await.unwrap();
    for (id, habit) in (12..).zip([Habit::Resets, Habit::Babbles]) {
        until(&format!("{habit:?} has failed"), SOON, async || {
            let (_, due) = due(id).await;
            (due.len() == EVENTS as usize).then_some(())
        })
        .await;
    }
    for (id, what) in [(14, "redirects"), (15, "throttles"), (17, "bombs")] {
        until(&format!("who {what} has failed"), SOON, async || {
            let (_, due) = due(id).await;
            (due.len() == EVENTS as usize).then_some(())
        })
        .await;
    }
    until("who never ends has taken everything", SOON, async || {
        let (cursor, due) = due(16).await;
        (cursor > 0 && due.is_empty()).then_some(())
    })
    .await;
    assert_eq!(witness.received().len(), 0, "no redirect is followed");

    // Who flaps gets in the end what it has refused.
    until("who flaps has everything", SOON, async || {
        house.clock.advance(Duration::from_secs(120));
        let (cursor, due) = due(18).await;
        (cursor > 0 && due.is_empty()).then_some(())
    })
    .await;
}
