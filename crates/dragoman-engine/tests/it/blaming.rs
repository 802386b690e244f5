//! What goes wrong while an event is told, and whose fault it is.

use dragoman_core::Id;
use dragoman_core::catalog::{Change, Subscription};
use dragoman_core::event::What;
use dragoman_core::ports::{Due, Happened, Store};
use dragoman_engine::Engine;
use dragoman_testkit::{tenant, until};

use crate::doubles::TEAPOT;
use crate::endpoints::Endpoint;
use crate::house::{
    ACCOUNT, CHANNEL, House, SOON, minutes, submission, submit, subscription, text,
};

const URL: &str = "http://one.example.com/hook";
/// More failures in a row than an endpoint may have before it counts as down.
const MANY: u32 = 25;

/// An installation with one subscription that is told one event after the other.
async fn subscribed() -> (House, Engine) {
    let house = House::new().await;
    let single = Subscription {
        concurrency: 1,
        ..subscription(1, URL)
    };
    house.change(Change::Subscription(single)).await;
    let engine = house.start().await;
    (house, engine)
}

async fn is_told(house: &House, last: &str) {
    until(&format!("{last} is told"), SOON, async || {
        let told = house.endpoints.told(URL);
        (told.last().map(String::as_str) == Some(last)).then_some(())
    })
    .await;
}

/// Waits until the cursor has passed everything and this is due.
async fn leaves_due(house: &House, count: usize) -> Vec<Due> {
    until(
        &format!("{count} are due and the cursor has passed"),
        SOON,
        async || {
            let (cursor, due) = house.store.deliveries(Id::from_u128(1)).await.unwrap();
            let events = house.store.events_after(cursor, 1000).await.unwrap();
            let is_open = |told: &Happened| matches!(told, Happened::Message(event, _) if event.what == What::Accepted);
            let open = events.iter().any(is_open);
            (due.len() == count && !open).then_some(due)
        },
    )
    .await
}

#[tokio::test]
async fn an_event_that_crashes_its_format_is_given_up_and_the_rest_goes_on() {
    let (house, engine) = subscribed().await;
    let poison = submit(&engine, text(CHANNEL, 1, "poison")).await;
    submit(&engine, submission(CHANNEL, 2)).await;
    is_told(&house, "2").await;
    engine.stop().await;
    let timeline = house.store.timeline(tenant(ACCOUNT), poison).await;
    assert_eq!(timeline.unwrap().unwrap().deliveries.len(), 1);
}

#[tokio::test]
async fn an_endpoint_is_not_to_blame_for_what_was_never_sent() {
    let (house, engine) = subscribed().await;
    for number in 0..MANY {
        submit(&engine, text(CHANNEL, number, "poison")).await;
    }
    submit(&engine, submission(CHANNEL, 99)).await;
    // Time stands still: an endpoint that counts as down would not be called.
    is_told(&house, "99").await;
    engine.stop().await;
}

#[tokio::test]
async fn a_crash_while_an_event_is_told_is_followed_by_another_try() {
    let (house, engine) = subscribed().await;
    house.endpoints.becomes(URL, Endpoint::Crashes);
    submit(&engine, submission(CHANNEL, 1)).await;
    let due = leaves_due(&house, 1).await;
    assert_eq!((due[0].tries, house.endpoints.calls(URL)), (1, 1));
    house.endpoints.becomes(URL, Endpoint::Takes);
    house.clock.advance(minutes(2));
    is_told(&house, "1").await;
    leaves_due(&house, 0).await;
    engine.stop().await;
}

#[tokio::test]
async fn a_crash_while_an_answer_is_judged_gives_the_event_up_and_the_rest_goes_on() {
    let (house, engine) = subscribed().await;
    house.endpoints.becomes(URL, Endpoint::Answers(TEAPOT));
    submit(&engine, submission(CHANNEL, 1)).await;
    leaves_due(&house, 0).await;
    house.endpoints.becomes(URL, Endpoint::Takes);
    submit(&engine, submission(CHANNEL, 2)).await;
    is_told(&house, "2").await;
    leaves_due(&house, 0).await;
    assert_eq!(house.endpoints.told(URL), ["2"]);
    engine.stop().await;
}

#[tokio::test]
async fn an_event_that_is_gone_is_given_up_for_good_and_nobody_is_to_blame() {
    let (house, engine) = subscribed().await;
    house.endpoints.becomes(URL, Endpoint::IsAway);
    for number in 0..MANY - 10 {
        submit(&engine, submission(CHANNEL, number)).await;
    }
    let due = leaves_due(&house, MANY as usize - 10).await;
    let gone = due.iter().map(|due| due.seq);
    house.store.forgotten.lock().unwrap().extend(gone);
    house.endpoints.becomes(URL, Endpoint::Takes);
    house.clock.advance(minutes(2));
    leaves_due(&house, 0).await;
    submit(&engine, submission(CHANNEL, 99)).await;
    is_told(&house, "99").await;
    assert_eq!(house.endpoints.told(URL), ["99"]);
    engine.stop().await;
}
