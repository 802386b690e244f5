//! Deliveries that are due again, and how the endpoint is doing.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use dragoman_core::ports::Due;
use dragoman_core::{MessageId, Timestamp};

/// After so many failures in a row the endpoint counts as down.
const DOWN: u32 = 20;
/// A down endpoint is probed at least this far apart.
const PROBE_FIRST: Duration = Duration::from_secs(1);
const PROBE_CAP: Duration = Duration::from_secs(60);
/// While an endpoint is down, so many events are set aside; the others stay in the log.
const OVERTAKEN_LIMIT: usize = 10_000;

/// The exceptions of one subscription.
#[derive(Debug, Default)]
pub(super) struct Book {
    due: BinaryHeap<Reverse<Entry>>,
    failures: u32,
    probe_at: Timestamp,
}

/// When it is due, of which event, after how many tries, about which message: the first that is
/// due comes first.
type Entry = (Timestamp, i64, u32, Option<MessageId>);

impl Book {
    pub(super) fn new(due: Vec<Due>) -> Self {
        let mut book = Self::default();
        due.into_iter().for_each(|due| book.add(due));
        book
    }

    pub(super) fn add(&mut self, due: Due) {
        let entry = (due.due_at, due.seq, due.tries, due.message);
        self.due.push(Reverse(entry));
    }

    /// Whether new events are set aside without a try.
    pub(super) const fn is_down(&self) -> bool {
        self.failures >= DOWN
    }

    /// Whether one more may be set aside.
    pub(super) fn has_room(&self) -> bool {
        self.due.len() < OVERTAKEN_LIMIT
    }

    /// The next exception that may be tried; `running` tries are under way.
    pub(super) fn next(&mut self, running: usize, now: Timestamp) -> Option<Due> {
        if self.is_down() && (running > 0 || self.probe_at > now) {
            return None;
        }
        let Reverse((due_at, seq, tries, message)) = *self.due.peek()?;
        if due_at > now {
            return None;
        }
        self.due.pop();
        Some(Due {
            seq,
            message,
            due_at,
            tries,
        })
    }

    /// When to look again, as far as time decides it.
    pub(super) fn wakes_at(&self, running: usize) -> Option<Timestamp> {
        let Reverse((due_at, ..)) = *self.due.peek()?;
        match (self.is_down(), running) {
            (true, 0) => Some(due_at.max(self.probe_at)),
            (true, _) => None,
            (false, _) => Some(due_at),
        }
    }

    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
    }

    pub(super) fn failed(&mut self, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        if self.is_down() {
            let doublings = (self.failures - DOWN).min(6);
            self.probe_at = now.plus((PROBE_FIRST * (1 << doublings)).min(PROBE_CAP));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    const fn due(seq: i64, seconds: i64) -> Due {
        Due {
            seq,
            message: Some(MessageId::from_parts(seq, 0)),
            due_at: at(seconds),
            tries: 0,
        }
    }

    #[test]
    fn what_is_due_first_is_tried_first() {
        let mut book = Book::new(vec![due(3, 30), due(1, 50), due(2, 20)]);
        assert_eq!(book.next(0, at(10)), None);
        assert_eq!(book.wakes_at(0), Some(at(20)));
        assert_eq!(book.next(5, at(40)), Some(due(2, 20)));
        assert_eq!(book.next(5, at(40)), Some(due(3, 30)));
        assert_eq!(book.next(5, at(40)), None);
    }

    #[test]
    fn a_down_endpoint_is_probed_one_at_a_time_and_ever_more_rarely() {
        let mut book = Book::new((0..40).map(|seq| due(seq, 0)).collect());
        (0..19).for_each(|_| book.failed(at(100)));
        assert!(!book.is_down());
        let pauses: Vec<i64> = (0..8)
            .map(|_| {
                book.failed(at(100));
                assert_eq!(book.next(0, at(100)), None);
                book.wakes_at(0).unwrap().seconds() - 100
            })
            .collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(book.next(1, at(200)), None);
        assert!(book.next(0, at(200)).is_some());
        book.succeeded();
        assert!(book.next(9, at(200)).is_some());
    }
}
