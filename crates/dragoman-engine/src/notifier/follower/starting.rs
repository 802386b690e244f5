//! What a follower starts in a turn of its loop: first what is due again, then what is new.

use std::sync::Arc;

use dragoman_core::catalog::Subscription;
use dragoman_core::ports::{Format, StoreError};

use super::super::delivery::Delivery;
use super::super::rendering::{Rendered, render};
use super::super::tail::Told;
use super::{Follower, slots};

/// So many events may be set aside in one turn of the loop.
const SET_ASIDE: usize = 256;

impl Follower {
    /// Tries exceptions that are due. While new events wait too, both share the slots.
    pub(super) async fn start_due(
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
            let Some(due) = self.ledger.next_due(self.running.len()) else {
                break;
            };
            started = true;
            match self.tail.event(due.seq).await {
                Ok(Some(told)) => self.start(subscription, format, told, due.tries),
                Ok(None) => {
                    tracing::warn!(seq = due.seq, "an undelivered event no longer exists");
                    self.ledger.give_up(due.seq, due.message);
                }
                Err(error) => {
                    self.ledger.put_back(due);
                    return Err(error);
                }
            }
        }
        Ok(started)
    }

    /// Delivers new events, in order, as many as there are slots. Of a down endpoint they are
    /// written down instead, so that they wait in the order of their due times.
    pub(super) async fn start_new(
        &mut self,
        subscription: &Arc<Subscription>,
        format: &Arc<dyn Format>,
    ) -> Result<bool, StoreError> {
        if self.ahead.is_empty() && self.wants_events(subscription) {
            let end = self.tail.end();
            self.ahead = self.tail.after(self.ledger.taken()).await?.into();
            if self.ahead.is_empty() {
                self.empty_up_to = end;
            }
        }
        let mut started = false;
        let mut set_aside = 0;
        while self.has_slot(subscription) && set_aside < SET_ASIDE {
            let Some(told) = self.ahead.pop_front() else {
                break;
            };
            started = true;
            if self.ledger.is_down() {
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
        told: Arc<Told>,
        tries: u32,
    ) {
        let (seq, message) = (told.seq(), told.message());
        let catalog = self.shared.store.catalog();
        match render(&self.shared, &**format, subscription, &catalog, &told) {
            Rendered::Body(outgoing) => {
                let is_new = self.ledger.is_new(seq);
                self.ledger.take(seq);
                if is_new && !self.begin(&told) {
                    self.ledger.set_aside(&told);
                    return;
                }
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
            Rendered::Nothing if self.ledger.is_new(seq) => self.ledger.pass(seq),
            Rendered::Nothing | Rendered::Crashed => {
                self.ledger.take(seq);
                self.ledger.give_up(seq, message);
            }
        }
    }

    fn set_aside(
        &mut self,
        subscription: &Arc<Subscription>,
        format: &Arc<dyn Format>,
        told: &Told,
    ) {
        let catalog = self.shared.store.catalog();
        match render(&self.shared, &**format, subscription, &catalog, told) {
            Rendered::Nothing => self.ledger.pass(told.seq()),
            Rendered::Body(_) | Rendered::Crashed => {
                self.ledger.take(told.seq());
                self.line_up(told);
                self.ledger.set_aside(told);
            }
        }
    }

    /// Begins with a new event, if it is its turn.
    fn begin(&mut self, told: &Told) -> bool {
        self.line_up(told);
        self.ledger.begin(told.seq())
    }

    pub(in crate::notifier) fn line_up(&mut self, told: &Told) {
        if let Some(conversation) = told.conversation().filter(|_| self.ordered) {
            self.ledger.line_up(conversation, told.seq());
        }
    }
}
