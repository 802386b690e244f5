//! The stages of one attempt: claimed, ready, in flight, settled.

use dragoman_core::catalog::Channel;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use dragoman_core::id::AttemptId;
use dragoman_core::message::{Claim, InFlight, Ready};
use dragoman_core::outcome::{NotTaken, SendError, Settlement};
use dragoman_core::ports::{Begin, Driver, Http};
use futures_util::FutureExt;

use super::queue::{Queue, UNWELL};
use super::schedule::Turn;
use super::watched::Watched;
use crate::shared::RunningToken;

/// A departure whose POST has not started by then, counted from before the mark was asked for, is
/// taken back.
const START_LIMIT: Duration = Duration::from_secs(2);

/// One attempt to send one message.
pub(super) struct Attempt {
    pub(super) queue: Arc<Queue>,
    driver: Arc<dyn Driver>,
    pub(super) turn: Turn,
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
        let departed_at = self.queue.now();
        match shared.store.begin(ready, attempt, shared.clock.now()).await {
            Ok(Begin::Departed(in_flight)) => self.send(in_flight, departed_at).await,
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
        let channel = self.queue.channel();
        let http = Watched::new(&*self.queue.shared.http);
        let preparing = prepare(&http, &channel, claim);
        let close = match AssertUnwindSafe(preparing).catch_unwind().await {
            Ok(Ok(ready)) => return Some(ready),
            Ok(Err(not_taken)) => self.refused(not_taken, http.contact()),
            Err(_) => self.crashed(),
        };
        self.close(None, close, self.queue.now()).await;
        None
    }

    /// From the durable departure on: makes the one POST and records how it ended. `departed_at`
    /// is the moment before the departure was asked for.
    pub(super) async fn send(self, in_flight: InFlight, departed_at: Duration) {
        let shared = Arc::clone(&self.queue.shared);
        let attempt = in_flight.attempt();
        let channel = self.queue.channel();
        let http = Watched::new(&*shared.http);
        let waited = self.queue.now().saturating_sub(departed_at);
        let expired = in_flight.body().expires_at <= shared.clock.now();
        if waited > START_LIMIT || expired {
            // Rare, and boxed so that not every attempt has to carry it.
            return Box::pin(self.withdraw(in_flight, departed_at)).await;
        }
        let sending = self.driver.send(&http, &channel, &in_flight);
        let sent = AssertUnwindSafe(sending).catch_unwind().await;
        let sent = sent.unwrap_or_else(|_| {
            tracing::error!(message = %in_flight.message(), "sending a message panicked");
            shared.meters.panics.count();
            Err(SendError::Unknown("crash".into()))
        });
        if let Ok(receipt) = &sent {
            let now = shared.clock.now();
            shared
                .held
                .learn(channel.id, &in_flight.body().content, receipt, now);
        }
        let close = self.judge(sent, http.contact());
        self.close(Some(attempt), close, departed_at).await;
    }

    /// Takes the departure back. When the store cannot do that now, it hears later that nothing has
    /// left.
    async fn withdraw(self, in_flight: InFlight, departed_at: Duration) {
        let shared = Arc::clone(&self.queue.shared);
        let (message, attempt) = (in_flight.message(), in_flight.attempt());
        let Err(error) = shared.store.withdraw(in_flight, shared.clock.now()).await else {
            shared.meters.withdrawn.count();
            return self.queue.back(self.turn, Duration::ZERO);
        };
        tracing::warn!(%message, %error, "cannot take a departure back yet");
        self.close(Some(attempt), self.not_started(), departed_at)
            .await;
    }
}

async fn prepare(_: &dyn Http, _: &Channel, claim: Claim) -> Result<Ready, NotTaken> {
    Ok(Ready::new(claim, None))
}
