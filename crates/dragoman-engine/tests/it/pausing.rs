//! Channels that the provider stops.

use std::time::Duration;

use dragoman_core::catalog::{Change, Channel};
use dragoman_core::inbound::Report;
use dragoman_core::outcome::{Again, Slow};
use dragoman_core::ports::Incoming;
use dragoman_core::rate::Rate;
use dragoman_core::{Secret, State};
use dragoman_engine::Engine;
use dragoman_testkit::until;

use crate::doubles::{Provider, REFUSED};
use crate::house::{CHANNEL, House, SOON, call, channel, hello, minutes, submission, submit};

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

/// Waits until no attempt is under way.
async fn nothing_runs(engine: &Engine) {
    until("nothing runs", SOON, async || {
        let metrics = engine.metrics().into_iter();
        let mut running = metrics.filter(|it| it.name == "dragoman_attempts_running");
        running.all(|it| it.value == 0.0).then_some(())
    })
    .await;
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
        house.clock.advance(minutes(1));
    }
    let burnt = house.driver.posts().len();
    assert!(burnt <= 25, "{burnt}");
    assert_eq!(paused(&engine), ["channel=demo reason=unreachable"]);
    house.driver.always(CHANNEL, Provider::Takes);
    for message in messages {
        until("everything is sent", SOON, async || {
            house.clock.advance(Duration::from_secs(1));
            (house.state(message).await == State::Submitted).then_some(())
        })
        .await;
    }
    assert_eq!(paused(&engine), [] as [&str; 0]);
    engine.stop().await;
}

#[tokio::test]
async fn answers_that_prove_nothing_stop_a_channel_before_its_whole_queue_is_in_doubt() {
    let house = House::new().await;
    house.driver.always(CHANNEL, Provider::AnswersNonsense);
    let engine = house.start().await;
    for number in 0..100 {
        submit(&engine, submission(CHANNEL, number)).await;
    }
    until("the channel stops", SOON, async || {
        (!paused(&engine).is_empty()).then_some(())
    })
    .await;
    assert_eq!(paused(&engine), ["channel=demo reason=unreachable"]);
    let doubtful = house.driver.posts().len();
    // Ten, and what was under way beside the last of them.
    assert!((10..=18).contains(&doubtful), "{doubtful}");
    engine.stop().await;
}

#[tokio::test]
async fn a_broken_channel_keeps_its_queue_and_tries_again_when_it_was_mended() {
    let house = House::new().await;
    house
        .driver
        .always(CHANNEL, Provider::Refuses(Again::Backoff, Slow::Broken));
    let engine = house.start().await;
    let first = submit(&engine, submission(CHANNEL, 1)).await;
    until("the channel stops", SOON, async || {
        (!paused(&engine).is_empty()).then_some(())
    })
    .await;
    let second = submit(&engine, submission(CHANNEL, 2)).await;
    for probe in 1..=2 {
        house.posts(probe).await;
        nothing_runs(&engine).await;
        house.clock.advance(minutes(4));
        assert_eq!(house.driver.posts().len(), probe, "not before five minutes");
        house.clock.advance(minutes(1));
    }
    house.posts(3).await;
    nothing_runs(&engine).await;
    house.driver.always(CHANNEL, Provider::Takes);
    let secret = ("secret".into(), Secret::new("another"));
    let mended = Channel {
        settings: [secret].into(),
        ..channel(CHANNEL, "demo")
    };
    house.change(Change::Channel(mended)).await;
    house.becomes(first, State::Submitted).await;
    house.becomes(second, State::Submitted).await;
    assert_eq!(paused(&engine), [] as [&str; 0]);
    engine.stop().await;
}

#[tokio::test]
async fn a_broken_channel_tries_again_when_it_is_switched_on_again() {
    let house = House::new().await;
    house
        .driver
        .next(&[Provider::Refuses(Again::Backoff, Slow::Broken)]);
    let engine = house.start().await;
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    house.posts(1).await;
    nothing_runs(&engine).await;
    let mut enabled = true;
    until("it is sent", SOON, async || {
        enabled = !enabled;
        let switched = Channel {
            enabled,
            ..channel(CHANNEL, "demo")
        };
        house.change(Change::Channel(switched)).await;
        (house.state(message).await == State::Submitted).then_some(())
    })
    .await;
    assert_eq!(house.driver.posts().len(), 2);
    engine.stop().await;
}

#[tokio::test]
async fn a_channel_never_sends_faster_than_its_limit_allows() {
    let house = House::new().await;
    let limited = Channel {
        rate: Rate::per_second(100).unwrap(),
        ..channel(CHANNEL, "demo")
    };
    house.change(Change::Channel(limited)).await;
    house
        .driver
        .next(&[Provider::Refuses(Again::Backoff, Slow::Channel)]);
    let engine = house.start().await;
    let mut messages = Vec::new();
    for number in 0..150 {
        messages.push(submit(&engine, submission(CHANNEL, number)).await);
    }
    let mut passed = Duration::ZERO;
    let step = Duration::from_millis(50);
    for message in messages {
        until("everything is sent", SOON, async || {
            // What was sent so far can only lag behind the clock.
            let most = 8.0 + 85.0 * passed.as_secs_f64();
            let posts = house.driver.posts().len();
            assert!(posts as f64 <= most, "{posts} after {passed:?}");
            let is_sent = house.state(message).await == State::Submitted;
            if !is_sent {
                house.clock.advance(step);
                passed += step;
            }
            is_sent.then_some(())
        })
        .await;
    }
    assert!(passed >= Duration::from_secs(2), "{passed:?}");
    engine.stop().await;
}

#[tokio::test]
async fn what_customers_write_leaves_less_for_what_is_sent() {
    let house = House::new().await;
    let engine = house.start().await;
    let rate = || {
        let metrics = engine.metrics();
        let rate = metrics.iter().find(|it| it.name == "dragoman_channel_rate");
        rate.unwrap().value
    };
    assert_eq!(rate(), 85_000.0);
    house.driver.says(vec![Incoming {
        provider_id: "provider-demo".into(),
        reports: vec![Report::Inbound(hello())],
    }]);
    for _ in 0..3 {
        call(&engine, "demo").await;
    }
    assert_eq!(rate(), 84_999.0, "what is repeated counts once");
    engine.stop().await;
}
