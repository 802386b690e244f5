//! What one subscription has, what it is being told, and what is due again.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use dragoman_core::clock::Reading;
use dragoman_core::ports::{Attempted, AttemptedDelivery, Due, StoreError};
use dragoman_core::{Id, MessageId, Timestamp};

use super::book::Book;
use super::lanes::Lanes;
use super::progress::Progress;
use super::streak::Streak;
use super::tail::Told;
use crate::clock::moment;
use crate::shared::Shared;

/// A cursor that has passed so many foreign events is written down, to save a restart from
/// reading them again.
const PASSED: i64 = 1000;
/// So many events may be due again, or wait for others; the rest stays in the log.
const ASIDE: usize = 10_000;

/// The books of one subscription. What has ended is kept here until it is written down.
pub(super) struct Ledger {
    shared: Arc<Shared>,
    subscription: Id,
    progress: Progress,
    book: Book,
    lanes: Lanes,
    pub(super) streak: Streak,
    /// Being told now.
    flying: HashSet<i64>,
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
            lanes: Lanes::default(),
            streak: Streak::default(),
            flying: HashSet::new(),
            ended: Vec::new(),
            written: 0,
        }
    }

    /// Takes up where the store says that it was left, and answers what is due again. Events up to
    /// `since` were before its time; `now` is by the clock that wrote down what is due. What is due
    /// again beyond the cursor is read anew with everything there: to take it before would leave out
    /// what had not ended before it.
    pub(super) async fn resume(
        &mut self,
        since: i64,
        now: Reading,
    ) -> Result<Vec<Due>, StoreError> {
        let store = &self.shared.store;
        let (cursor, mut due) = store.deliveries(self.subscription).await?;
        let failing_since = store.telling(self.subscription).failing_since;
        self.written = cursor.max(since);
        due.retain(|due| due.seq <= self.written);
        self.progress = Progress::new(self.written);
        self.book = Book::new(due.clone(), now);
        self.lanes = Lanes::default();
        self.streak = Streak::since(failing_since, now);
        Ok(due)
    }

    /// An event of this conversation is told in its turn.
    pub(super) fn line_up(&mut self, conversation: i64, seq: i64) {
        self.lanes.enter(conversation, seq);
    }

    /// Begins to tell an event, if it is its turn in its conversation.
    pub(super) fn begin(&mut self, seq: i64) -> bool {
        let begins = self.lanes.fly(seq);
        if begins {
            self.flying.insert(seq);
        }
        begins
    }

    /// Whether an event is being told now.
    pub(super) fn is_being_told(&self, seq: i64) -> bool {
        self.flying.contains(&seq)
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
        loop {
            let due = self.book.next(running, self.moment())?;
            if self.begin(due.seq) {
                return Some(due);
            }
            self.lanes.park(due);
        }
    }

    /// An exception that could not be tried.
    pub(super) fn put_back(&mut self, due: Due) {
        self.land(due.seq);
        self.book.add(due, self.moment());
    }

    /// When to look for exceptions again, as far as time decides it.
    pub(super) fn wakes_at(&self, running: usize) -> Option<Duration> {
        self.book.wakes_at(running)
    }

    /// Whether new events are set aside without a try.
    pub(super) const fn is_down(&self) -> bool {
        self.book.is_down()
    }

    /// Whether one more may be set aside.
    pub(super) fn has_room(&self) -> bool {
        self.book.len() + self.lanes.parked() < ASIDE
    }

    /// Draws the conclusions from a try.
    pub(super) fn note(&mut self, tried: AttemptedDelivery) {
        let meters = &self.shared.meters;
        match tried.then {
            Attempted::Done => {
                meters.deliveries_done.count();
                self.book.succeeded();
                self.streak.succeeded();
            }
            Attempted::Again { due_at, tries } => {
                meters.deliveries_failed.count();
                self.failed(tried.at);
                self.wait(&tried, due_at, tries);
            }
            Attempted::Exhausted => {
                meters.deliveries_exhausted.count();
                self.failed(tried.at);
            }
            Attempted::Overtaken => self.wait(&tried, tried.at, 0),
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

    fn failed(&mut self, at: Timestamp) {
        let now = self.moment();
        self.book.failed(now.monotonic);
        self.streak.failed(at, now);
    }

    /// It is due again.
    fn wait(&mut self, tried: &AttemptedDelivery, due_at: Timestamp, tries: u32) {
        self.land(tried.seq);
        let due = Due {
            seq: tried.seq,
            message: tried.message,
            due_at,
            tries,
        };
        self.book.add(due, self.moment());
    }

    fn land(&mut self, seq: i64) {
        self.flying.remove(&seq);
        if let Some(next) = self.lanes.land(seq) {
            self.takes_its_turn(next);
        }
    }

    /// It was due before, and has waited for another.
    fn takes_its_turn(&mut self, next: Due) {
        let now = self.moment();
        let due_at = now.wall;
        self.book.add(Due { due_at, ..next }, now);
    }

    fn end(&mut self, delivery: AttemptedDelivery) {
        match delivery.then {
            Attempted::Done | Attempted::Exhausted => {
                self.flying.remove(&delivery.seq);
                if let Some(next) = self.lanes.leave(delivery.seq) {
                    self.takes_its_turn(next);
                }
            }
            Attempted::Again { .. } | Attempted::Overtaken => {}
        }
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

    pub(super) fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    pub(super) fn moment(&self) -> Reading {
        moment(&*self.shared.clock)
    }
}
