//! The youngest events and bodies, for those who follow the log.

use std::collections::{HashMap, VecDeque};

use dragoman_core::event::Event;
use dragoman_core::message::Body;

/// How many events, and how many bodies, are kept in memory.
const KEPT: usize = 4096;

/// The end of the log.
#[derive(Debug)]
pub(crate) struct Recent {
    /// Without gaps; the last one is the last committed.
    events: VecDeque<Event>,
    /// The event before the first one in `events`.
    before: i64,
    bodies: HashMap<i64, Body>,
    order: VecDeque<i64>,
}

impl Recent {
    /// Nothing is kept of what happened up to `seq`.
    pub(crate) fn after(seq: i64) -> Self {
        Self {
            events: VecDeque::new(),
            before: seq,
            bodies: HashMap::new(),
            order: VecDeque::new(),
        }
    }

    /// Takes in what was committed, and forgets the oldest.
    pub(crate) fn remember(&mut self, events: Vec<Event>, bodies: Vec<(i64, Body)>) {
        self.events.extend(events);
        while self.events.len() > KEPT {
            self.before = self
                .events
                .pop_front()
                .map_or(self.before, |event| event.seq);
        }
        for (row, body) in bodies {
            self.keep_body(row, body);
        }
    }

    /// Keeps a body that was read from the disk, or written.
    pub(crate) fn keep_body(&mut self, row: i64, body: Body) {
        if self.bodies.insert(row, body).is_none() {
            self.order.push_back(row);
        }
        while self.order.len() > KEPT {
            if let Some(oldest) = self.order.pop_front() {
                self.bodies.remove(&oldest);
            }
        }
    }

    /// The events after `seq`, at most `limit`; `None` when some of them are only on the disk.
    pub(crate) fn events_after(&self, seq: i64, limit: usize) -> Option<Vec<Event>> {
        let skipped = usize::try_from(seq - self.before).ok()?;
        Some(
            self.events
                .iter()
                .skip(skipped)
                .take(limit)
                .cloned()
                .collect(),
        )
    }

    /// The body of a message.
    pub(crate) fn body(&self, row: i64) -> Option<Body> {
        self.bodies.get(&row).cloned()
    }
}
