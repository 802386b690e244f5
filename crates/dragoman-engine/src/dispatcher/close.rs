//! How an attempt comes to its end: what follows from what was heard, and writing it down.

use std::time::Duration;

use dragoman_core::id::AttemptId;
use dragoman_core::outcome::{
    Again, Failure, NotTaken, Proof, Receipt, SendError, Settlement, Slow,
};
use dragoman_core::ports::Doubt;
use dragoman_core::retry;

use super::attempt::Attempt;
use super::ended::{Contact, Ended, Fate};
use super::setbacks::Setbacks;

/// The shortest pause before a retry.
const SHORTEST: Duration = Duration::from_millis(100);
/// A message whose preparation has crashed so often is set aside.
const CRASHES: u32 = 3;

/// The end of an attempt.
pub(super) struct Close {
    pub(super) settlement: Settlement,
    /// What the message has been through by now, should it be tried again.
    setbacks: Setbacks,
    contact: Contact,
}

impl Attempt {
    /// Counts the end of a POST by its class.
    pub(super) fn count(&self, sent: &Result<Receipt, SendError>) {
        let meters = &self.queue.shared.meters;
        let class = match sent {
            Ok(_) => &meters.posts_taken,
            Err(SendError::NotTaken(not_taken)) => match not_taken.proof {
                Proof::Certain => &meters.posts_not_taken,
                Proof::Struggling => &meters.posts_struggling,
            },
            Err(SendError::Unknown(_)) => &meters.posts_unknown,
        };
        class.count();
    }

    /// What follows from the end of a POST.
    pub(super) fn judge(&self, sent: Result<Receipt, SendError>, contact: Contact) -> Close {
        let (settlement, contact) = match sent {
            Ok(receipt) => (Settlement::Submitted(receipt), Contact::Taken),
            Err(SendError::NotTaken(not_taken)) if self.is_proven(&not_taken) => {
                return self.refused(not_taken, contact);
            }
            Err(SendError::NotTaken(NotTaken { failure, .. })) => {
                let Failure { code, title, .. } = failure;
                let reason = format!("refused by failing servers: {code} {title}");
                (Settlement::Unknown(reason.into()), contact)
            }
            Err(SendError::Unknown(reason)) => (Settlement::Unknown(reason), lost(contact)),
        };
        Close {
            settlement,
            setbacks: self.turn.setbacks,
            contact,
        }
    }

    /// Whether a refusal is proof enough for the owner of the channel.
    fn is_proven(&self, not_taken: &NotTaken) -> bool {
        match not_taken.proof {
            Proof::Certain => true,
            Proof::Struggling => !self.queue.channel().sending.strict,
        }
    }

    /// What follows from a proven refusal.
    pub(super) fn refused(&self, not_taken: NotTaken, contact: Contact) -> Close {
        let setbacks = self.turn.setbacks.and_a_failure();
        let random = &self.queue.shared.random;
        let conversation = self.turn.waiting.conversation;
        let slowed = self.queue.slow(conversation, &not_taken);
        let slowed = retry::jittered(slowed, random.roll());
        let contact = match not_taken.slow {
            Slow::Message | Slow::Conversation => contact,
            Slow::Channel | Slow::Reputation | Slow::Broken => Contact::Stopped,
        };
        let pause = match not_taken.again {
            Again::Never => None,
            Again::Backoff => Some(retry::backoff(setbacks.failures, random.roll())),
            // Never earlier than the provider said.
            Again::After(pause) => Some(pause.mul_f64(1.0 + 0.1 * random.roll())),
        };
        let settlement = match pause {
            None => Settlement::Failed(not_taken.failure),
            Some(pause) => self.retry(not_taken.failure, pause.max(slowed)),
        };
        Close {
            settlement,
            setbacks,
            contact,
        }
    }

    /// What follows from a crash before the departure: nothing has left, so it is tried again,
    /// until it seems to be the message that makes it crash.
    pub(super) fn crashed(&self) -> Close {
        let shared = &self.queue.shared;
        let message = self.turn.waiting.message;
        let setbacks = self.turn.setbacks.and_a_crash();
        shared.meters.panics.count();
        let settlement = if setbacks.crashes < CRASHES {
            tracing::error!(message_id = %message, "preparing a message panicked: it is tried again");
            let failure = Failure::new(0, "preparing the message crashed");
            self.retry(
                failure,
                retry::backoff(setbacks.failures, shared.random.roll()),
            )
        } else {
            tracing::error!(message_id = %message, "preparing a message panicked too often: it is set aside");
            Settlement::Dead
        };
        Close {
            settlement,
            setbacks,
            contact: Contact::None,
        }
    }

    /// What follows when a departure was too late for its POST.
    pub(super) fn not_started(&self) -> Close {
        let failure = Failure::new(0, "the request was not started in time");
        Close {
            settlement: self.retry(failure, Duration::ZERO),
            setbacks: self.turn.setbacks,
            contact: Contact::None,
        }
    }

    fn retry(&self, failure: Failure, pause: Duration) -> Settlement {
        Settlement::Retry {
            failure,
            due_at: self.queue.shared.clock.now().plus(pause.max(SHORTEST)),
        }
    }

    /// From now on the message waits for proof.
    fn doubt(&self, attempt: AttemptId) {
        let shared = &self.queue.shared;
        let channel = self.queue.channel();
        shared.doubts.add(Doubt {
            message: self.turn.waiting.message,
            account: channel.account,
            channel: channel.id,
            attempt,
            since: shared.clock.now(),
            on_unknown: self.on_unknown,
        });
    }

    /// Records the settlement, then gives the slot back.
    pub(super) async fn close(
        &self,
        attempt: Option<AttemptId>,
        close: Close,
        departed_at: Duration,
    ) {
        let Close {
            settlement,
            setbacks,
            contact,
        } = close;
        let due_at = settlement.due_at();
        let is_lost = matches!(settlement, Settlement::Unknown(_));
        let message = self.turn.waiting.message;
        let changed = self.queue.settle(message, attempt, settlement).await;
        if changed
            && is_lost
            && let Some(attempt) = attempt
        {
            self.doubt(attempt);
        }
        let fate = match due_at {
            // When nothing changed, an echo has proven meanwhile that the message was taken.
            // It waits with its channel, which may be let go before.
            Some(_) if changed && contact == Contact::Stopped => Fate::Again {
                pause: Duration::ZERO,
                setbacks,
            },
            Some(due_at) if changed => Fate::Again {
                pause: due_at.since(self.queue.shared.clock.now()),
                setbacks,
            },
            Some(_) | None => Fate::Over,
        };
        let ended = Ended {
            fate,
            departed_at,
            contact,
        };
        self.queue.end(self.turn, ended);
    }
}

/// What a lost answer says about the provider: a page that proves nothing is no contact with it.
const fn lost(contact: Contact) -> Contact {
    match contact {
        Contact::Answered | Contact::Taken | Contact::Stopped => Contact::Lost,
        Contact::None | Contact::Missed | Contact::Lost => contact,
    }
}
