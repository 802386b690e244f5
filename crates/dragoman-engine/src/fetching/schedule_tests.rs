use dragoman_core::outcome::{Failure, Proof, Slow};
use dragoman_core::{Id, MessageId};

use super::*;

const CAME: Timestamp = Timestamp::from_seconds(1_790_000_000);

fn fetch(tries: u32) -> Fetch {
    Fetch {
        message: MessageId::from_parts(CAME.millis() << 12, 1),
        account: Id::from_u128(1),
        channel: Id::from_u128(2),
        wanted: Wanted::File("media".into()),
        filename: None,
        tries,
        due_at: CAME,
    }
}

fn failed(again: Again) -> NotTaken {
    NotTaken {
        failure: Failure::new(131_052, "Media download error"),
        proof: Proof::Certain,
        again,
        slow: Slow::Message,
    }
}

/// The pause after so many failures, by a provider that says `again`, so long after the message
/// came; `None` gives the file up.
fn pause(tries: u32, again: Again, age: Duration) -> Option<u64> {
    let now = CAME.plus(age);
    match after_failure(&fetch(tries), failed(again), now, now) {
        Fetched::Again { due_at } => Some(due_at.since(now).as_secs()),
        Fetched::Missing(failure) => {
            assert_eq!(failure.code, 131_052);
            None
        }
        Fetched::Kept(file) => panic!("kept {file:?}"),
    }
}

#[test]
fn a_file_is_tried_for_seven_times_within_ten_minutes() {
    let mut age = Duration::ZERO;
    let mut pauses = Vec::new();
    while let Some(seconds) = pause(pauses.len() as u32, Again::Backoff, age) {
        age += Duration::from_secs(seconds);
        pauses.push(seconds);
    }
    assert_eq!(pauses, [1, 5, 20, 60, 180, 300]);
    assert!(age < PATIENCE);
}

#[test]
fn what_can_never_be_had_is_given_up_at_once() {
    assert_eq!(pause(0, Again::Never, Duration::ZERO), None);
}

#[test]
fn the_picture_of_an_advertisement_is_given_up_sooner() {
    let pause = |tries, seconds| {
        let fetch = Fetch {
            wanted: Wanted::Advertisement("https://example.com/".into()),
            ..fetch(tries)
        };
        let now = CAME.plus(Duration::from_secs(seconds));
        match after_failure(&fetch, failed(Again::Backoff), now, now) {
            Fetched::Again { due_at } => Some(due_at.since(now).as_secs()),
            Fetched::Missing(_) => None,
            Fetched::Kept(file) => panic!("kept {file:?}"),
        }
    };
    assert_eq!(pause(2, 6), Some(20));
    assert_eq!(pause(3, 26), None);
    assert_eq!(pause(1, 86), Some(5));
}

#[test]
fn a_provider_may_ask_for_a_longer_pause_within_reason() {
    let asked = |seconds| Again::After(Duration::from_secs(seconds));
    assert_eq!(pause(1, asked(2), Duration::ZERO), Some(5));
    assert_eq!(pause(1, asked(30), Duration::ZERO), Some(30));
    assert_eq!(pause(1, asked(3000), Duration::ZERO), Some(300));
}

#[test]
fn what_a_clock_has_put_off_that_was_set_back_since_is_due() {
    let now = Timestamp::from_seconds(1_790_000_000);
    for (put_off, due) in [(0, true), (1, false), (300, false), (3601, true)] {
        let due_at = now.plus(Duration::from_secs(put_off));
        assert_eq!(is_due(due_at, now), due, "{put_off}");
    }
    assert!(is_due(now.minus(PATIENCE), now));
}

#[test]
fn after_ten_minutes_three_tries_are_enough() {
    let late = PATIENCE + Duration::from_secs(1);
    assert_eq!(pause(0, Again::Backoff, late), Some(1));
    assert_eq!(pause(1, Again::Backoff, late), Some(5));
    assert_eq!(pause(2, Again::Backoff, late), None);
}
