//! What the heads of lanes wait for beside their turn: that the provider has sent or delivered the
//! message before.
//!
//! The store knows which message that is and how it stands, also after a restart and when nothing
//! has waited for a while, so it is asked; here stands only what was asked for lanes that have
//! something to send.

use std::time::Duration;

use dragoman_core::MessageId;
use dragoman_core::clock::Reading;
use dragoman_core::order::{After, OnTimeout, Order};
use dragoman_core::ports::Foregoing;

use super::numbers::Numbers;

/// Whoever waits asks again after this, should nobody have told them: what became of a lost answer
/// may be decided without the provider.
const AGAIN: Duration = Duration::from_secs(5);
/// No more is asked at once.
const BATCH: usize = 1000;

/// The lanes whose head has to know how the message before it stands.
#[derive(Debug, Default)]
pub(super) struct Waits {
    waits: Numbers<i64, Wait>,
    questions: Vec<i64>,
    /// When this life began, by the clock of those before.
    began: Option<Reading>,
}

/// What is known for the head of a lane.
#[derive(Clone, Copy, Debug)]
struct Wait {
    head: MessageId,
    /// When it came to stand at the head, or this life began, whichever was later.
    since: Duration,
    /// For how long it had waited in the lives before.
    waited: Duration,
    before: Option<MessageId>,
    standing: Standing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// The question is still to be asked.
    Unasked,
    /// It was asked.
    Asked,
    /// The one before is not as far; looked at again then.
    NotYet(Duration),
    /// What waits behind the one before goes with it.
    Forsaken,
    /// It may leave.
    Free,
}

/// Whether the head of a lane may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leave {
    Now,
    /// Not before this; then it is asked again.
    Later(Duration),
    /// When the store has answered.
    OnceAnswered,
    /// Never.
    Never(GivenUp),
}

/// Why a message is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GivenUp {
    /// It has waited for the one before as long as it may.
    WaitedTooLong,
    /// The one before has failed, and the order is strict.
    Forsaken,
}

/// A question for the store: which message stands before this one, and how?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) conversation: i64,
    pub(super) message: MessageId,
}

impl Waits {
    /// A life begins: what has waited before goes on waiting.
    pub(super) fn begin(&mut self, began: Reading) {
        self.began = Some(began);
    }

    /// Whether this head, which waits for `after`, may leave.
    pub(super) fn leave(
        &mut self,
        head: Question,
        after: After,
        order: &Order,
        now: Duration,
    ) -> Leave {
        let Question {
            conversation,
            message,
        } = head;
        let known = self.waits.get(&conversation);
        if known.is_none_or(|wait| wait.head != message) {
            let wait = Wait {
                head: message,
                since: now,
                waited: Duration::ZERO,
                before: None,
                standing: Standing::Unasked,
            };
            self.waits.insert(conversation, wait);
            self.questions.push(conversation);
            return Leave::OnceAnswered;
        }
        let Some(wait) = self.waits.get_mut(&conversation) else {
            return Leave::OnceAnswered;
        };
        match wait.standing {
            Standing::Unasked | Standing::Asked => Leave::OnceAnswered,
            Standing::Free => Leave::Now,
            Standing::Forsaken => Leave::Never(GivenUp::Forsaken),
            Standing::NotYet(again_at) => {
                let patience = order.patience(after).saturating_sub(wait.waited);
                let until = wait.since.saturating_add(patience);
                if until <= now {
                    match order.on_timeout {
                        OnTimeout::Proceed => {
                            wait.standing = Standing::Free;
                            return Leave::Now;
                        }
                        OnTimeout::Fail => return Leave::Never(GivenUp::WaitedTooLong),
                        OnTimeout::Hold => {}
                    }
                }
                if again_at <= now {
                    wait.standing = Standing::Unasked;
                    self.questions.push(conversation);
                    return Leave::OnceAnswered;
                }
                let is_over = until <= now;
                Leave::Later(if is_over {
                    again_at
                } else {
                    again_at.min(until)
                })
            }
        }
    }

    /// Something has happened to a message of this conversation. Answers whether that is to be
    /// asked about.
    pub(super) fn moved(&mut self, conversation: i64) -> bool {
        let Some(wait) = self.waits.get_mut(&conversation) else {
            return false;
        };
        let is_news = matches!(wait.standing, Standing::Asked | Standing::NotYet(_));
        if is_news {
            wait.standing = Standing::Unasked;
            self.questions.push(conversation);
        }
        is_news
    }

    /// What is to be asked now.
    pub(super) fn questions(&mut self) -> Vec<Question> {
        if self.questions.is_empty() {
            return Vec::new();
        }
        let kept = self.questions.len().saturating_sub(BATCH);
        let asked = self.questions.split_off(kept);
        let mut questions = Vec::with_capacity(asked.len());
        for conversation in asked {
            if let Some(wait) = self.waits.get_mut(&conversation)
                && wait.standing == Standing::Unasked
            {
                wait.standing = Standing::Asked;
                questions.push(Question {
                    conversation,
                    message: wait.head,
                });
            }
        }
        questions
    }

    /// What the store said. Answers whether anybody still waited to hear it.
    pub(super) fn answered(
        &mut self,
        question: Question,
        before: Option<Foregoing>,
        (after, order): (After, &Order),
        now: Duration,
    ) -> bool {
        let began = self.began;
        let Some(wait) = self.asked(question) else {
            return false;
        };
        // Only what was so at the start is told by the wall clock: that may be set since.
        if let (Some(began), Some(before)) = (began, before)
            && wait.since == began.monotonic
            && wait.before.is_none()
        {
            wait.waited = began.wall.since(before.since);
        }
        wait.before = before.map(|before| before.message);
        wait.standing = match before {
            None => Standing::Free,
            Some(before) if !after.is_met(before.state) => Standing::NotYet(now + AGAIN),
            Some(before) if order.strict && before.moved_since && before.state.is_a_loss() => {
                Standing::Forsaken
            }
            Some(_) => Standing::Free,
        };
        true
    }

    /// The store could not answer: it is asked again after the pause.
    pub(super) fn unanswered(
        &mut self,
        question: Question,
        pause: Duration,
        now: Duration,
    ) -> bool {
        let Some(wait) = self.asked(question) else {
            return false;
        };
        wait.standing = Standing::NotYet(now + pause);
        true
    }

    /// The lane has nothing to send any more, or its order is another one.
    pub(super) fn forget(&mut self, conversation: i64) {
        self.waits.remove(&conversation);
    }

    /// Whom the head of this lane waits for, and for how long it has.
    pub(super) fn of(&self, conversation: i64, now: Duration) -> Option<(MessageId, Duration)> {
        let wait = self.waits.get(&conversation)?;
        match wait.standing {
            Standing::Free => None,
            Standing::Unasked | Standing::Asked | Standing::NotYet(_) | Standing::Forsaken => {
                let waited = wait.waited + now.saturating_sub(wait.since);
                Some((wait.before?, waited))
            }
        }
    }

    fn asked(&mut self, question: Question) -> Option<&mut Wait> {
        let wait = self.waits.get_mut(&question.conversation)?;
        let is_asked = wait.head == question.message && wait.standing == Standing::Asked;
        is_asked.then_some(wait)
    }
}
