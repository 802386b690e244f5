//! Messages in doubt: policies, people, and a store that has lost its end.

use dragoman_core::catalog::{Change, Channel, Sending};
use dragoman_core::doubt::{OnUnknown, Resolution};
use dragoman_core::id::{AttemptId, AttemptToken};
use dragoman_core::inbound::Report;
use dragoman_core::ports::{Clock, Decided, Store};
use dragoman_core::submission::{Manner, Submission};
use dragoman_core::{MessageId, State};
use dragoman_engine::Engine;
use dragoman_store::SqliteStore;
use dragoman_testkit::{tenant, until};

use crate::doubles::{DoubleDriver, Provider};
use crate::house::{
    ACCOUNT, CHANNEL, House, OTHER, SOON, call, channel, echo, metric, minutes, submission, submit,
};

/// A channel whose owner wants this.
fn wanting(policy: OnUnknown) -> Change {
    Change::Channel(Channel {
        sending: Sending {
            on_unknown: policy,
            ..Sending::default()
        },
        ..channel(CHANNEL, "demo")
    })
}

/// A house whose only message is in doubt.
async fn doubting(policy: OnUnknown) -> (House, Engine, MessageId) {
    let house = House::new().await;
    house.change(wanting(policy)).await;
    house.driver.next(&[Provider::LosesTheAnswer]);
    let engine = house.start().await;
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    house.becomes(message, State::Unknown).await;
    (house, engine, message)
}

/// Time passes in which the provider is heard; until something is there.
async fn listening<T>(house: &House, engine: &Engine, probe: impl AsyncFn() -> Option<T>) -> T {
    until("the policy is applied", SOON, async || {
        house.clock.advance(minutes(1));
        house.speaks(engine, "demo").await;
        probe().await
    })
    .await
}

#[tokio::test]
async fn by_default_people_are_told_and_the_message_stays_unknown() {
    let (house, engine, message) = doubting(OnUnknown::Hold).await;
    let began = house.clock_minutes();
    listening(&house, &engine, async || {
        (house.story(message).await.last() == Some(&"held")).then_some(())
    })
    .await;
    assert!(house.clock_minutes() >= began + 10, "told too early");
    assert_eq!(house.state(message).await, State::Unknown);
    house.clock.advance(minutes(60));
    engine.stop().await;
    // It is not told again after a restart, and an echo still ends it.
    let engine = house.start().await;
    for _ in 0..30 {
        house.clock.advance(minutes(1));
        house.speaks(&engine, "demo").await;
        tokio::task::yield_now().await;
    }
    let story = ["accepted", "departed", "unknown", "held"];
    assert_eq!(house.story(message).await, story);
    let post = house.driver.posts()[0];
    house
        .tells(&engine, "demo", vec![Report::Status(echo(post))])
        .await;
    assert_eq!(house.state(message).await, State::Sent);
    assert_eq!(house.driver.posts().len(), 1);
    engine.stop().await;
}

#[tokio::test]
async fn silence_does_not_count_while_nothing_is_heard() {
    let (house, engine, message) = doubting(OnUnknown::Fail).await;
    for _ in 0..60 {
        house.clock.advance(minutes(1));
        tokio::task::yield_now().await;
    }
    assert_eq!(house.state(message).await, State::Unknown);
    // What cannot be recorded is not heard either.
    house.fail(&["record"]);
    for _ in 0..30 {
        house.clock.advance(minutes(1));
        let _ = call(&engine, "demo").await;
    }
    house.fail(&[]);
    assert_eq!(house.state(message).await, State::Unknown);
    let began = house.clock_minutes();
    listening(&house, &engine, async || {
        (house.state(message).await == State::Failed).then_some(())
    })
    .await;
    assert!(house.clock_minutes() >= began + 10, "failed too early");
    engine.stop().await;
}

#[tokio::test]
async fn what_counts_as_failed_is_corrected_by_an_echo() {
    let (house, engine, message) = doubting(OnUnknown::Fail).await;
    listening(&house, &engine, async || {
        (house.state(message).await == State::Failed).then_some(())
    })
    .await;
    let post = house.driver.posts()[0];
    house
        .tells(&engine, "demo", vec![Report::Status(echo(post))])
        .await;
    assert_eq!(house.state(message).await, State::Sent);
    engine.stop().await;
}

#[tokio::test]
async fn a_message_is_sent_again_once_and_then_held() {
    let (house, engine, message) = doubting(OnUnknown::ResendOnce).await;
    house.driver.next(&[Provider::LosesTheAnswer]);
    listening(&house, &engine, async || {
        (house.story(message).await.last() == Some(&"held")).then_some(())
    })
    .await;
    let story = [
        "accepted", "departed", "unknown", "resent", "departed", "unknown", "held",
    ];
    assert_eq!(house.story(message).await, story);
    let posts = house.driver.posts();
    assert_eq!(posts.len(), 2);
    assert_ne!(posts[0].attempt, posts[1].attempt);
    house
        .tells(&engine, "demo", vec![Report::Status(echo(posts[0]))])
        .await;
    assert_eq!(house.state(message).await, State::Sent);
    engine.stop().await;
}

#[tokio::test]
async fn a_message_has_its_own_policy_where_it_says_so() {
    let house = House::new().await;
    house.driver.next(&[Provider::LosesTheAnswer]);
    let engine = house.start().await;
    let own = Submission {
        manner: Manner {
            on_unknown: Some(OnUnknown::Fail),
            ..Manner::default()
        },
        ..submission(CHANNEL, 1)
    };
    let message = submit(&engine, own).await;
    house.becomes(message, State::Unknown).await;
    engine.stop().await;
    let engine = house.start().await;
    listening(&house, &engine, async || {
        (house.state(message).await == State::Failed).then_some(())
    })
    .await;
    engine.stop().await;
}

#[tokio::test]
async fn after_eight_days_nobody_waits_any_longer() {
    let (house, engine, message) = doubting(OnUnknown::Hold).await;
    house.clock.advance(minutes(8 * 24 * 60 + 1));
    house.becomes(message, State::Unresolved).await;
    let post = house.driver.posts()[0];
    house
        .tells(&engine, "demo", vec![Report::Status(echo(post))])
        .await;
    assert_eq!(house.state(message).await, State::Sent);
    engine.stop().await;
}

#[tokio::test]
async fn where_no_echo_ever_comes_an_hour_is_the_end() {
    let driver = DoubleDriver::silent();
    let house = House::around(SqliteStore::in_memory().unwrap(), driver).await;
    house.driver.next(&[Provider::LosesTheAnswer]);
    let engine = house.start().await;
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    house.becomes(message, State::Unknown).await;
    house.clock.advance(minutes(11));
    until("people are told", SOON, async || {
        (house.story(message).await.last() == Some(&"held")).then_some(())
    })
    .await;
    house.clock.advance(minutes(50));
    house.becomes(message, State::Unresolved).await;
    engine.stop().await;
}

#[tokio::test]
async fn what_people_say_counts_at_once() {
    let (house, engine, message) = doubting(OnUnknown::Hold).await;
    let desk = engine.desk();
    let failed = desk
        .resolve(tenant(ACCOUNT), message, Resolution::Failed)
        .await;
    assert_eq!(failed.unwrap(), Decided::Done);
    assert_eq!(house.state(message).await, State::Failed);
    // They may change their mind as long as nothing proves it.
    let resent = desk
        .resolve(tenant(ACCOUNT), message, Resolution::Resend)
        .await;
    assert!(matches!(resent.unwrap(), Decided::Again(..)));
    house.becomes(message, State::Submitted).await;
    assert_eq!(house.driver.posts().len(), 2);
    let late = desk
        .resolve(tenant(ACCOUNT), message, Resolution::Failed)
        .await;
    assert_eq!(late.unwrap(), Decided::NotInDoubt);
    assert_eq!(metric(&engine, "dragoman_resolutions_total"), 2.0);
    engine.stop().await;
}

#[tokio::test]
async fn a_store_that_has_lost_its_end_sends_nothing_until_its_channels_are_released() {
    let house = House::new().await;
    house.change(Change::Channel(channel(OTHER, "other"))).await;
    let engine = house.start_warm().await;
    let known = house.driver.posts()[0];
    let lost = AttemptToken {
        attempt: AttemptId(77),
        ..known
    };
    house
        .tells(&engine, "demo", vec![Report::Status(echo(lost))])
        .await;
    assert_eq!(metric(&engine, "dragoman_store_regressions_total"), 1.0);
    until("the dispatcher follows", SOON, async || {
        let held = house.store.catalog();
        let mut all = held.channels.iter();
        all.all(|channel| channel.sending.held.is_some())
            .then_some(())
    })
    .await;
    tokio::task::yield_now().await;
    let message = until("a message waits", SOON, async || {
        let number = house.driver.posts().len() as u32;
        let message = submit(&engine, submission(OTHER, number)).await;
        (house.state(message).await == State::Queued).then_some(message)
    })
    .await;
    house.clock.advance(minutes(1));
    assert_eq!(house.state(message).await, State::Queued);
    house.change(Change::Channel(channel(OTHER, "other"))).await;
    house.becomes(message, State::Submitted).await;
    engine.stop().await;
}

impl House {
    fn clock_minutes(&self) -> i64 {
        self.clock.now().seconds() / 60
    }
}
