use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);
const ANNA: Id = Id::from_u128(1);
const BERT: Id = Id::from_u128(2);
const HOUR: Duration = Duration::from_secs(3600);

fn ago(hours: u32) -> Timestamp {
    NOW.minus(HOUR * hours)
}

/// One that was accepted and sent so many hours ago.
fn ours(contact: Id, state: State, hours: u32) -> Fared {
    let at = ago(hours);
    let has_arrived = has_arrived(state);
    Fared::Ours {
        contact,
        accepted_at: at,
        fold: Fold {
            state,
            sent_at: Some(at),
            delivered_at: has_arrived.then_some(at),
            ..Fold::ACCEPTED
        },
        code: None,
    }
}

fn failed(code: i64) -> Fared {
    Fared::Ours {
        contact: ANNA,
        accepted_at: ago(2),
        fold: Fold {
            state: State::Failed,
            ..Fold::ACCEPTED
        },
        code: Some(code),
    }
}

#[test]
fn the_rate_is_made_of_what_was_handed_over_and_had_its_time() {
    let messages = [
        ours(ANNA, State::Delivered, 2),
        ours(ANNA, State::Read, 2),
        ours(ANNA, State::Sent, 2),
        ours(ANNA, State::Submitted, 2),
        failed(131_026),
        // These have had no time, or were never taken.
        ours(ANNA, State::Sent, 0),
        ours(ANNA, State::Queued, 2),
        ours(ANNA, State::Unknown, 2),
        ours(ANNA, State::Expired, 2),
    ];
    let reckoning = Reckoning::of(&messages, NOW);
    assert_eq!((reckoning.judged, reckoning.arrived), (5, 2));
    assert_eq!(reckoning.rate(), Some(0.4));
    let everywhere: u64 = reckoning.states.iter().map(|(_, count)| count).sum();
    assert_eq!(everywhere, messages.len() as u64);
    assert_eq!(reckoning.states[0], (State::Queued, 1));
    assert_eq!(Reckoning::of(&[], NOW).rate(), None);
}

#[test]
fn failures_are_counted_by_their_code_and_the_most_frequent_stands_first() {
    let messages = [failed(131_026), failed(131_049), failed(131_049)];
    let reckoning = Reckoning::of(&messages, NOW);
    assert_eq!(reckoning.failures, [(131_049, 2), (131_026, 1)]);
}

#[test]
fn who_gets_nothing_for_a_day_is_named_with_the_first_message_that_waits() {
    let messages = [
        ours(ANNA, State::Sent, 30),
        ours(ANNA, State::Sent, 50),
        ours(ANNA, State::Sent, 3),
        ours(ANNA, State::Delivered, 60),
        ours(BERT, State::Sent, 23),
    ];
    let reckoning = Reckoning::of(&messages, NOW);
    let anna = Unreached {
        contact: ANNA,
        since: ago(50),
        messages: 2,
        alive_at: None,
    };
    assert_eq!(reckoning.unreached, [anna]);
}

#[test]
fn who_wrote_or_got_something_since_is_known_to_be_there() {
    let wrote = Fared::Theirs {
        contact: ANNA,
        at: ago(4),
    };
    let messages = [
        ours(ANNA, State::Sent, 40),
        wrote,
        ours(BERT, State::Sent, 30),
        ours(BERT, State::Delivered, 5),
    ];
    let reckoning = Reckoning::of(&messages, NOW);
    let alive: Vec<_> = reckoning
        .unreached
        .iter()
        .map(|one| (one.contact, one.alive_at))
        .collect();
    assert_eq!(alive, [(ANNA, Some(ago(4))), (BERT, Some(ago(5)))]);
}

#[test]
fn a_number_that_is_bounded_is_named_the_longest_silence_first() {
    let customers = 0..2 * NAMED as u32;
    let messages: Vec<_> = customers
        .map(|number| ours(Id::from_u128(number.into()), State::Sent, 24 + number))
        .collect();
    let reckoning = Reckoning::of(&messages, NOW);
    assert_eq!(reckoning.unreached.len(), NAMED);
    assert_eq!(reckoning.unreached[0].since, ago(23 + 2 * NAMED as u32));
}
