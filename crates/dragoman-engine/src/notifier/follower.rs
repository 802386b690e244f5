//! The task of one subscription: reads events in order, delivers several at once, writes down in
//! one commit whatever ended within a turn of its loop.

mod starting;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use dragoman_core::Id;
use dragoman_core::catalog::{StopReason, Subscription};
use dragoman_core::clock::Reading;
use dragoman_core::ports::{Attempted, AttemptedDelivery, StoreError};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::delivery::has_left;
use super::errands::Errand;
use super::ledger::Ledger;
use super::tail::{Tail, Told};
use crate::pulse::Phase;
use crate::shared::Shared;

/// Pause after the store could not do what it was asked.
const UNWELL: Duration = Duration::from_secs(1);
/// The longest wait between two looks.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Follows the events for one subscription.
pub(super) struct Follower {
    pub(super) shared: Arc<Shared>,
    pub(super) tail: Arc<Tail>,
    pub(super) id: Id,
    changes: watch::Receiver<Arc<Subscription>>,
    errands: mpsc::Receiver<Errand>,
    pub(super) ledger: Ledger,
    /// Whether events are told in the order of their conversations.
    ordered: bool,
    /// The subscription was switched off from here.
    pub(super) halted: bool,
    /// Why it is to be switched off, when that was told and could not be done yet.
    pub(super) told_of: Option<StopReason>,
    /// Read, not looked at yet.
    ahead: VecDeque<Arc<Told>>,
    /// Up to here nothing was left to read when we last looked.
    empty_up_to: i64,
    running: JoinSet<AttemptedDelivery>,
}

impl Follower {
    pub(super) fn new(
        shared: Arc<Shared>,
        tail: Arc<Tail>,
        changes: watch::Receiver<Arc<Subscription>>,
        errands: mpsc::Receiver<Errand>,
    ) -> Self {
        let id = changes.borrow().id;
        Self {
            ledger: Ledger::new(Arc::clone(&shared), id),
            shared,
            tail,
            id,
            changes,
            errands,
            ordered: false,
            halted: false,
            told_of: None,
            ahead: VecDeque::new(),
            empty_up_to: 0,
            running: JoinSet::new(),
        }
    }

    /// Follows until the subscription is gone or the engine drains.
    pub(super) async fn run(mut self) {
        if !self.take_up().await {
            return;
        }
        let mut phases = self.shared.pulse.phases();
        let mut moves = self.shared.pulse.moves();
        while self.shared.is_running() && self.changes.has_changed().is_ok() {
            let subscription = Arc::clone(&self.changes.borrow_and_update());
            self.collect();
            while let Ok(errand) = self.errands.try_recv() {
                self.run_errand(errand).await;
            }
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
            let looked = self.empty_up_to.max(self.last_read());
            let beyond = self.ledger.taken().max(looked);
            let wants_events = self.wants_events(&subscription);
            let mut asked = None;
            tokio::select! {
                biased;
                ended = self.running.join_next(), if !self.running.is_empty() => {
                    if let Some(Ok(ended)) = ended {
                        self.note(ended);
                    }
                }
                Some(errand) = self.errands.recv() => asked = Some(errand),
                () = self.tail.beyond(beyond), if wants_events => {}
                () = tokio::time::sleep(wait) => {}
                _ = moves.changed() => {}
                _ = self.changes.changed() => {}
                _ = phases.wait_for(|phase| *phase > Phase::Running) => {}
            }
            if let Some(errand) = asked {
                self.run_errand(errand).await;
            }
        }
        self.finish().await;
    }

    /// Takes up where the store says that it was left, however long that takes to read.
    async fn take_up(&mut self) -> bool {
        while self.shared.is_running() {
            let now = Reading {
                wall: self.shared.steady.as_left(),
                ..self.ledger.moment()
            };
            let Err(error) = self.resume_at(now).await else {
                return true;
            };
            tracing::warn!(subscription = %self.id, %error, "cannot read deliveries yet");
            self.shared.rest(UNWELL).await;
        }
        false
    }

    /// Takes up where the store says that it was left. Nothing may be under way.
    pub(super) async fn resume(&mut self) -> Result<(), StoreError> {
        self.resume_at(self.ledger.moment()).await
    }

    async fn resume_at(&mut self, now: Reading) -> Result<(), StoreError> {
        let subscription = Arc::clone(&self.changes.borrow());
        let due = self.ledger.resume(subscription.since, now).await?;
        self.ordered = subscription.ordered;
        self.ahead.clear();
        self.empty_up_to = 0;
        let in_order = if self.ordered { due } else { Vec::new() };
        for due in in_order {
            if let Some(told) = self.tail.event(due.seq).await? {
                self.line_up(&told);
            }
        }
        Ok(())
    }

    /// One turn: writes down what has ended, starts what may start. Answers whether there may be
    /// more to do at once.
    async fn turn(&mut self, subscription: &Arc<Subscription>) -> Result<bool, StoreError> {
        self.ledger.write().await?;
        if subscription.ordered != self.ordered {
            self.settle().await?;
        }
        if !subscription.enabled || self.is_halted() {
            return Ok(false);
        }
        let Some(format) = self.shared.format(&subscription.format).cloned() else {
            return Ok(false);
        };
        if self.look_after(subscription).await? {
            return Ok(false);
        }
        let retried = self.start_due(subscription, &format).await?;
        let taken = self.start_new(subscription, &format).await?;
        Ok(retried || taken)
    }

    /// Draws the conclusions from what has ended; they are written down with the next commit.
    fn collect(&mut self) {
        while let Some(ended) = self.running.try_join_next() {
            match ended {
                Ok(ended) => self.note(ended),
                Err(error) => tracing::error!(%error, "a delivery was cut short"),
            }
        }
    }

    fn note(&mut self, ended: AttemptedDelivery) {
        let (status, is_done) = (ended.status, ended.then == Attempted::Done);
        self.ledger.note(ended);
        if !is_done && self.says_that_it_left(status) && self.is_called() {
            self.ledger.streak.left();
        }
    }

    /// Whether calls begin. What ends after the endpoint was switched off says nothing of how it
    /// will be when somebody switches it on again.
    fn is_called(&self) -> bool {
        self.subscription().enabled && !self.halted
    }

    fn says_that_it_left(&self, status: Option<u16>) -> bool {
        let format = self.shared.format(&self.changes.borrow().format);
        format.is_some_and(|format| has_left(&**format, status))
    }

    /// Waits for what runs, writes it down, and takes up anew.
    async fn settle(&mut self) -> Result<(), StoreError> {
        self.land().await?;
        self.resume().await
    }

    /// Waits for what runs, and writes it down.
    pub(super) async fn land(&mut self) -> Result<(), StoreError> {
        while let Some(ended) = self.running.join_next().await {
            if let Ok(ended) = ended {
                self.note(ended);
            }
        }
        self.ledger.write().await
    }

    /// Waits for what runs, and writes it down.
    async fn finish(mut self) {
        while let Some(ended) = self.running.join_next().await {
            if let Ok(ended) = ended {
                self.note(ended);
            }
        }
        while let Err(error) = self.ledger.write().await {
            tracing::warn!(subscription = %self.id, %error, "cannot record deliveries yet");
            if !self.shared.rest(UNWELL).await {
                return;
            }
        }
    }

    pub(super) fn subscription(&self) -> Arc<Subscription> {
        Arc::clone(&self.changes.borrow())
    }

    fn has_slot(&self, subscription: &Subscription) -> bool {
        let is_free = self.ledger.is_down() || self.running.len() < slots(subscription);
        let needs_room = self.ledger.is_down() || self.ordered;
        is_free && (!needs_room || self.ledger.has_room())
    }

    fn wants_events(&self, subscription: &Subscription) -> bool {
        subscription.enabled
            && !self.halted
            && self.ahead.is_empty()
            && self.has_slot(subscription)
            && self.shared.format(&subscription.format).is_some()
    }

    fn last_read(&self) -> i64 {
        self.ahead.back().map_or(0, |told| told.seq())
    }

    fn wait(&self, subscription: &Subscription) -> Duration {
        if !subscription.enabled || self.shared.format(&subscription.format).is_none() {
            return LONGEST_WAIT;
        }
        if self.halted {
            return UNWELL;
        }
        // What is gone was perhaps swept away while it was read, and more stands behind it.
        let longest = if self.empty_up_to > self.ledger.taken() {
            UNWELL
        } else {
            LONGEST_WAIT
        };
        let full = self.running.len() >= slots(subscription);
        let wakes_at = self.ledger.wakes_at(self.running.len());
        match wakes_at {
            Some(at) if !full => at
                .saturating_sub(self.shared.clock.monotonic())
                .min(longest),
            Some(_) | None => longest,
        }
    }
}

fn slots(subscription: &Subscription) -> usize {
    usize::from(subscription.concurrency.max(1))
}
