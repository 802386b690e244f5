//! The queue's side of what lanes wait for: asks the store, writes down what was given up, and
//! tells whoever wants to know.

use std::sync::Arc;

use dragoman_core::outcome::{Failure, Settlement};
use dragoman_core::{Address, MessageId, Timestamp};

use super::queue::{Queue, UNWELL};
use super::waits::{GivenUp, Question};
use crate::lock::lock;

impl Queue {
    /// Asks the store which messages stand before these, and how.
    pub(super) async fn ask(&self, questions: Vec<Question>) {
        let messages: Vec<MessageId> = questions.iter().map(|asked| asked.message).collect();
        let answer = self.shared.store.foregoing(&messages).await;
        let now = self.now();
        let mut schedule = lock(&self.schedule);
        match answer {
            Ok(answers) => {
                for (question, before) in questions.into_iter().zip(answers) {
                    schedule.answered(question, before, now);
                }
            }
            Err(error) => {
                tracing::warn!(channel = %self.id, %error, "cannot look up the messages before others now");
                for question in questions {
                    schedule.unanswered(question, UNWELL, now);
                }
            }
        }
    }

    /// Writes down what has left its lane for good, in its order.
    pub(super) fn give_up(self: &Arc<Self>, given_up: Vec<(Question, GivenUp)>) {
        let (queue, token) = (Arc::clone(self), self.shared.sending.enter());
        tokio::spawn(async move {
            for (question, why) in given_up {
                let settlement = match why {
                    GivenUp::Forsaken => Settlement::Cancelled,
                    GivenUp::WaitedTooLong => Settlement::Failed(Failure::new(
                        0,
                        "waited too long for the message before",
                    )),
                };
                queue.settle(question.message, None, settlement).await;
                queue.moved(&[question.conversation]);
            }
            drop(token);
        });
    }

    /// Something has happened to messages of these conversations.
    pub(crate) fn moved(&self, conversations: &[i64]) {
        if lock(&self.schedule).moved(conversations) {
            self.wake.notify_one();
        }
    }

    /// Whether as many messages wait for this recipient as may.
    pub(crate) fn is_crowded(&self, to: &Address) -> bool {
        let schedule = lock(&self.schedule);
        schedule.has_crowds() && schedule.is_crowded(self.digest(to))
    }

    /// The message that this one waits for, and since when.
    pub(crate) fn waiting_for(
        &self,
        conversation: i64,
        message: MessageId,
    ) -> Option<(MessageId, Timestamp)> {
        let now = self.now();
        let (before, waited) = lock(&self.schedule).waiting_for(conversation, message, now)?;
        let since = waited.map(|waited| self.shared.clock.now().minus(waited));
        Some((before, since.unwrap_or(message.at())))
    }
}
