//! The newest events, read once for all followers that are near the end.

use std::sync::{Arc, Mutex};

use dragoman_core::MessageId;
use dragoman_core::file::File;
use dragoman_core::inbound::Inbound;
use dragoman_core::message::Stored;
use dragoman_core::ports::{self, Files, Happened, Store, StoreError};

use crate::lock::lock;

/// What happened, with what formats may want to know.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) happened: Happened,
    /// The earlier message that a customer's one answers or reacts to.
    pub(super) refers_to: Option<Stored>,
    /// The picture of the advertisement that a customer's message came by.
    pub(super) advertisement: Option<File>,
}

impl Told {
    pub(super) const fn seq(&self) -> i64 {
        self.happened.seq()
    }

    /// The store's number of the conversation that it belongs to, if it belongs to one.
    pub(super) fn conversation(&self) -> Option<i64> {
        match &self.happened {
            Happened::Message(_, message) => Some(message.conversation.number),
            Happened::News(..) => None,
        }
    }

    /// The message that it is about, if it is about one.
    pub(super) const fn message(&self) -> Option<MessageId> {
        self.happened.message()
    }
}

/// So many events are read at once.
const PAGE: usize = 256;

/// Reads events in pages and keeps the last page.
pub(super) struct Tail {
    store: Arc<dyn Store>,
    files: Arc<dyn Files>,
    last: Mutex<Page>,
}

/// The events after `after`, without a gap.
#[derive(Clone, Default)]
struct Page {
    after: i64,
    events: Arc<Vec<Arc<Told>>>,
}

impl Page {
    fn beyond(&self, seq: i64) -> Option<Vec<Arc<Told>>> {
        let last = self.events.last()?.seq();
        if seq < self.after || seq >= last {
            return None;
        }
        let start = self.events.partition_point(|told| told.seq() <= seq);
        Some(self.events[start..].to_vec())
    }
}

impl Tail {
    pub(super) fn new(store: Arc<dyn Store>, files: Arc<dyn Files>) -> Self {
        Self {
            store,
            files,
            last: Mutex::default(),
        }
    }

    /// The next events after `seq`, at most a page; empty at the end.
    pub(super) async fn after(&self, seq: i64) -> Result<Vec<Arc<Told>>, StoreError> {
        if self.store.last_event() <= seq {
            return Ok(Vec::new());
        }
        if let Some(events) = lock(&self.last).beyond(seq) {
            return Ok(events);
        }
        let read = self.store.events_after(seq, PAGE).await?;
        let mut events = Vec::with_capacity(read.len());
        for happened in read {
            events.push(self.told(happened).await?);
        }
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

    /// The number of the last event.
    pub(super) fn end(&self) -> i64 {
        self.store.last_event()
    }

    /// One event, if it still exists.
    pub(super) async fn event(&self, seq: i64) -> Result<Option<Arc<Told>>, StoreError> {
        let read = self.store.events_after(seq - 1, 1).await?.pop();
        match read {
            Some(happened) if happened.seq() == seq => Ok(Some(self.told(happened).await?)),
            Some(_) | None => Ok(None),
        }
    }

    /// Waits for an event after `seq`.
    pub(super) async fn beyond(&self, seq: i64) {
        self.store.event_beyond(seq).await;
    }

    async fn told(&self, happened: Happened) -> Result<Arc<Told>, StoreError> {
        let (refers_to, advertisement) = match &happened {
            Happened::Message(_, message) => (
                self.refers_to(message).await?,
                self.advertisement(message).await?,
            ),
            Happened::News(..) => (None, None),
        };
        Ok(Arc::new(Told {
            happened,
            refers_to,
            advertisement,
        }))
    }

    async fn refers_to(&self, message: &Stored) -> Result<Option<Stored>, StoreError> {
        match message.inbound().and_then(Inbound::refers_to) {
            Some(provider_id) => ports::earlier(&*self.store, message, provider_id).await,
            None => Ok(None),
        }
    }

    /// Known when the message is announced; what was told before that is about nobody's picture.
    async fn advertisement(&self, message: &Stored) -> Result<Option<File>, StoreError> {
        let referral = message.inbound().and_then(|said| said.referral.as_ref());
        if referral.is_none_or(|referral| referral.picture.is_none()) {
            return Ok(None);
        }
        let picture = message.id.advertisement();
        self.files.file(message.tenant(), picture).await
    }
}
