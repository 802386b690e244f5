//! What the desk answers.

use std::time::Duration;

use dragoman_core::catalog::{Change, Channel};
use dragoman_core::ports::{DeskError, Happened, Store};
use dragoman_core::submission::{IdempotencyKey, Submission};
use dragoman_core::{Refusal, State};
use dragoman_engine::Bounds;
use dragoman_testkit::until;
use tokio::time::Instant;

use crate::doubles::Provider;
use crate::house::{
    CHANNEL, House, OTHER, SOON, channel, client, minutes, submission, submit, try_submit,
};
use crate::store::Hold;

fn keyed(fingerprint: u8) -> Submission {
    let mut submission = submission(CHANNEL, 1);
    submission.key = Some(IdempotencyKey {
        key: [1; 16],
        fingerprint: [fingerprint; 16],
    });
    submission
}

/// One slot, so that one that is not given back is missed.
async fn narrow_house() -> House {
    let house = House::new().await;
    let narrow = Channel {
        concurrency: 1,
        ..channel(CHANNEL, "demo")
    };
    house.change(Change::Channel(narrow)).await;
    house
}

#[tokio::test]
async fn a_repeated_call_is_answered_with_the_first_message() {
    let house = House::new().await;
    let engine = house.start().await;
    let first = submit(&engine, keyed(1)).await;
    house.becomes(first, State::Submitted).await;
    let again = try_submit(&engine, keyed(1)).await.unwrap();
    assert!(again.replayed);
    assert_eq!(again.message, first);
    let other = try_submit(&engine, keyed(2)).await;
    assert_eq!(other.unwrap_err(), DeskError::KeyReused);
    let next = submit(&engine, submission(CHANNEL, 2)).await;
    house.becomes(next, State::Submitted).await;
    assert_eq!(house.driver.posts().len(), 2);
    engine.stop().await;
}

#[tokio::test]
async fn a_repeated_call_is_answered_like_the_first_whatever_the_rules_say_by_now() {
    let house = House::new().await;
    let engine = house.start().await;
    let first = submit(&engine, keyed(1)).await;
    house.becomes(first, State::Submitted).await;
    let disabled = Channel {
        enabled: false,
        ..channel(CHANNEL, "demo")
    };
    house.change(Change::Channel(disabled)).await;
    let again = try_submit(&engine, keyed(1)).await.unwrap();
    assert_eq!((again.message, again.replayed), (first, true));
    let other = try_submit(&engine, keyed(2)).await;
    assert_eq!(other.unwrap_err(), DeskError::KeyReused);
    engine.stop().await;
}

#[tokio::test]
async fn the_rules_refuse_and_nothing_is_stored() {
    let house = House::new().await;
    let engine = house.start().await;
    house.clock.advance(minutes(25 * 60));
    let refused = try_submit(&engine, submission(CHANNEL, 1)).await;
    assert_eq!(
        refused.unwrap_err(),
        DeskError::Refused(Refusal::WindowClosed)
    );
    assert_eq!(house.store.last_event(), 0);
    engine.stop().await;
}

#[tokio::test]
async fn what_has_changed_since_the_rules_judged_refuses_too() {
    let house = narrow_house().await;
    let engine = house.start_warm().await;
    house.store.hold(Hold::Before("accept"));
    let waiting = client(&engine, submission(CHANNEL, 1));
    house.holds(1).await;
    let disabled = Channel {
        enabled: false,
        ..channel(CHANNEL, "demo")
    };
    house.change(Change::Channel(disabled)).await;
    house.store.release();
    assert_eq!(
        waiting.await.unwrap().unwrap_err(),
        DeskError::Refused(Refusal::ChannelDisabled)
    );
    engine.stop().await;
}

#[tokio::test]
async fn an_unwell_store_is_not_available() {
    let house = House::new().await;
    let engine = house.start().await;
    house.fail(&["accept"]);
    let refused = try_submit(&engine, submission(CHANNEL, 1)).await;
    assert_eq!(refused.unwrap_err(), DeskError::Unavailable);
    house.fail(&[]);
    let message = submit(&engine, submission(CHANNEL, 1)).await;
    house.becomes(message, State::Submitted).await;
    engine.stop().await;
}

#[tokio::test]
async fn nothing_is_kept_for_a_client_who_was_told_so() {
    let house = narrow_house().await;
    let engine = house.start_warm().await;
    let last_event = house.store.last_event();
    house.store.hold(Hold::Before("accept"));
    let waiting = client(&engine, submission(CHANNEL, 1));
    house.holds(1).await;
    // From here on the machine's time passes as fast as somebody waits for it.
    tokio::time::pause();
    let begun = Instant::now();
    assert_eq!(waiting.await.unwrap().unwrap_err(), DeskError::Unavailable);
    assert!(begun.elapsed() <= Duration::from_secs(1));
    tokio::time::resume();

    house.store.release();
    let next = submit(&engine, submission(CHANNEL, 2)).await;
    house.becomes(next, State::Submitted).await;
    let events = house.store.events_after(last_event, 100).await.unwrap();
    let mut messages = events.iter().filter_map(Happened::message);
    assert!(messages.all(|message| message == next));
    assert_eq!(house.driver.posts().last().unwrap().message, next);
    engine.stop().await;
}

#[tokio::test]
async fn a_commit_that_has_begun_in_time_is_waited_for_a_little_longer() {
    let house = House::new().await;
    let engine = house.start_warm().await;
    house.store.hold(Hold::After("accept"));
    let waiting = client(&engine, submission(CHANNEL, 1));
    house.holds(1).await;
    tokio::time::pause();
    tokio::time::sleep(Duration::from_secs(8)).await;
    house.store.release();
    let accepted = waiting.await.unwrap().unwrap();
    tokio::time::resume();
    house.becomes(accepted.message, State::Submitted).await;
    engine.stop().await;
}

#[tokio::test]
async fn no_client_waits_longer_than_the_deadline() {
    let house = House::new().await;
    let engine = house.start_warm().await;
    house.store.hold(Hold::After("accept"));
    let waiting = client(&engine, submission(CHANNEL, 1));
    house.holds(1).await;
    tokio::time::pause();
    let begun = Instant::now();
    assert_eq!(waiting.await.unwrap().unwrap_err(), DeskError::Unavailable);
    assert!(begun.elapsed() <= Duration::from_secs(11));
    tokio::time::resume();
    house.store.release();
    engine.stop().await;
    assert_eq!(house.driver.posts().len(), 2, "it was kept, so it is sent");
}

#[tokio::test]
async fn a_client_who_hangs_up_cuts_nothing_in_half() {
    let house = House::new().await;
    let engine = house.start_warm().await;
    house.store.hold(Hold::After("accept"));
    let waiting = client(&engine, submission(CHANNEL, 1));
    house.holds(1).await;
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    house.store.release();
    house.posts(2).await;
    engine.stop().await;
}

#[tokio::test]
async fn a_crash_while_a_submission_is_taken_is_answered_and_leaves_nothing_behind() {
    let house = House::new().await;
    let engine = house.start().await;
    house.clock.advance(minutes(25 * 60));
    let mut poison = submission(CHANNEL, 1);
    poison.timing = |_| panic!("a refusal crashes on purpose");
    let answer = try_submit(&engine, poison).await;
    assert_eq!(answer.unwrap_err(), DeskError::Unavailable);
    // The end waits for what is still being taken, as long as it may.
    tokio::time::pause();
    let begun = Instant::now();
    engine.stop().await;
    assert_eq!(begun.elapsed(), Duration::ZERO);
    assert_eq!(house.store.last_event(), 0);
}

#[tokio::test]
async fn what_waits_for_one_account_is_bounded_in_all_its_channels_together() {
    let house = House::new().await;
    let other = channel(OTHER, "other");
    house.change(Change::Channel(other)).await;
    let bounds = Bounds {
        queued_per_account: 3,
        ..Bounds::default()
    };
    let engine = house.start_within(bounds).await;
    house.driver.always(CHANNEL, Provider::TakesLate);
    house.driver.always(OTHER, Provider::TakesLate);
    let mut taken = 0;
    let full = loop {
        let to = [CHANNEL, OTHER][taken % 2];
        match try_submit(&engine, submission(to, 1)).await {
            Ok(_) => taken += 1,
            Err(error) => break error,
        }
        assert!(taken < 10, "one of each conversation is under way");
    };
    assert_eq!(full, DeskError::Refused(Refusal::AccountFull));
    let foreseen = engine.desk().rehearse(submission(CHANNEL, 2)).await;
    assert_eq!(
        foreseen.unwrap_err(),
        DeskError::Refused(Refusal::AccountFull)
    );
    house.driver.answer();
    let room = async || try_submit(&engine, submission(CHANNEL, 1)).await.ok();
    until("there is room again", SOON, room).await;
    engine.stop().await;
}
