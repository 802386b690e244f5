//! Messages that have to know how the one before stands.

use std::time::Duration;

use dragoman_core::MessageId;
use dragoman_core::ports::Foregoing;

use super::Schedule;
use crate::dispatcher::waits::Question;

impl Schedule {
    /// Something has happened to messages of these conversations. Answers whether that matters.
    pub(in crate::dispatcher) fn moved(&mut self, conversations: &[i64]) -> bool {
        let mut matters = false;
        for conversation in conversations {
            matters |= self.lanes.moved(*conversation);
        }
        matters
    }

    /// What the store said about the message before the head of a lane.
    pub(in crate::dispatcher) fn answered(
        &mut self,
        question: Question,
        before: Option<Foregoing>,
        now: Duration,
    ) {
        self.lanes.answered(question, before, &self.pairs, now);
    }

    /// The store could not say; it is asked again after the pause.
    pub(in crate::dispatcher) fn unanswered(
        &mut self,
        question: Question,
        pause: Duration,
        now: Duration,
    ) {
        self.lanes.unanswered(question, pause, &self.pairs, now);
    }

    /// Whom a message waits for, and for how long if it is not since its acceptance.
    pub(in crate::dispatcher) fn waiting_for(
        &self,
        conversation: i64,
        message: MessageId,
        now: Duration,
    ) -> Option<(MessageId, Option<Duration>)> {
        self.lanes.waiting_for(conversation, message, now)
    }
}
