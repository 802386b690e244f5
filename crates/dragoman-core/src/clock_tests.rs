//! Clocks that jump, and what is believed of them.

use super::*;

const START: Timestamp = Timestamp::from_seconds(1_790_000_000);
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// A reading so many seconds after the start, by a wall clock that is ahead by so many.
fn reading(second: u64, ahead: i64) -> Reading {
    let monotonic = Duration::from_secs(second);
    Reading {
        wall: Timestamp::from_millis(START.millis() + ahead * 1000).plus(monotonic),
        monotonic,
    }
}

/// What is seen by a clock that is ahead by this in each second, without what says nothing.
fn seen(ahead: impl Fn(u64) -> i64, seconds: u64) -> Vec<(u64, Verdict)> {
    let mut vigil = Vigil::begin(reading(0, 0));
    let looks = (1..=seconds).map(|second| (second, vigil.look(reading(second, ahead(second)))));
    let tells = |verdict| !matches!(verdict, Verdict::Steady | Verdict::Doubted);
    looks.filter(|(_, verdict)| tells(*verdict)).collect()
}

const fn forward(seconds: u64) -> Verdict {
    Verdict::Jumped(Jump::Forward(Duration::from_secs(seconds)))
}

const fn back(seconds: u64) -> Verdict {
    Verdict::Jumped(Jump::Back(Duration::from_secs(seconds)))
}

#[test]
fn a_clock_that_goes_on_as_it_went_is_believed() {
    assert_eq!(seen(|_| 0, 100), []);
    // One that is slewed, or runs too fast or too slowly, also over hours.
    assert_eq!(seen(|second| second as i64 / 100, 20_000), []);
    assert_eq!(seen(|second| -(second as i64) / 100, 20_000), []);
    // And one that is set by little.
    assert_eq!(seen(|second| if second > 5 { 60 } else { 0 }, 100), []);
    assert_eq!(seen(|second| if second > 5 { -5 } else { 0 }, 100), []);
}

#[test]
fn a_jump_is_seen_once_and_believed_after_a_minute() {
    for (ahead, jump) in [
        (61, forward(61)),
        (HOUR, forward(3600)),
        (DAY, forward(86_400)),
        (-6, back(6)),
        (-HOUR, back(3600)),
        (-DAY, back(86_400)),
    ] {
        let jumps = |second| if second >= 10 { ahead } else { 0 };
        assert_eq!(seen(jumps, 500), [(10, jump), (70, Verdict::Believed)]);
    }
}

#[test]
fn a_clock_that_is_put_right_within_the_minute_was_never_believed() {
    let wrong = |second| if (10..40).contains(&second) { DAY } else { 0 };
    let expected = [(10, forward(86_400)), (40, Verdict::Recovered)];
    assert_eq!(seen(wrong, 500), expected);
}

#[test]
fn a_clock_that_does_not_agree_with_itself_is_not_believed() {
    let restless = |second: u64| (second / 30) as i64 * HOUR;
    let jumps = seen(restless, 300);
    assert_eq!(jumps.len(), 10);
    assert!(
        jumps
            .iter()
            .all(|(_, verdict)| matches!(verdict, Verdict::Jumped(_)))
    );
}

#[test]
fn after_a_freeze_two_looks_are_needed() {
    let mut vigil = Vigil::begin(reading(0, 0));
    assert_eq!(vigil.look(reading(4000, HOUR)), forward(3600));
    assert_eq!(vigil.look(reading(4001, HOUR)), Verdict::Doubted);
    assert_eq!(vigil.believed(), START);
    assert_eq!(vigil.look(reading(4060, HOUR)), Verdict::Believed);
    assert_eq!(vigil.believed().since(START), Duration::from_secs(3600));
    assert_eq!(vigil.look(reading(4061, HOUR)), Verdict::Steady);
}
