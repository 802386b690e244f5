//! The youngest events, news and bodies, for those who follow the log.

use std::collections::VecDeque;

use dragoman_core::message::Body;
use foldhash::{HashMap, HashMapExt};

use crate::index::draft::Gone;
use crate::index::entry::Weighed;
use crate::index::happening::Happening;

/// How many events with news, and how many bodies, are kept in memory.
const KEPT: usize = 4096;

/// How much the records of the bodies in memory may come to: 16 MiB.
const BYTES: usize = 16 << 20;

/// The end of the log.
#[derive(Debug)]
pub(crate) struct Recent {
    /// Without gaps; the last one is the last committed.
    events: VecDeque<Happening>,
    /// The event before the first one in `events`.
    before: i64,
    bodies: HashMap<i64, Weighed>,
    /// Bodies up to this message are not kept: a sweep may have changed them since they were read.
    swept: i64,
    /// How often single bodies were taken away.
    erasures: u64,
    /// The keys of `bodies`, the oldest first.
    order: VecDeque<i64>,
    /// What the records of `bodies` come to.
    bytes: usize,
}

impl Recent {
    /// Nothing is kept of what happened up to `seq`.
    pub(crate) fn after(seq: i64) -> Self {
        Self {
            events: VecDeque::new(),
            before: seq,
            bodies: HashMap::new(),
            swept: 0,
            erasures: 0,
            order: VecDeque::new(),
            bytes: 0,
        }
    }

    /// Takes in what was committed, and forgets the oldest.
    pub(crate) fn remember(
        &mut self,
        events: impl IntoIterator<Item = Happening>,
        bodies: impl IntoIterator<Item = (i64, Weighed)>,
    ) {
        self.events.extend(events);
        while self.events.len() > KEPT {
            self.before = self
                .events
                .pop_front()
                .map_or(self.before, |event| event.seq());
        }
        for (row, body) in bodies {
            self.keep_body(row, body);
        }
    }

    /// To be asked before bodies are read from the disk, and handed in with them.
    pub(crate) const fn erasures(&self) -> u64 {
        self.erasures
    }

    /// Keeps a body that was read from the disk, unless one was taken away since: it may be this.
    pub(crate) fn keep_read_body(&mut self, row: i64, body: Weighed, erasures: u64) {
        if erasures == self.erasures {
            self.keep_body(row, body);
        }
    }

    /// Keeps a body.
    fn keep_body(&mut self, row: i64, body: Weighed) {
        if row <= self.swept || self.bodies.contains_key(&row) {
            return;
        }
        self.bytes += body.bytes;
        self.bodies.insert(row, body);
        self.order.push_back(row);
        while self.order.len() > KEPT || self.bytes > BYTES {
            self.forget_oldest_body();
        }
    }

    /// Forgets what was taken away: by a sweep, with all that is older, or a single body.
    pub(crate) fn forget(&mut self, gone: Gone) {
        self.forget_bodies(&gone.bodies);
        while let Some(event) = self.events.pop_front_if(|event| event.seq() <= gone.event) {
            self.before = event.seq();
        }
        if gone.message <= self.swept {
            return;
        }
        self.swept = gone.message;
        self.order.retain(|row| *row > gone.message);
        self.bodies.retain(|row, _| *row > gone.message);
        self.bytes = self.bodies.values().map(|kept| kept.bytes).sum();
    }

    fn forget_bodies(&mut self, erased: &[i64]) {
        if erased.is_empty() {
            return;
        }
        self.erasures += 1;
        for row in erased {
            if let Some(forgotten) = self.bodies.remove(row) {
                self.bytes -= forgotten.bytes;
            }
        }
        self.order.retain(|row| self.bodies.contains_key(row));
    }

    fn forget_oldest_body(&mut self) {
        let oldest = self.order.pop_front();
        if let Some(forgotten) = oldest.and_then(|row| self.bodies.remove(&row)) {
            self.bytes -= forgotten.bytes;
        }
    }

    /// The events after `seq`, at most `limit`; `None` when some of them are only on the disk.
    pub(crate) fn events_after(&self, seq: i64, limit: usize) -> Option<Vec<Happening>> {
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
        self.bodies.get(&row).map(|kept| kept.body.clone())
    }
}

#[cfg(test)]
#[path = "recent_tests.rs"]
mod tests;
