//! Channels that the provider stops.

use std::time::Duration;

use dragoman_core::State;
use dragoman_core::outcome::{Again, Slow};
use dragoman_engine::Engine;
use dragoman_testkit::until;

use crate::doubles::{Provider, REFUSED};
use crate::house::{CHANNEL, House, SOON, submission, submit};

/// The labels of every channel that is shown as paused.
fn paused(engine: &Engine) -> Vec<String> {
    let metrics = engine.metrics().into_iter();
    let paused = metrics.filter(|metric| metric.name == "dragoman_channel_paused");
    paused
        .map(|metric| {
            assert_eq!(metric.value, 1.0);
            let labels = metric.labels.iter();
            let labels: Vec<String> = labels
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            labels.join(" ")
        })
        .collect()
}

#[tokio::test]
async fn a_throttled_channel_pauses_as_long_as_the_provider_says() {
    let house = House::new().await;
    let engine = house.start().await;
    let pause = Duration::from_secs(30);
    house
        .driver
        .next(&[Provider::Refuses(Again::After(pause), Slow::Channel)]);
    let throttled = submit(&engine, submission(CHANNEL, 1)).await;
    house.posts(1).await;
    house.becomes(throttled, State::Queued).await;
    let other = submit(&engine, submission(CHANNEL, 2)).await;
    assert_eq!(house.state(other).await, State::Queued);
    assert_eq!(paused(&engine), [format!("channel=demo reason={REFUSED}")]);
    house.clock.advance(pause);
    house.becomes(other, State::Submitted).await;
    assert_eq!(paused(&engine), [] as [&str; 0]);
    house.clock.advance(pause);
    house.becomes(throttled, State::Submitted).await;
    engine.stop().await;
}

#[tokio::test]
async fn an_outage_costs_few_attempts_and_everything_goes_out_afterwards() {
    let house = House::new().await;
    house.driver.always(CHANNEL, Provider::IsAway);
    let engine = house.start().await;
    let mut messages = Vec::new();
    for number in 0..200 {
        messages.push(submit(&engine, submission(CHANNEL, number)).await);
    }
    for probe in 0..5 {
        house.posts(10 + probe).await;
        house.clock.advance(Duration::from_secs(10));
    }
    let burnt = house.driver.posts().len();
    assert!(burnt <= 25, "{burnt}");
    assert_eq!(paused(&engine), ["channel=demo reason=unreachable"]);
    house.driver.always(CHANNEL, Provider::Takes);
    for message in messages {
        until("everything is sent", SOON, async || {
            house.clock.advance(Duration::from_millis(100));
            (house.state(message).await == State::Submitted).then_some(())
        })
        .await;
    }
    assert_eq!(paused(&engine), [] as [&str; 0]);
    engine.stop().await;
}
