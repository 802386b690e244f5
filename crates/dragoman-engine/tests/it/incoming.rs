//! Providers' webhooks.

use std::sync::Arc;

use dragoman_core::catalog::{Change, Channel};
use dragoman_core::event::What;
use dragoman_core::inbound::Report;
use dragoman_core::outcome::{Again, Slow};
use dragoman_core::ports::{Happened, Incoming, Quarantined, Store};
use dragoman_core::{Id, Secret, State};
use dragoman_engine::IntakeAnswer;
use dragoman_testkit::{TestClock, tenant, until};
use tokio::task::JoinSet;

use crate::doubles::Provider;
use crate::house::{
    ACCOUNT, CHANNEL, House, OTHER, SOON, call, call_with, channel, echo, hello, minutes,
    submission, submit,
};
use crate::store::Hold;

/// The provider says `sent` about the last POST, in a report about this sender.
fn echo_of(house: &House, provider_id: &str) -> Incoming {
    let post = *house.driver.posts().last().unwrap();
    Incoming {
        provider_id: provider_id.into(),
        reports: vec![Report::Status(echo(post))],
    }
}

#[tokio::test]
async fn an_echo_ends_the_doubt() {
    let house = House::new().await;
    let engine = house.start().await;
    house.driver.next(&[Provider::LosesTheAnswer]);
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    house.becomes(message, State::Unknown).await;
    house.driver.says(vec![echo_of(&house, "provider-demo")]);
    for _ in 0..2 {
        let answer = call(&engine, "demo").await;
        assert_eq!(answer, IntakeAnswer::Taken);
    }
    assert_eq!(house.state(message).await, State::Sent);
    engine.stop().await;
}

#[tokio::test]
async fn a_late_echo_cancels_the_retry() {
    let house = House::new().await;
    let engine = house.start().await;
    house
        .driver
        .next(&[Provider::Refuses(Again::After(minutes(1)), Slow::Message)]);
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    until("the refusal is recorded", SOON, async || {
        house.log().contains(&"settle").then_some(())
    })
    .await;
    house.driver.says(vec![echo_of(&house, "provider-demo")]);
    assert_eq!(call(&engine, "demo").await, IntakeAnswer::Taken);
    assert_eq!(house.state(message).await, State::Sent);
    house.clock.advance(minutes(2));
    let next = submit(&engine, submission(CHANNEL, 1)).await;
    house.becomes(next, State::Submitted).await;
    assert_eq!(house.driver.posts().len(), 2);
    engine.stop().await;
}

#[tokio::test]
async fn a_webhook_must_be_signed_and_for_a_channel_that_exists() {
    let house = House::new().await;
    let engine = house.start().await;
    assert_eq!(
        call_with(&engine, "demo", "bad", b"{}").await,
        IntakeAnswer::BadSignature
    );
    assert_eq!(call(&engine, "nobody").await, IntakeAnswer::NotFound);
    assert_eq!(
        call_with(&engine, "demo", "good", b"nonsense").await,
        IntakeAnswer::Taken
    );
    let query = [("challenge".to_owned(), "42".to_owned())];
    let verified = engine.intake().verify("double", &CHANNEL.simple(), &query);
    assert_eq!(verified.as_deref(), Some("42"));
    engine.stop().await;
}

#[tokio::test]
async fn one_address_receives_for_all_channels_that_share_its_secret() {
    let house = House::new().await;
    let mut foreign = channel(Id::from_u128(0xc3), "foreign");
    foreign
        .settings
        .insert("secret".into(), Secret::new("another"));
    house.change(Change::Channel(channel(OTHER, "other"))).await;
    house.change(Change::Channel(foreign)).await;
    let engine = house.start().await;
    house.driver.next(&[Provider::LosesTheAnswer]);
    let message = submit(&engine, submission(OTHER, 1)).await;
    house.becomes(message, State::Unknown).await;
    house.driver.says(vec![
        echo_of(&house, "provider-foreign"),
        echo_of(&house, "provider-nobody"),
    ]);
    assert_eq!(call(&engine, "demo").await, IntakeAnswer::Taken);
    assert!(!house.log().contains(&"record"));
    house.driver.says(vec![echo_of(&house, "provider-other")]);
    assert_eq!(call(&engine, "demo").await, IntakeAnswer::Taken);
    assert_eq!(house.state(message).await, State::Sent);
    engine.stop().await;
}

#[tokio::test]
async fn a_webhook_is_not_answered_200_unless_it_is_durable() {
    let house = House::new().await;
    let engine = house.start().await;
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    house.becomes(message, State::Submitted).await;
    house.driver.says(vec![echo_of(&house, "provider-demo")]);
    house.fail(&["record"]);
    assert_eq!(call(&engine, "demo").await, IntakeAnswer::Unavailable);
    house.clock.advance(minutes(16));
    house.fail(&[]);
    assert_eq!(call(&engine, "demo").await, IntakeAnswer::Taken);
    // Customers' messages may have been lost meanwhile.
    until("the gap is noted", SOON, async || {
        let catalog = house.store.catalog();
        let watched = |channel: &Channel| channel.watched_since > TestClock::START;
        catalog.channel(CHANNEL).is_some_and(watched).then_some(())
    })
    .await;
    engine.stop().await;
}

/// Why each webhook was kept aside, and what it said; newest first.
async fn quarantined(house: &House) -> Vec<(String, String)> {
    let rows = house.store.quarantined(tenant(ACCOUNT), 100).await.unwrap();
    let row = |row: &Quarantined| {
        assert_eq!((row.channel, row.at), (CHANNEL, TestClock::START));
        (row.why.to_string(), row.body.as_str().to_owned())
    };
    rows.iter().map(row).collect()
}

/// How many messages of customers are recorded.
async fn received(house: &House) -> usize {
    let happened = house.store.events_after(0, 100).await.unwrap();
    let is_received = |told: &&Happened| matches!(told, Happened::Message(event, _) if event.what == What::Received);
    happened.iter().filter(is_received).count()
}

fn inbound(provider_id: &str) -> Incoming {
    Incoming {
        provider_id: provider_id.into(),
        reports: vec![Report::Inbound(hello())],
    }
}

#[tokio::test]
async fn what_nobody_can_use_is_kept_aside_and_the_rest_is_recorded_first() {
    let house = House::new().await;
    let engine = house.start().await;
    house.driver.says(vec![
        inbound("provider-nobody"),
        inbound("provider-demo"),
        inbound("provider-nobody"),
    ]);
    house.driver.mumbles(&["a message without id"]);
    let body = "{\"entry\":[]}".as_bytes();
    let answer = call_with(&engine, "demo", "good", body).await;
    assert_eq!(answer, IntakeAnswer::Taken);
    assert_eq!(house.log(), ["record", "quarantine"]);
    let why = "a message without id; unknown sender provider-nobody";
    let row = |why: &str, body: &str| (why.to_owned(), body.to_owned());
    assert_eq!(quarantined(&house).await, [row(why, "{\"entry\":[]}")]);

    let answer = call_with(&engine, "demo", "good", b"nonsense").await;
    assert_eq!(answer, IntakeAnswer::Taken);
    let newest = quarantined(&house).await.swap_remove(0);
    assert_eq!(newest, row("nonsense", "nonsense"));

    let answer = call_with(&engine, "demo", "good", b"\xff").await;
    assert_eq!(answer, IntakeAnswer::Taken);
    let newest = quarantined(&house).await.swap_remove(0);
    assert_eq!(newest, row(why, "\u{fffd}"));
    engine.stop().await;
}

#[tokio::test]
async fn what_cannot_be_kept_aside_is_not_answered_200_although_the_rest_is_recorded() {
    let house = House::new().await;
    let engine = house.start().await;
    house.driver.says(vec![inbound("provider-demo")]);
    house.driver.mumbles(&["a message without id"]);
    house.fail(&["quarantine"]);
    assert_eq!(call(&engine, "demo").await, IntakeAnswer::Unavailable);
    assert_eq!(received(&house).await, 1);
    house.fail(&[]);
    assert_eq!(call(&engine, "demo").await, IntakeAnswer::Taken);
    assert_eq!(received(&house).await, 1, "recorded once");
    assert_eq!(quarantined(&house).await.len(), 1);
    engine.stop().await;
}

#[tokio::test]
async fn more_webhooks_than_fit_are_turned_away_and_may_come_again() {
    let house = House::new().await;
    let engine = Arc::new(house.start().await);
    house.driver.says(vec![inbound("provider-demo")]);
    house.store.hold(Hold::Before("record"));
    let mut waiting = JoinSet::new();
    for _ in 0..1024 {
        let engine = Arc::clone(&engine);
        waiting.spawn(async move { call(&engine, "demo").await });
    }
    house.holds(1024).await;
    let one_more = tokio::time::timeout(SOON, call(&engine, "demo"));
    assert_eq!(one_more.await, Ok(IntakeAnswer::Unavailable));
    house.store.release();
    let answers = waiting.join_all().await;
    assert!(answers.iter().all(|answer| *answer == IntakeAnswer::Taken));
    assert_eq!(call(&engine, "demo").await, IntakeAnswer::Taken);
    engine.stop().await;
}
