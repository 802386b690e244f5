//! The stages of one attempt: claimed, ready, in flight, settled.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use dragoman_core::id::AttemptId;
use dragoman_core::message::{Claim, InFlight, Ready};
use dragoman_core::outcome::{Again, NotTaken, SendError, Settlement};
use dragoman_core::ports::{Begin, Driver};
use dragoman_core::retry;
use futures_util::FutureExt;

use super::ended::{Contact, Ended, Fate};
use super::queue::{Queue, UNWELL};
use super::schedule::Turn;
use super::watched::Watched;
use crate::shared::RunningToken;

/// A departure whose POST has not started by then is taken back.
const START_LIMIT: Duration = Duration::from_secs(2);
/// The shortest pause before a retry.
const SHORTEST: Duration = Duration::from_millis(100);

/// One attempt to send one message.
pub(super) struct Attempt {
    queue: Arc<Queue>,
    driver: Arc<dyn Driver>,
    turn: Turn,
    /// Keeps the engine from stopping in the middle.
    _running: RunningToken,
}

impl Attempt {
    pub(super) const fn new(
        queue: Arc<Queue>,
        driver: Arc<dyn Driver>,
        turn: Turn,
        running: RunningToken,
    ) -> Self {
        Self {
            queue,
            driver,
            turn,
            _running: running,
        }
    }

    /// From the claim on: prepares, makes the departure durable, sends.
    pub(super) async fn begin(self, claim: Claim) {
        let shared = Arc::clone(&self.queue.shared);
        if claim.body.expires_at <= shared.clock.now() {
            return self.gone().await;
        }
        let Some(ready) = self.prepare(claim).await else {
            return;
        };
        if !shared.is_running() {
            // Claimed, but nothing has left: it is queued again at the next start.
            return self.queue.over(self.turn);
        }
        let attempt = AttemptId(shared.random.bits());
        match shared.store.begin(ready, attempt, shared.clock.now()).await {
            Ok(Begin::Departed(in_flight)) => {
                let departed_at = self.queue.now();
                self.send(in_flight, departed_at).await;
            }
            Ok(Begin::Gone) => self.gone().await,
            Err(error) => {
                // The mark may be on disk. If it is, the next claim leaves the message out, and
                // the next start calls it unknown.
                tracing::warn!(message = %self.turn.waiting.message, %error, "cannot mark a departure now");
                self.queue.hold();
                self.queue.back(self.turn, UNWELL);
            }
        }
    }

    /// It is no longer queued, or its time ran out: the second is written down.
    async fn gone(self) {
        let waiting = self.turn.waiting;
        if waiting.expires_at <= self.queue.shared.clock.now() {
            let expired = Settlement::Expired;
            self.queue.settle(waiting.message, None, expired).await;
        }
        self.queue.over(self.turn);
    }

    async fn prepare(&self, claim: Claim) -> Option<Ready> {
        let message = claim.message;
        let channel = self.queue.channel();
        let http = Watched::new(&*self.queue.shared.http);
        let preparing = self.driver.prepare(&http, &channel, claim);
        match AssertUnwindSafe(preparing).catch_unwind().await {
            Ok(Ok(ready)) => Some(ready),
            Ok(Err(not_taken)) => {
                let settlement = self.refused(not_taken);
                self.close(None, settlement, self.queue.now(), http.contact())
                    .await;
                None
            }
            Err(_) => {
                tracing::error!(%message, "preparing a message panicked: it is set aside");
                self.queue.shared.meters.panics.count();
                self.close(None, Settlement::Dead, self.queue.now(), Contact::None)
                    .await;
                None
            }
        }
    }

    /// From the durable departure on: makes the one POST and records how it ended.
    pub(super) async fn send(self, in_flight: InFlight, departed_at: Duration) {
        let shared = Arc::clone(&self.queue.shared);
        let late = self.queue.now().saturating_sub(departed_at) > START_LIMIT;
        if late {
            return self.withdraw(in_flight).await;
        }
        let attempt = in_flight.attempt();
        let channel = self.queue.channel();
        let http = Watched::new(&*shared.http);
        let sending = self.driver.send(&http, &channel, &in_flight);
        let (settlement, contact) = match AssertUnwindSafe(sending).catch_unwind().await {
            Ok(Ok(receipt)) => {
                shared.meters.posts_taken.count();
                (Settlement::Submitted(receipt), Contact::Taken)
            }
            Ok(Err(SendError::NotTaken(not_taken))) => {
                shared.meters.posts_not_taken.count();
                (self.refused(not_taken), http.contact())
            }
            Ok(Err(SendError::Unknown(reason))) => {
                shared.meters.posts_unknown.count();
                (Settlement::Unknown(reason), http.contact())
            }
            Err(_) => {
                tracing::error!(message = %in_flight.message(), "sending a message panicked");
                shared.meters.panics.count();
                shared.meters.posts_unknown.count();
                (Settlement::Unknown("crash".into()), Contact::None)
            }
        };
        self.close(Some(attempt), settlement, departed_at, contact)
            .await;
    }

    async fn withdraw(self, in_flight: InFlight) {
        let shared = &self.queue.shared;
        let message = in_flight.message();
        match shared.store.withdraw(in_flight, shared.clock.now()).await {
            Ok(()) => {
                shared.meters.withdrawn.count();
                self.queue.back(self.turn, Duration::ZERO);
            }
            Err(error) => {
                tracing::warn!(%message, %error, "cannot take a departure back");
                self.queue.over(self.turn);
            }
        }
    }

    /// What follows from a proven refusal.
    fn refused(&self, not_taken: NotTaken) -> Settlement {
        let NotTaken {
            failure,
            again,
            slow,
        } = not_taken;
        let shared = &self.queue.shared;
        let conversation = self.turn.waiting.conversation;
        let slowed = self.queue.slow(conversation, slow, again);
        let pause = match again {
            Again::Never => return Settlement::Failed(failure),
            Again::Backoff => retry::backoff(self.turn.failures + 1, shared.random.roll()),
            // Never earlier than the provider said.
            Again::After(pause) => pause.mul_f64(1.0 + 0.1 * shared.random.roll()),
        };
        Settlement::Retry {
            failure,
            due_at: shared.clock.now().plus(pause.max(slowed).max(SHORTEST)),
        }
    }

    /// Records the settlement, then gives the slot back.
    async fn close(
        &self,
        attempt: Option<AttemptId>,
        settlement: Settlement,
        departed_at: Duration,
        contact: Contact,
    ) {
        let due_at = match &settlement {
            Settlement::Retry { due_at, .. } => Some(*due_at),
            Settlement::Submitted(_)
            | Settlement::Failed(_)
            | Settlement::Unknown(_)
            | Settlement::Expired
            | Settlement::Dead => None,
        };
        let message = self.turn.waiting.message;
        let changed = self.queue.settle(message, attempt, settlement).await;
        let fate = match due_at {
            // When nothing changed, an echo has proven meanwhile that the message was taken.
            Some(due_at) if changed => Fate::Again {
                pause: due_at.since(self.queue.shared.clock.now()),
                failures: self.turn.failures + 1,
            },
            Some(_) | None => Fate::Over,
        };
        self.queue.end(
            self.turn,
            Ended {
                fate,
                departed_at,
                contact,
            },
        );
    }
}
