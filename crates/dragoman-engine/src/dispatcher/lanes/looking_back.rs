//! Lanes whose messages have to know how the one before stands.

use std::time::Duration;

use dragoman_core::MessageId;
use dragoman_core::clock::Reading;
use dragoman_core::order::Order;
use dragoman_core::ports::Foregoing;

use super::{Lanes, State, place};
use crate::dispatcher::pairs::Pairs;
use crate::dispatcher::waits::{GivenUp, Question};

impl Lanes {
    /// Follows a change of the channel's order: what waits is put into the order that counts now.
    pub(in crate::dispatcher) fn follow(&mut self, order: Order, pairs: &Pairs, now: Duration) {
        if self.order == order {
            return;
        }
        self.order = order;
        for conversation in self.lanes.keys().copied().collect::<Vec<_>>() {
            if let Some(lane) = self.lanes.get_mut(&conversation) {
                for item in self.items.drain(&mut lane.list) {
                    let is_retry = self.retries.contains_key(&item.message);
                    let place = place(&self.order, &item, is_retry);
                    self.items.insert(&mut lane.list, item, place);
                }
            }
            self.waits.forget(conversation);
            self.settle(conversation, pairs, now);
        }
    }

    /// Something has happened to a message of this conversation. Answers whether that matters.
    pub(in crate::dispatcher) fn moved(&mut self, conversation: i64) -> bool {
        let matters = self.waits.moved(conversation);
        if matters && let Some(lane) = self.lanes.get_mut(&conversation) {
            lane.state = State::Asking;
        }
        matters
    }

    /// What the store is to be asked now.
    pub(in crate::dispatcher) fn questions(&mut self) -> Vec<Question> {
        self.waits.questions()
    }

    /// What the store said about the message before the head of a lane.
    pub(in crate::dispatcher) fn answered(
        &mut self,
        question: Question,
        before: Option<Foregoing>,
        pairs: &Pairs,
        now: Duration,
    ) {
        let lane = self.lanes.get(&question.conversation);
        let Some(head) = lane.and_then(|lane| self.items.first(lane.list)) else {
            return;
        };
        let way = (self.order.of(head.after), &self.order);
        if self.waits.answered(question, before, way, now) {
            self.settle(question.conversation, pairs, now);
        }
    }

    /// The store could not say.
    pub(in crate::dispatcher) fn unanswered(
        &mut self,
        question: Question,
        pause: Duration,
        pairs: &Pairs,
        now: Duration,
    ) {
        if self.waits.unanswered(question, pause, now) {
            self.settle(question.conversation, pairs, now);
        }
    }

    /// What was given up since this was asked last.
    pub(in crate::dispatcher) fn given_up(&mut self) -> Vec<(Question, GivenUp)> {
        std::mem::take(&mut self.given_up)
    }

    /// A life begins: what has waited before goes on waiting.
    pub(in crate::dispatcher) fn begin(&mut self, began: Reading) {
        self.waits.begin(began);
    }

    /// Whom a message waits for: the one before in its lane, or the one before that, which has
    /// left, and for how long if it is not since its acceptance.
    pub(in crate::dispatcher) fn waiting_for(
        &self,
        conversation: i64,
        message: MessageId,
        now: Duration,
    ) -> Option<(MessageId, Option<Duration>)> {
        let lane = self.lanes.get(&conversation)?;
        let head = self.items.first(lane.list)?;
        if head.message == message {
            let (before, waited) = self.waits.of(conversation, now)?;
            return Some((before, Some(waited)));
        }
        let before = self.items.before(lane.list, message)?;
        Some((before, None))
    }
}
