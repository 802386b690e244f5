//! The task of one subscription: reads events in order, delivers several at once, writes down in
//! one commit whatever ended within a turn of its loop.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use dragoman_core::Id;
use dragoman_core::catalog::Subscription;
use dragoman_core::ports::{Attempted, AttemptedDelivery, Due, Format, StoreError};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::book::Book;
use super::delivery::{Delivery, Rendered, render};
use super::progress::Progress;
use super::tail::{Tail, Told};
use crate::pulse::Phase;
use crate::shared::Shared;

/// Pause after the store could not do what it was asked.
const UNWELL: Duration = Duration::from_secs(1);
/// The longest wait between two looks.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// A cursor that has passed so many foreign events is written down, to save a restart from
/// reading them again.
const PASSED: i64 = 1000;
/// So many events may be set aside in one turn of the loop.
const SET_ASIDE: usize = 256;

/// Follows the events for one subscription.
pub(super) struct Follower {
    shared: Arc<Shared>,
    tail: Arc<Tail>,
    id: Id,
    changes: watch::Receiver<Arc<Subscription>>,
    progress: Progress,
    book: Book,
    /// Read, not looked at yet.
    ahead: VecDeque<Told>,
    running: JoinSet<AttemptedDelivery>,
    /// Ended, not written down yet.
    ended: Vec<AttemptedDelivery>,
    written: i64,
}

impl Follower {
    pub(super) fn new(
        shared: Arc<Shared>,
        tail: Arc<Tail>,
        changes: watch::Receiver<Arc<Subscription>>,
    ) -> Self {
        let id = changes.borrow().id;
        Self {
            shared,
            tail,
            id,
            changes,
            progress: Progress::new(0),
            book: Book::default(),
            ahead: VecDeque::new(),
            running: JoinSet::new(),
            ended: Vec::new(),
            written: 0,
        }
    }

    /// Follows until the subscription is gone or the engine drains.
    pub(super) async fn run(mut self) {
        if !self.resume().await {
            return;
        }
        let mut phases = self.shared.pulse.phases();
        let mut moves = self.shared.pulse.moves();
        while self.shared.is_running() && self.changes.has_changed().is_ok() {
            let subscription = Arc::clone(&self.changes.borrow_and_update());
            self.collect();
            let started = match self.turn(&subscription).await {
                Ok(started) => started,
                Err(error) => {
                    tracing::warn!(subscription = %self.id, %error, "cannot follow the events now");
                    self.shared.rest(UNWELL).await;
                    continue;
                }
            };
            if started {
                continue;
            }
            let wait = self.wait(&subscription);
            let beyond = self.progress.taken().max(self.last_read());
            let wants_events = self.wants_events(&subscription);
            tokio::select! {
                ended = self.running.join_next(), if !self.running.is_empty() => {
                    if let Some(Ok(ended)) = ended {
                        self.note(ended);
                    }
                }
                () = self.tail.beyond(beyond), if wants_events => {}
                () = tokio::time::sleep(wait) => {}
                _ = moves.changed() => {}
                _ = self.changes.changed() => {}
                _ = phases.wait_for(|phase| *phase > Phase::Running) => {}
            }
        }
        self.finish().await;
    }

    /// Takes up where the store says that it was left.
    async fn resume(&mut self) -> bool {
        while self.shared.is_running() {
            match self.shared.store.deliveries(self.id).await {
                Ok((cursor, due)) => {
                    let since = self.changes.borrow().since;
                    self.written = cursor.max(since);
                    self.progress = Progress::new(self.written);
                    self.book = Book::new(due);
                    return true;
                }
                Err(error) => {
                    tracing::warn!(subscription = %self.id, %error, "cannot read deliveries yet");
                    self.shared.rest(UNWELL).await;
                }
            }
        }
        false
    }

    /// One turn: writes down what has ended, starts what may start. Answers whether there may be
    /// more to do at once.
    async fn turn(&mut self, subscription: &Arc<Subscription>) -> Result<bool, StoreError> {
        self.write().await?;
        if !subscription.enabled {
            return Ok(false);
        }
        let Some(format) = self.shared.format(&subscription.format).cloned() else {
            return Ok(false);
        };
        let retried = self.start_due(subscription, &format).await?;
        let taken = self.start_new(subscription, &format).await?;
        Ok(retried || taken)
    }

    /// Tries exceptions that are due. While new events wait too, both share the slots.
    async fn start_due(
        &mut self,
        subscription: &Arc<Subscription>,
        format: &Arc<dyn Format>,
    ) -> Result<bool, StoreError> {
        let slots = slots(subscription);
        let share = if self.ahead.is_empty() {
            slots
        } else {
            slots.div_ceil(2)
        };
        let mut started = false;
        while self.running.len() < share {
            let now = self.shared.clock.now();
            let Some(due) = self.book.next(self.running.len(), now) else {
                break;
            };
            started = true;
            let told = match self.tail.event(due.seq).await {
                Ok(told) => told,
                Err(error) => {
                    self.book.add(due);
                    return Err(error);
                }
            };
            match told {
                Some(told) => self.start(subscription, format, told, due.tries),
                None => tracing::warn!(seq = due.seq, "an undelivered event no longer exists"),
            }
        }
        Ok(started)
    }

    /// Delivers new events, in order, as many as there are slots. Of a down endpoint they are
    /// written down instead, so that they wait in the order of their due times.
    async fn start_new(
        &mut self,
        subscription: &Arc<Subscription>,
        format: &Arc<dyn Format>,
    ) -> Result<bool, StoreError> {
        if self.ahead.is_empty() && self.wants_events(subscription) {
            self.ahead = self.tail.after(self.progress.taken()).await?.into();
        }
        let mut started = false;
        let mut set_aside = 0;
        while self.has_slot(subscription) && set_aside < SET_ASIDE {
            let Some(told) = self.ahead.pop_front() else {
                break;
            };
            started = true;
            if self.book.is_down() {
                set_aside += 1;
                self.set_aside(subscription, format, &told);
            } else {
                self.start(subscription, format, told, 0);
            }
        }
        Ok(started)
    }

    fn start(
        &mut self,
        subscription: &Arc<Subscription>,
        format: &Arc<dyn Format>,
        told: Told,
        tries: u32,
    ) {
        let seq = told.0.seq;
        let catalog = self.shared.store.catalog();
        match render(&self.shared, &**format, subscription, &catalog, &told) {
            Rendered::Body(outgoing) => {
                self.take(seq);
                let delivery = Delivery {
                    told,
                    subscription: Arc::clone(subscription),
                    format: Arc::clone(format),
                    tries,
                    at: self.shared.clock.now(),
                };
                let shared = Arc::clone(&self.shared);
                self.running.spawn(delivery.run(shared, outgoing));
            }
            Rendered::Nothing if self.is_new(seq) => self.progress.pass(seq),
            Rendered::Nothing | Rendered::Crashed => {
                self.take(seq);
                let exhausted = self.untried(&told, Attempted::Exhausted);
                self.note(exhausted);
            }
        }
    }

    fn set_aside(
        &mut self,
        subscription: &Arc<Subscription>,
        format: &Arc<dyn Format>,
        told: &Told,
    ) {
        let seq = told.0.seq;
        let catalog = self.shared.store.catalog();
        match render(&self.shared, &**format, subscription, &catalog, told) {
            Rendered::Nothing => self.progress.pass(seq),
            Rendered::Body(_) | Rendered::Crashed => {
                self.take(seq);
                let overtaken = self.untried(told, Attempted::Overtaken);
                self.note(overtaken);
            }
        }
    }

    fn untried(&self, told: &Told, then: Attempted) -> AttemptedDelivery {
        AttemptedDelivery {
            seq: told.0.seq,
            message: told.0.message,
            at: self.shared.clock.now(),
            status: None,
            then,
        }
    }

    fn is_new(&self, seq: i64) -> bool {
        seq > self.progress.taken()
    }

    /// Takes a new event; an exception was taken long ago.
    fn take(&mut self, seq: i64) {
        if self.is_new(seq) {
            self.progress.take(seq);
        }
    }

    fn collect(&mut self) {
        while let Some(ended) = self.running.try_join_next() {
            match ended {
                Ok(ended) => self.note(ended),
                Err(error) => tracing::error!(%error, "a delivery was cut short"),
            }
        }
    }

    /// Draws the conclusions from a try; what it says is written down with the next commit.
    fn note(&mut self, ended: AttemptedDelivery) {
        let meters = &self.shared.meters;
        match ended.then {
            Attempted::Done => {
                meters.deliveries_done.count();
                self.book.succeeded();
            }
            Attempted::Again { due_at, tries } => {
                meters.deliveries_failed.count();
                self.book.failed(self.shared.clock.now());
                self.book.add(Due {
                    seq: ended.seq,
                    due_at,
                    tries,
                });
            }
            Attempted::Exhausted => {
                meters.deliveries_exhausted.count();
                self.book.failed(self.shared.clock.now());
            }
            Attempted::Overtaken => self.book.add(Due {
                seq: ended.seq,
                due_at: ended.at,
                tries: 0,
            }),
        }
        self.progress.done(ended.seq);
        self.ended.push(ended);
    }

    /// Writes down what has ended, with the cursor, in one commit.
    async fn write(&mut self) -> Result<(), StoreError> {
        let cursor = self.progress.cursor();
        if self.ended.is_empty() && cursor - self.written < PASSED {
            return Ok(());
        }
        let ended = self.ended.clone();
        self.shared.store.delivered(self.id, cursor, ended).await?;
        self.ended.clear();
        self.written = cursor;
        Ok(())
    }

    /// Waits for what runs, and writes it down.
    async fn finish(mut self) {
        while let Some(ended) = self.running.join_next().await {
            if let Ok(ended) = ended {
                self.note(ended);
            }
        }
        while let Err(error) = self.write().await {
            tracing::warn!(subscription = %self.id, %error, "cannot record deliveries yet");
            if !self.shared.rest(UNWELL).await {
                return;
            }
        }
    }

    fn has_slot(&self, subscription: &Subscription) -> bool {
        if self.book.is_down() {
            self.book.has_room()
        } else {
            self.running.len() < slots(subscription)
        }
    }

    fn wants_events(&self, subscription: &Subscription) -> bool {
        subscription.enabled
            && self.ahead.is_empty()
            && self.has_slot(subscription)
            && self.shared.format(&subscription.format).is_some()
    }

    fn last_read(&self) -> i64 {
        self.ahead.back().map_or(0, |told| told.0.seq)
    }

    fn wait(&self, subscription: &Subscription) -> Duration {
        if !subscription.enabled {
            return LONGEST_WAIT;
        }
        let full = self.running.len() >= slots(subscription);
        let wakes_at = self.book.wakes_at(self.running.len());
        match wakes_at {
            Some(at) if !full => at.since(self.shared.clock.now()).min(LONGEST_WAIT),
            Some(_) | None => LONGEST_WAIT,
        }
    }
}

fn slots(subscription: &Subscription) -> usize {
    usize::from(subscription.concurrency.max(1))
}
