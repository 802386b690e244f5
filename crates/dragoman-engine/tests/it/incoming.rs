//! Providers' webhooks.

use dragoman_core::catalog::{Change, Channel};
use dragoman_core::inbound::{Report, Status, StatusKind};
use dragoman_core::outcome::{Again, Slow};
use dragoman_core::ports::Incoming;
use dragoman_core::{Id, Raw, Secret, State};
use dragoman_engine::{Engine, IntakeAnswer};
use dragoman_testkit::{TestClock, until};
use http::HeaderMap;

use crate::doubles::Provider;
use crate::house::{CHANNEL, House, OTHER, SOON, channel, minutes, submission, submit};

async fn call(engine: &Engine, slug: &str, signature: &str, body: &[u8]) -> IntakeAnswer {
    let mut headers = HeaderMap::new();
    headers.insert("x-signature", signature.parse().unwrap());
    let intake = engine.intake();
    intake.webhook("double", slug, &headers, body).await
}

/// The provider says `sent` about the last POST, with our token.
fn echo(house: &House, provider_id: &str) -> Incoming {
    let token = *house.driver.posts().last().unwrap();
    Incoming {
        provider_id: provider_id.into(),
        reports: vec![Report::Status(Status {
            provider_id: "wamid.echo".into(),
            token: Some(token),
            kind: StatusKind::Sent,
            at: TestClock::START,
            recipient: None,
            raw: Raw::new("{}"),
        })],
    }
}

#[tokio::test]
async fn an_echo_ends_the_doubt() {
    let house = House::new().await;
    let engine = house.start().await;
    house.driver.next(&[Provider::LosesTheAnswer]);
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    house.becomes(message, State::Unknown).await;
    house.driver.says(vec![echo(&house, "provider-demo")]);
    for _ in 0..2 {
        let answer = call(&engine, "demo", "good", b"{}").await;
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
    house.driver.says(vec![echo(&house, "provider-demo")]);
    assert_eq!(
        call(&engine, "demo", "good", b"{}").await,
        IntakeAnswer::Taken
    );
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
        call(&engine, "demo", "bad", b"{}").await,
        IntakeAnswer::BadSignature
    );
    assert_eq!(
        call(&engine, "nobody", "good", b"{}").await,
        IntakeAnswer::NotFound
    );
    assert_eq!(
        call(&engine, "demo", "good", b"nonsense").await,
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
        echo(&house, "provider-foreign"),
        echo(&house, "provider-nobody"),
    ]);
    assert_eq!(
        call(&engine, "demo", "good", b"{}").await,
        IntakeAnswer::Taken
    );
    assert!(!house.log().contains(&"record"));
    house.driver.says(vec![echo(&house, "provider-other")]);
    assert_eq!(
        call(&engine, "demo", "good", b"{}").await,
        IntakeAnswer::Taken
    );
    assert_eq!(house.state(message).await, State::Sent);
    engine.stop().await;
}

#[tokio::test]
async fn a_webhook_is_not_answered_200_unless_it_is_durable() {
    let house = House::new().await;
    let engine = house.start().await;
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    house.becomes(message, State::Submitted).await;
    house.driver.says(vec![echo(&house, "provider-demo")]);
    house.fail(&["record"]);
    assert_eq!(
        call(&engine, "demo", "good", b"{}").await,
        IntakeAnswer::Unavailable
    );
    house.clock.advance(minutes(16));
    house.fail(&[]);
    assert_eq!(
        call(&engine, "demo", "good", b"{}").await,
        IntakeAnswer::Taken
    );
    // Customers' messages may have been lost meanwhile.
    until("the gap is noted", SOON, async || {
        use dragoman_core::ports::Store;
        let catalog = house.store.catalog();
        let watched = |channel: &Channel| channel.watched_since > TestClock::START;
        catalog.channel(CHANNEL).is_some_and(watched).then_some(())
    })
    .await;
    engine.stop().await;
}
