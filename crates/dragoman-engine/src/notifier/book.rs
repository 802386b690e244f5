//! Deliveries that are due again, and how the endpoint is doing.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use dragoman_core::MessageId;
use dragoman_core::clock::Reading;
use dragoman_core::ports::Due;

/// After so many failures in a row the endpoint counts as down.
const DOWN: u32 = 20;
/// A down endpoint is probed at least this far apart.
const PROBE_FIRST: Duration = Duration::from_secs(1);
const PROBE_CAP: Duration = Duration::from_secs(60);

/// The exceptions of one subscription. Times are kept by the monotonic clock: what is due in five
/// seconds is due in five seconds, whoever sets the wall clock meanwhile.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// By when it is due, and event: after how many tries, about which message.
    due: BTreeMap<(Duration, i64), (u32, Option<MessageId>)>,
    /// Event → when it is due.
    when: HashMap<i64, Duration>,
    failures: u32,
    probe_at: Duration,
}

impl Book {
    pub(super) fn new(due: Vec<Due>, now: Reading) -> Self {
        let mut book = Self::default();
        due.into_iter().for_each(|due| book.add(due, now));
        book
    }

    /// Adds an exception, in place of what was known of this event.
    pub(super) fn add(&mut self, due: Due, now: Reading) {
        let due_at = now.monotonic.saturating_add(due.due_at.since(now.wall));
        if let Some(before) = self.when.insert(due.seq, due_at) {
            self.due.remove(&(before, due.seq));
        }
        let entry = (due.tries, due.message);
        self.due.insert((due_at, due.seq), entry);
    }

    /// So many are due again.
    pub(super) fn len(&self) -> usize {
        self.due.len()
    }

    /// Whether new events are set aside without a try.
    pub(super) const fn is_down(&self) -> bool {
        self.failures >= DOWN
    }

    /// The next exception that may be tried; `running` tries are under way.
    pub(super) fn next(&mut self, running: usize, now: Reading) -> Option<Due> {
        if self.is_down() && (running > 0 || self.probe_at > now.monotonic) {
            return None;
        }
        let first = self.due.first_entry()?;
        let (due_at, seq) = *first.key();
        if due_at > now.monotonic {
            return None;
        }
        let (tries, message) = first.remove();
        self.when.remove(&seq);
        Some(Due {
            seq,
            message,
            due_at: now.wall,
            tries,
        })
    }

    /// When to look again, as far as time decides it.
    pub(super) fn wakes_at(&self, running: usize) -> Option<Duration> {
        let ((due_at, _), _) = self.due.first_key_value()?;
        match (self.is_down(), running) {
            (true, 0) => Some((*due_at).max(self.probe_at)),
            (true, _) => None,
            (false, _) => Some(*due_at),
        }
    }

    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
    }

    pub(super) fn failed(&mut self, now: Duration) {
        self.failures = self.failures.saturating_add(1);
        if self.is_down() {
            let doublings = (self.failures - DOWN).min(6);
            self.probe_at = now + (PROBE_FIRST * (1 << doublings)).min(PROBE_CAP);
        }
    }
}

#[cfg(test)]
mod tests {
    use dragoman_core::Timestamp;

    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// So many seconds after the start, by clocks that agree.
    fn at(after: u64) -> Reading {
        Reading {
            wall: Timestamp::from_seconds(1_000_000).plus(seconds(after)),
            monotonic: seconds(after),
        }
    }

    fn due(seq: i64, after: u64) -> Due {
        Due {
            seq,
            message: Some(MessageId::from_parts(seq, 0)),
            due_at: at(after).wall,
            tries: 0,
        }
    }

    fn next(book: &mut Book, running: usize, now: Reading) -> Option<i64> {
        book.next(running, now).map(|due| due.seq)
    }

    #[test]
    fn what_is_due_first_is_tried_first() {
        let mut book = Book::new(vec![due(3, 30), due(1, 50), due(2, 20)], at(0));
        assert_eq!(next(&mut book, 0, at(10)), None);
        assert_eq!(book.wakes_at(0), Some(seconds(20)));
        assert_eq!(next(&mut book, 5, at(40)), Some(2));
        assert_eq!(book.next(5, at(40)), Some(due(3, 40)));
        assert_eq!(next(&mut book, 5, at(40)), None);
    }

    #[test]
    fn what_is_due_soon_is_due_soon_whatever_the_wall_clock_says_then() {
        for wall in [at(0).wall.minus(seconds(86_400)), at(86_400).wall] {
            let mut book = Book::new(vec![due(1, 30)], at(0));
            let later = |after| Reading { wall, ..at(after) };
            assert_eq!(next(&mut book, 0, later(29)), None);
            assert_eq!(next(&mut book, 0, later(30)), Some(1));
        }
    }

    #[test]
    fn an_event_stands_in_it_once() {
        let mut book = Book::new(vec![due(1, 50)], at(0));
        book.add(due(1, 10), at(0));
        assert_eq!((book.len(), next(&mut book, 0, at(20))), (1, Some(1)));
        assert_eq!((book.len(), next(&mut book, 0, at(90))), (0, None));
    }

    #[test]
    fn a_down_endpoint_is_probed_one_at_a_time_and_ever_more_rarely() {
        let mut book = Book::new((0..40).map(|seq| due(seq, 0)).collect(), at(0));
        let failed = |book: &mut Book| book.failed(seconds(100));
        (0..19).for_each(|_| failed(&mut book));
        assert!(!book.is_down());
        let pauses: Vec<u64> = (0..8)
            .map(|_| {
                failed(&mut book);
                assert_eq!(book.next(0, at(100)), None);
                book.wakes_at(0).unwrap().as_secs() - 100
            })
            .collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(book.next(1, at(200)), None);
        assert!(book.next(0, at(200)).is_some());
        book.succeeded();
        assert!(book.next(9, at(200)).is_some());
    }
}
