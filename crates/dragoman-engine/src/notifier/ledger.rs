//! What one subscription has, what it is being told, and what is due again.

use std::sync::Arc;

use dragoman_core::ports::{Attempted, AttemptedDelivery, Due, StoreError};
use dragoman_core::{Id, MessageId, Timestamp};

use super::book::Book;
use super::progress::Progress;
use super::tail::Told;
use crate::shared::Shared;

/// A cursor that has passed so many foreign events is written down, to save a restart from
/// reading them again.
const PASSED: i64 = 1000;

/// The books of one subscription. What has ended is kept here until it is written down.
pub(super) struct Ledger {
    shared: Arc<Shared>,
    subscription: Id,
    progress: Progress,
    book: Book,
    /// Ended, not written down yet.
    ended: Vec<AttemptedDelivery>,
    written: i64,
}

impl Ledger {
    pub(super) fn new(shared: Arc<Shared>, subscription: Id) -> Self {
        Self {
            shared,
            subscription,
            progress: Progress::new(0),
            book: Book::default(),
            ended: Vec::new(),
            written: 0,
        }
    }

    /// Takes up where the store says that it was left. Events up to `since` were before its time.
    pub(super) async fn resume(&mut self, since: i64) -> Result<(), StoreError> {
        let (cursor, due) = self.shared.store.deliveries(self.subscription).await?;
        self.written = cursor.max(since);
        self.progress = Progress::new(self.written);
        self.book = Book::new(due);
        Ok(())
    }

    /// Up to here events were taken.
    pub(super) const fn taken(&self) -> i64 {
        self.progress.taken()
    }

    /// Whether this is no exception that was taken long ago.
    pub(super) const fn is_new(&self, seq: i64) -> bool {
        seq > self.progress.taken()
    }

    /// Takes an event that is to be delivered.
    pub(super) fn take(&mut self, seq: i64) {
        if self.is_new(seq) {
            self.progress.take(seq);
        }
    }

    /// Passes an event that needs nothing.
    pub(super) fn pass(&mut self, seq: i64) {
        self.progress.pass(seq);
    }

    /// The next exception that may be tried; `running` tries are under way.
    pub(super) fn next_due(&mut self, running: usize) -> Option<Due> {
        self.book.next(running, self.now())
    }

    /// An exception that could not be tried.
    pub(super) fn put_back(&mut self, due: Due) {
        self.book.add(due);
    }

    /// When to look for exceptions again, as far as time decides it.
    pub(super) fn wakes_at(&self, running: usize) -> Option<Timestamp> {
        self.book.wakes_at(running)
    }

    /// Whether new events are set aside without a try.
    pub(super) const fn is_down(&self) -> bool {
        self.book.is_down()
    }

    /// Whether one more may be set aside.
    pub(super) fn has_room(&self) -> bool {
        self.book.has_room()
    }

    /// Draws the conclusions from a try.
    pub(super) fn note(&mut self, tried: AttemptedDelivery) {
        let meters = &self.shared.meters;
        match tried.then {
            Attempted::Done => {
                meters.deliveries_done.count();
                self.book.succeeded();
            }
            Attempted::Again { due_at, tries } => {
                meters.deliveries_failed.count();
                self.book.failed(self.now());
                self.add(&tried, due_at, tries);
            }
            Attempted::Exhausted => {
                meters.deliveries_exhausted.count();
                self.book.failed(self.now());
            }
            Attempted::Overtaken => self.add(&tried, tried.at, 0),
        }
        self.end(tried);
    }

    /// Gives up an event that was never sent, for which the endpoint is not to blame.
    pub(super) fn give_up(&mut self, seq: i64, message: Option<MessageId>) {
        self.shared.meters.deliveries_exhausted.count();
        self.end(self.untried(seq, message, Attempted::Exhausted));
    }

    /// Leaves an event for later without a try.
    pub(super) fn set_aside(&mut self, told: &Told) {
        self.note(self.untried(told.seq(), told.message(), Attempted::Overtaken));
    }

    /// Writes down what has ended, with the cursor, in one commit.
    pub(super) async fn write(&mut self) -> Result<(), StoreError> {
        let cursor = self.progress.cursor();
        if self.ended.is_empty() && cursor - self.written < PASSED {
            return Ok(());
        }
        let (store, ended) = (&self.shared.store, self.ended.clone());
        store.delivered(self.subscription, cursor, ended).await?;
        self.ended.clear();
        self.written = cursor;
        Ok(())
    }

    fn add(&mut self, tried: &AttemptedDelivery, due_at: Timestamp, tries: u32) {
        self.book.add(Due {
            seq: tried.seq,
            message: tried.message,
            due_at,
            tries,
        });
    }

    fn end(&mut self, delivery: AttemptedDelivery) {
        self.progress.done(delivery.seq);
        self.ended.push(delivery);
    }

    fn untried(&self, seq: i64, message: Option<MessageId>, then: Attempted) -> AttemptedDelivery {
        AttemptedDelivery {
            seq,
            message,
            at: self.now(),
            answer: None,
            status: None,
            then,
        }
    }

    fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }
}
