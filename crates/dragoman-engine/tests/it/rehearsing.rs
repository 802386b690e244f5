//! What the desk says would become of a submission.

use std::time::Duration;

use dragoman_core::assignment::NotAssigned;
use dragoman_core::catalog::{Change, Channel};
use dragoman_core::content::Kind;
use dragoman_core::inbound::Report;
use dragoman_core::ports::{DeskError, Incoming, Rehearsal, Store};
use dragoman_core::rate::Rate;
use dragoman_core::refusal::When;
use dragoman_core::submission::{IdempotencyKey, Submission, Wish};
use dragoman_core::window::Window;
use dragoman_core::{Refusal, State};
use dragoman_engine::{Engine, IntakeAnswer};
use dragoman_store::SqliteStore;

use crate::doubles::{DoubleDriver, Provider};
use crate::house::{
    CHANNEL, House, at, call, channel, hello, minutes, submission, submit, try_submit,
};
use crate::store::Hold;

async fn rehearse(engine: &Engine, submission: Submission) -> Result<Rehearsal, DeskError> {
    engine.desk().rehearse(submission).await
}

/// A message to the customer who says hello.
fn answer() -> Submission {
    Submission {
        to: hello().from.swap_remove(0),
        ..submission(CHANNEL, 1)
    }
}

#[tokio::test]
async fn a_rehearsal_says_what_would_happen_and_nothing_does() {
    let house = House::new().await;
    let engine = house.start_warm().await;
    house.driver.says(vec![Incoming {
        provider_id: "provider-demo".into(),
        reports: vec![Report::Inbound(hello())],
    }]);
    assert_eq!(call(&engine, "demo").await, IntakeAnswer::Taken);
    let (events, metrics) = (house.store.last_event(), engine.metrics());
    let wished = Submission {
        assignment: Wish {
            user: Some("nobody@example.com".into()),
            team: None,
        },
        ..answer()
    };
    let rehearsal = rehearse(&engine, wished).await.unwrap();
    assert_eq!(rehearsal.body.content.text(), Some("1"));
    assert_eq!(rehearsal.failure, None);
    assert_eq!(rehearsal.window, Window::Open(at(24 * 60)));
    let refused = rehearsal.assignment.refused;
    assert_eq!(refused, Some(NotAssigned::UnknownUser));
    assert_eq!((rehearsal.waiting, rehearsal.wait), (0, Duration::ZERO));
    let is_submission = |row: &&dragoman_engine::Metric| row.name == "dragoman_submissions_total";
    let submissions = |rows: &[dragoman_engine::Metric]| -> Vec<f64> {
        rows.iter()
            .filter(is_submission)
            .map(|row| row.value)
            .collect()
    };
    assert_eq!(submissions(&engine.metrics()), submissions(&metrics));
    engine.stop().await;
    assert_eq!(house.store.last_event(), events);
    assert_eq!(house.driver.posts().len(), 1, "only what warmed the house");
}

#[tokio::test]
async fn a_rehearsal_is_refused_like_the_submission() {
    let house = House::new().await;
    let engine = house.start().await;
    house.clock.advance(minutes(25 * 60));
    let check = async |submission: Submission, expected: Refusal| {
        let rehearsed = rehearse(&engine, submission.clone()).await.unwrap_err();
        assert_eq!(rehearsed, DeskError::Refused(expected));
        assert_eq!(
            try_submit(&engine, submission).await.unwrap_err(),
            rehearsed
        );
    };
    check(submission(CHANNEL, 1), Refusal::WindowClosed).await;
    let mut later = submission(CHANNEL, 1);
    later.timing = |_| When::Later;
    let rehearsal = rehearse(&engine, later).await.unwrap();
    assert_eq!(rehearsal.failure.unwrap().code, 131_047);
    assert_eq!(rehearsal.window, Window::Closed);
    let disabled = Channel {
        enabled: false,
        ..channel(CHANNEL, "demo")
    };
    house.change(Change::Channel(disabled)).await;
    check(submission(CHANNEL, 1), Refusal::ChannelDisabled).await;
    engine.stop().await;
    let rehearsed = rehearse(&engine, submission(CHANNEL, 1)).await;
    assert_eq!(rehearsed.unwrap_err(), DeskError::Unavailable);
}

#[tokio::test]
async fn what_the_channels_driver_cannot_send_is_refused() {
    let driver = DoubleDriver::taking(&[Kind::Image]);
    let house = House::around(SqliteStore::in_memory().unwrap(), driver).await;
    let engine = house.start().await;
    let messenger = channel(CHANNEL, "demo").source;
    let kind = Kind::Text;
    let unsupported = DeskError::Refused(Refusal::Unsupported { kind, messenger });
    let rehearsed = rehearse(&engine, submission(CHANNEL, 1)).await;
    assert_eq!(rehearsed.unwrap_err(), unsupported);
    let submitted = try_submit(&engine, submission(CHANNEL, 1)).await;
    assert_eq!(submitted.unwrap_err(), unsupported);

    let driverless = Channel {
        driver: "nobody's".into(),
        ..channel(CHANNEL, "demo")
    };
    house.change(Change::Channel(driverless)).await;
    assert!(rehearse(&engine, submission(CHANNEL, 1)).await.is_ok());
    engine.stop().await;
}

#[tokio::test]
async fn a_known_idempotency_key_is_not_looked_at() {
    let house = House::new().await;
    let engine = house.start().await;
    let keyed = |fingerprint| Submission {
        key: Some(IdempotencyKey {
            key: [1; 16],
            fingerprint: [fingerprint; 16],
        }),
        ..submission(CHANNEL, 1)
    };
    let first = submit(&engine, keyed(1)).await;
    house.becomes(first, State::Submitted).await;
    assert!(rehearse(&engine, keyed(2)).await.is_ok());
    engine.stop().await;
}

#[tokio::test]
async fn what_waits_already_comes_first() {
    let house = House::new().await;
    let slow = Channel {
        rate: Rate::per_second(2).unwrap(),
        concurrency: 1,
        ..channel(CHANNEL, "demo")
    };
    house.change(Change::Channel(slow)).await;
    let engine = house.start_warm().await;
    house.driver.always(CHANNEL, Provider::NeverAnswers);
    for number in 1..=10 {
        submit(&engine, submission(CHANNEL, number)).await;
    }
    let rehearsal = rehearse(&engine, submission(CHANNEL, 99)).await.unwrap();
    assert_eq!(
        rehearsal.waiting, 10,
        "the bucket is empty and time stands still"
    );
    let every = Duration::from_secs_f64(1.0 / (2.0 * 0.85));
    assert_eq!(rehearsal.wait, every * 11);
}

#[tokio::test]
async fn nobody_waits_for_ever_for_a_rehearsal() {
    let house = House::new().await;
    let engine = house.start_warm().await;
    house.store.hold(Hold::Before("heard"));
    let desk = engine.desk();
    let waiting = tokio::spawn(async move { desk.rehearse(submission(CHANNEL, 1)).await });
    house.holds(1).await;
    tokio::time::pause();
    let answer = waiting.await.unwrap();
    assert_eq!(answer.unwrap_err(), DeskError::Unavailable);
    tokio::time::resume();
    house.store.release();
    engine.stop().await;
}
