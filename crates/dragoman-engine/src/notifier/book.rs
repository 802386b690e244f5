//! Deliveries that are due again, and how the endpoint is doing.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use dragoman_core::ports::Due;
use dragoman_core::{MessageId, Timestamp};

/// After so many failures in a row the endpoint counts as down.
const DOWN: u32 = 20;
/// A down endpoint is probed at least this far apart.
const PROBE_FIRST: Duration = Duration::from_secs(1);
const PROBE_CAP: Duration = Duration::from_secs(60);

/// The exceptions of one subscription.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// By when it is due, and event: after how many tries, about which message.
    due: BTreeMap<(Timestamp, i64), (u32, Option<MessageId>)>,
    /// Event → when it is due.
    when: HashMap<i64, Timestamp>,
    failures: u32,
    probe_at: Timestamp,
}

impl Book {
    pub(super) fn new(due: Vec<Due>) -> Self {
        let mut book = Self::default();
        due.into_iter().for_each(|due| book.add(due));
        book
    }

    /// Adds an exception, in place of what was known of this event.
    pub(super) fn add(&mut self, due: Due) {
        if let Some(before) = self.when.insert(due.seq, due.due_at) {
            self.due.remove(&(before, due.seq));
        }
        let entry = (due.tries, due.message);
        self.due.insert((due.due_at, due.seq), entry);
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
    pub(super) fn next(&mut self, running: usize, now: Timestamp) -> Option<Due> {
        if self.is_down() && (running > 0 || self.probe_at > now) {
            return None;
        }
        let first = self.due.first_entry()?;
        let (due_at, seq) = *first.key();
        if due_at > now {
            return None;
        }
        let (tries, message) = first.remove();
        self.when.remove(&seq);
        Some(Due {
            seq,
            message,
            due_at,
            tries,
        })
    }

    /// When to look again, as far as time decides it.
    pub(super) fn wakes_at(&self, running: usize) -> Option<Timestamp> {
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
    fn an_event_stands_in_it_once() {
        let mut book = Book::new(vec![due(1, 50)]);
        book.add(due(1, 10));
        assert_eq!((book.len(), book.next(0, at(20))), (1, Some(due(1, 10))));
        assert_eq!((book.len(), book.next(0, at(90))), (0, None));
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
