//! The newest events, read once for all followers that are near the end.

use std::sync::{Arc, Mutex};

use dragoman_core::event::Event;
use dragoman_core::message::Stored;
use dragoman_core::ports::{Store, StoreError};

use crate::lock::lock;

/// An event with its message.
pub(super) type Told = Arc<(Event, Arc<Stored>)>;

/// So many events are read at once.
const PAGE: usize = 256;

/// Reads events in pages and keeps the last page.
pub(super) struct Tail {
    store: Arc<dyn Store>,
    last: Mutex<Page>,
}

/// The events after `after`, without a gap.
#[derive(Clone, Default)]
struct Page {
    after: i64,
    events: Arc<Vec<Told>>,
}

impl Page {
    fn beyond(&self, seq: i64) -> Option<Vec<Told>> {
        let last = self.events.last()?.0.seq;
        if seq < self.after || seq >= last {
            return None;
        }
        let start = self.events.partition_point(|told| told.0.seq <= seq);
        Some(self.events[start..].to_vec())
    }
}

impl Tail {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            last: Mutex::default(),
        }
    }

    /// The next events after `seq`, at most a page; empty at the end.
    pub(super) async fn after(&self, seq: i64) -> Result<Vec<Told>, StoreError> {
        if self.store.last_event() <= seq {
            return Ok(Vec::new());
        }
        if let Some(events) = lock(&self.last).beyond(seq) {
            return Ok(events);
        }
        let read = self.store.events_after(seq, PAGE).await?;
        let events: Vec<Told> = read.into_iter().map(Arc::new).collect();
        let page = Page {
            after: seq,
            events: Arc::new(events.clone()),
        };
        let mut last = lock(&self.last);
        if page.after >= last.after {
            *last = page;
        }
        Ok(events)
    }

    /// One event, if it still exists.
    pub(super) async fn event(&self, seq: i64) -> Result<Option<Told>, StoreError> {
        let mut read = self.store.events_after(seq - 1, 1).await?;
        let told = read.pop().filter(|(event, _)| event.seq == seq);
        Ok(told.map(Arc::new))
    }

    /// Waits for an event after `seq`.
    pub(super) async fn beyond(&self, seq: i64) {
        self.store.event_beyond(seq).await;
    }
}
