use std::collections::BTreeMap;

use dragoman_core::Id;
use dragoman_core::catalog::{Sending, Source};
use dragoman_core::rate::Rate;

use super::*;

pub(super) const WALL: Timestamp = Timestamp::from_seconds(1_790_000_000);
pub(super) const NOW: Duration = Duration::from_secs(1000);
pub(super) const BEGAN: Reading = Reading {
    wall: WALL,
    monotonic: NOW,
};

pub(super) fn channel(rate: u32, concurrency: u16) -> Channel {
    Channel {
        id: Id::from_u128(1),
        account: Id::from_u128(2),
        slug: "demo".into(),
        title: "Demo".into(),
        driver: "double".into(),
        source: Source::Whatsapp,
        provider_id: "1".into(),
        phone: None,
        settings: BTreeMap::new(),
        rate: Rate::per_second(rate).unwrap(),
        concurrency,
        main: true,
        enabled: true,
        created_at: WALL,
        sending: Sending::default(),
        watched_since: WALL,
    }
}

fn schedule(rate: u32, concurrency: u16) -> Schedule {
    let mut schedule = Schedule::new(&channel(rate, concurrency));
    schedule.fill(&[], BEGAN);
    schedule
}

pub(super) fn waiting(row: i64, conversation: i64) -> Waiting {
    Waiting {
        message: MessageId::from_parts(row, 0),
        conversation,
        priority: Priority::Normal,
        expires_at: Timestamp::NEVER,
        after: None,
    }
}

/// One message departs so often, with this limit.
fn every(rate: u32) -> Duration {
    Duration::from_secs_f64(1.0 / (f64::from(rate) * 0.85))
}

fn rows(pick: &Pick) -> Vec<i64> {
    pick.turns
        .iter()
        .map(|turn| turn.waiting.message.row())
        .collect()
}

fn ended(fate: Fate, contact: Contact) -> Ended {
    Ended {
        fate,
        departed_at: NOW,
        contact,
    }
}

const fn again(pause: Duration, failures: u32) -> Fate {
    let setbacks = Setbacks::failed(failures);
    Fate::Again { pause, setbacks }
}

#[test]
fn one_message_of_a_conversation_runs_at_a_time_and_others_overtake() {
    let mut schedule = schedule(1000, 8);
    for (row, conversation) in [(1, 7), (2, 7), (3, 8), (4, 7)] {
        schedule.enqueue(waiting(row, conversation), 100 + conversation as u64, NOW);
    }
    let pick = schedule.pick(NOW);
    assert_eq!(rows(&pick), [1, 3]);
    assert_eq!(rows(&schedule.pick(NOW)), [] as [i64; 0]);
    schedule.end(waiting(1, 7), ended(Fate::Over, Contact::Taken), NOW);
    assert_eq!(rows(&schedule.pick(NOW)), [2]);
    assert_eq!(
        schedule.load(),
        Load {
            waiting: 1,
            running: 2
        }
    );
}

#[test]
fn a_retry_keeps_its_place_in_the_conversation_and_holds_nobody_else() {
    let mut schedule = schedule(1000, 8);
    for (row, conversation) in [(1, 7), (2, 7), (3, 8)] {
        schedule.enqueue(waiting(row, conversation), 0, NOW);
    }
    assert_eq!(rows(&schedule.pick(NOW)), [1, 3]);
    let pause = Duration::from_secs(5);
    let again = again(pause, 1);
    schedule.end(waiting(1, 7), ended(again, Contact::Answered), NOW);
    let pick = schedule.pick(NOW);
    assert_eq!((rows(&pick), pick.wake_at), (vec![], Some(NOW + pause)));
    let pick = schedule.pick(NOW + pause);
    assert_eq!(rows(&pick), [1]);
    assert_eq!(pick.turns[0].setbacks, Setbacks::failed(1));
}

#[test]
fn concurrency_and_rate_bound_what_starts() {
    let mut narrow = schedule(1000, 3);
    let mut slow = schedule(100, 100);
    for row in 1..=20 {
        narrow.enqueue(waiting(row, row), 0, NOW);
        slow.enqueue(waiting(row, row), 0, NOW);
    }
    assert_eq!(rows(&narrow.pick(NOW)).len(), 3);
    assert_eq!(rows(&narrow.pick(NOW)).len(), 0);
    let first = slow.pick(NOW);
    assert_eq!(rows(&first).len(), 8, "a tenth of a second");
    let next = NOW + every(100);
    assert_eq!(first.wake_at, Some(next));
    assert_eq!(rows(&slow.pick(next)).len(), 1);
}

#[test]
fn a_slot_is_free_only_for_a_recipient_with_nothing_under_way() {
    let mut schedule = schedule(1000, 8);
    assert!(schedule.reserve(1, None, NOW));
    assert!(!schedule.reserve(1, None, NOW), "reserved already");
    assert!(schedule.reserve(2, None, NOW));
    schedule.release(2, NOW);
    assert!(schedule.reserve(2, None, NOW), "given back");
    schedule.depart(waiting(10, 70), 1, NOW);
    assert!(!schedule.reserve(1, None, NOW), "runs");
    schedule.end(waiting(10, 70), ended(Fate::Over, Contact::Taken), NOW);
    assert!(schedule.reserve(1, None, NOW), "has ended");
}

#[test]
fn nobody_jumps_a_queue_that_waits_for_its_turn() {
    let mut schedule = schedule(10, 8);
    schedule.enqueue(waiting(1, 7), 1, NOW);
    schedule.enqueue(waiting(2, 8), 2, NOW);
    assert!(!schedule.reserve(3, None, NOW));
    assert_eq!(rows(&schedule.pick(NOW)), [1]);
    assert!(!schedule.reserve(3, None, NOW + Duration::from_secs(1)));
}

#[test]
fn what_is_accepted_beside_a_message_that_departs_at_once_waits_for_it() {
    let mut schedule = schedule(1000, 8);
    assert!(schedule.reserve(7, None, NOW));
    // The second is handed over first.
    schedule.enqueue(waiting(2, 1), 7, NOW);
    assert_eq!(
        rows(&schedule.pick(NOW)).len(),
        0,
        "the first is being accepted"
    );
    schedule.depart(waiting(1, 1), 7, NOW);
    assert_eq!(rows(&schedule.pick(NOW)).len(), 0, "the first is under way");
    schedule.end(waiting(1, 1), ended(Fate::Over, Contact::Taken), NOW);
    assert_eq!(rows(&schedule.pick(NOW)), [2]);
}

#[test]
fn what_is_accepted_beside_a_message_that_is_not_kept_goes_on() {
    let mut schedule = schedule(1000, 8);
    assert!(schedule.reserve(7, None, NOW));
    schedule.enqueue(waiting(2, 1), 7, NOW);
    assert_eq!(rows(&schedule.pick(NOW)).len(), 0);
    schedule.release(7, NOW);
    assert_eq!(rows(&schedule.pick(NOW)), [2]);
}

#[test]
fn a_recipient_is_not_free_while_conversations_from_the_store_are_strangers() {
    let mut schedule = Schedule::new(&channel(1000, 8));
    let queued = |row, due_at| Queued {
        message: MessageId::from_parts(row, 0),
        conversation: row,
        priority: Priority::Normal,
        due_at,
        expires_at: Timestamp::NEVER,
        starts: 2,
        after: None,
    };
    schedule.enqueue(waiting(3, 3), 30, NOW);
    assert_eq!(rows(&schedule.pick(NOW)).len(), 0, "not read yet");
    let later = WALL.plus(Duration::from_secs(60));
    schedule.fill(&[queued(1, WALL), queued(2, later), queued(3, WALL)], BEGAN);
    // Accepted before the queue was read, and handed over after.
    schedule.enqueue(waiting(2, 2), 20, NOW);
    assert_eq!(schedule.load().waiting, 3, "2 is known once");
    assert_eq!(rows(&schedule.pick(NOW)), [1, 3], "3 is known once");
    schedule.end(waiting(1, 1), ended(Fate::Over, Contact::Taken), NOW);
    assert!(!schedule.reserve(40, None, NOW));
    let minute = NOW + Duration::from_secs(60);
    assert_eq!(rows(&schedule.pick(minute)), [2]);
    schedule.end(waiting(2, 2), ended(Fate::Over, Contact::Taken), minute);
    assert!(schedule.reserve(40, None, minute));
}

#[test]
fn an_unreachable_provider_costs_a_few_attempts_and_everything_goes_when_it_is_back() {
    let mut schedule = schedule(100_000, 4);
    for row in 1..=1000 {
        schedule.enqueue(waiting(row, row), 0, NOW);
    }
    let again = again(Duration::from_secs(100), 1);
    let (mut attempts, mut now) = (0, NOW);
    let end_of_outage = NOW + Duration::from_secs(60);
    while now < end_of_outage {
        let pick = schedule.pick(now);
        attempts += pick.turns.len();
        for turn in &pick.turns {
            schedule.end(turn.waiting, ended(again, Contact::Missed), now);
        }
        if pick.turns.is_empty() {
            now = pick.wake_at.expect("a probe is planned");
        }
    }
    assert!((10..=24).contains(&attempts), "{attempts}");
    let mut sent = 0;
    while schedule.load().waiting > 0 {
        let pick = schedule.pick(now);
        assert!(!pick.turns.is_empty(), "{sent} {:?}", schedule.load());
        for turn in &pick.turns {
            sent += 1;
            schedule.end(turn.waiting, ended(Fate::Over, Contact::Taken), now);
        }
    }
    assert_eq!(sent, 1000);
}

#[test]
fn what_waits_too_long_is_taken_out() {
    let mut schedule = schedule(1000, 1);
    for row in 1..=4 {
        let expires_at = if row % 2 == 0 { WALL } else { Timestamp::NEVER };
        let waiting = Waiting {
            expires_at,
            ..waiting(row, 7)
        };
        schedule.enqueue(waiting, 1, NOW);
    }
    let expired = schedule.expire(WALL, NOW);
    assert_eq!(expired.len(), 2);
    assert!(schedule.expire(WALL, NOW).is_empty());
    assert_eq!(rows(&schedule.pick(NOW)), [1]);
    schedule.end(waiting(1, 7), ended(Fate::Over, Contact::Taken), NOW);
    assert_eq!(rows(&schedule.pick(NOW)), [3]);
}

#[test]
fn a_high_priority_does_not_wait_behind_a_sleeping_broadcast() {
    let mut schedule = schedule(1000, 8);
    let bulk = Waiting {
        priority: Priority::Bulk,
        ..waiting(1, 7)
    };
    schedule.enqueue(bulk, 1, NOW);
    assert_eq!(rows(&schedule.pick(NOW)), [1]);
    let pause = Duration::from_secs(300);
    let again = again(pause, 9);
    schedule.end(bulk, ended(again, Contact::Answered), NOW);
    let code = Waiting {
        priority: Priority::High,
        ..waiting(2, 7)
    };
    schedule.enqueue(code, 1, NOW);
    assert_eq!(rows(&schedule.pick(NOW)), [2]);
}

#[test]
fn a_message_that_is_not_accepted_yet_is_told_what_stands_before_it() {
    let mut schedule = schedule(10, 1);
    let clear = Outlook {
        waiting: 0,
        wait: Duration::ZERO,
    };
    assert_eq!(schedule.outlook(107, NOW), clear);
    for row in 1..=21 {
        schedule.enqueue(waiting(row, row), 100 + row as u64, NOW);
    }
    assert_eq!(schedule.pick(NOW).turns.len(), 1);
    let queued = schedule.outlook(107, NOW);
    assert_eq!(queued.waiting, 20);
    assert_eq!(queued.wait, every(10) * 21);
    let pause = Duration::from_secs(30);
    schedule.hold(pause, NOW);
    let held = schedule.outlook(107, NOW);
    assert_eq!(held.wait, pause + every(10) * 20);
}

#[test]
fn a_message_behind_one_that_sleeps_waits_as_long_as_that() {
    let mut schedule = schedule(1000, 8);
    let pause = Duration::from_secs(16);
    for row in [1, 2] {
        schedule.enqueue(waiting(row, row), 100 + row as u64, NOW);
    }
    schedule.pick(NOW);
    schedule.end(
        waiting(1, 1),
        ended(again(pause, 1), Contact::Answered),
        NOW,
    );
    schedule.end(waiting(2, 2), ended(Fate::Over, Contact::Taken), NOW);
    assert_eq!(schedule.outlook(101, NOW).wait, pause);
    assert!(schedule.outlook(102, NOW).wait < Duration::from_secs(1));
}
