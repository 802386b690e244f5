use dragoman_core::Id;
use dragoman_core::id::AttemptId;

use super::*;

const DAY: u64 = 24 * 3600;

fn instant(seconds: u64) -> Reading {
    Reading {
        wall: Timestamp::from_seconds(1_000 + seconds as i64),
        monotonic: Duration::from_secs(seconds),
    }
}

/// A doubt that began at 100 s.
fn case() -> Case {
    let mut agenda = Agenda::default();
    let doubt = Doubt {
        message: MessageId::from_parts(1, 0),
        account: Id::from_u128(1),
        channel: Id::from_u128(2),
        attempt: AttemptId(3),
        since: instant(100).wall,
        on_unknown: None,
    };
    agenda.add(doubt, instant(100));
    agenda.next(instant(100)).unwrap()
}

const HEARD: fn(Timestamp) -> bool = |_| true;
const SILENT: fn(Timestamp) -> bool = |_| false;

fn waits(step: Step) -> Case {
    match step {
        Step::Wait(case) => case,
        Step::Apply(_) | Step::GiveUp(_) => panic!("{step:?} instead of waiting"),
    }
}

#[test]
fn the_policy_waits_for_ten_minutes_of_a_feed_that_speaks() {
    let steady = Some(instant(0));
    let silent = waits(case().listen(steady, SILENT, instant(5_000)));
    let begun = waits(silent.listen(steady, HEARD, instant(5_030)));
    let almost = waits(begun.listen(steady, SILENT, instant(5_629)));
    assert_eq!(almost.due, Duration::from_secs(5_630));
    assert!(matches!(
        almost.listen(steady, SILENT, instant(5_630)),
        Step::Apply(_)
    ));
}

#[test]
fn a_doubt_grows_no_older_by_a_wall_clock_that_is_set() {
    let later = |wall: u64, monotonic| Reading {
        wall: instant(wall).wall,
        ..instant(monotonic)
    };
    for wall in [0, 30 * DAY] {
        waits(case().wait_alone(later(wall, 100 + 599)));
        let step = case().wait_alone(later(wall, 100 + 600));
        assert!(matches!(step, Step::Apply(_)));
        let step = case().wait_alone(later(wall, 100 + 3600));
        assert!(matches!(step, Step::GiveUp(_)));
    }
}

#[test]
fn a_gap_in_the_feed_sets_the_clock_back() {
    let begun = waits(case().listen(Some(instant(0)), HEARD, instant(200)));
    let failing = waits(begun.listen(None, HEARD, instant(700)));
    let anew = waits(failing.listen(Some(instant(720)), SILENT, instant(900)));
    let anew = waits(anew.listen(Some(instant(720)), HEARD, instant(930)));
    let step = anew.listen(Some(instant(720)), HEARD, instant(1_530));
    assert!(matches!(step, Step::Apply(_)));
    // A gap between two looks counts as well.
    let unseen = begun.listen(Some(instant(720)), SILENT, instant(2_000));
    assert_eq!(waits(unseen).listening, None);
}

#[test]
fn what_was_told_before_the_gap_says_nothing() {
    let asked = std::cell::Cell::new(None);
    let ask = |since| {
        asked.set(Some(since));
        false
    };
    waits(case().listen(Some(instant(50)), ask, instant(200)));
    assert_eq!(asked.get(), Some(instant(100).wall));
    let ask = |since| {
        asked.set(Some(since));
        false
    };
    waits(case().listen(Some(instant(150)), ask, instant(200)));
    assert_eq!(asked.get(), Some(instant(150).wall));
}

#[test]
fn after_eight_days_nobody_waits_whatever_the_feed_does() {
    let held = case().held(instant(700));
    let held = waits(held.listen(Some(instant(0)), HEARD, instant(8 * DAY + 99)));
    assert_eq!(held.due, Duration::from_secs(8 * DAY + 100));
    for case in [held, case()] {
        let step = case.listen(None, SILENT, instant(8 * DAY + 100));
        assert!(matches!(step, Step::GiveUp(_)));
    }
}

#[test]
fn without_echoes_the_policy_needs_no_feed_and_an_hour_is_the_end() {
    let waiting = waits(case().wait_alone(instant(101)));
    assert_eq!(waiting.due, Duration::from_secs(700));
    assert!(matches!(waiting.wait_alone(instant(700)), Step::Apply(_)));
    let held = waits(waiting.held(instant(700)).wait_alone(instant(700)));
    assert_eq!(held.due, Duration::from_secs(3_700));
    assert!(matches!(held.wait_alone(instant(3_700)), Step::GiveUp(_)));
}

#[test]
fn the_agenda_gives_what_is_due_and_says_when_the_next_is() {
    let mut agenda = Agenda::default();
    let first = case();
    agenda.put(first.again_after(Duration::from_secs(5), instant(100)));
    assert_eq!(agenda.wakes_at(), Some(Duration::from_secs(105)));
    assert_eq!(agenda.next(instant(104)), None);
    assert!(agenda.next(instant(105)).is_some());
    assert_eq!(agenda.wakes_at(), None);
}
