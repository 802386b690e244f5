//! The stages of one attempt: claimed, ready, in flight, settled.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use dragoman_core::catalog::Channel;
use dragoman_core::doubt::OnUnknown;
use dragoman_core::id::AttemptId;
use dragoman_core::message::{Claim, InFlight, Ready};
use dragoman_core::outcome::{Receipt, SendError, Settlement};
use dragoman_core::ports::{Begin, Driver};
use futures_util::FutureExt;

use super::queue::{Queue, UNWELL};
use super::schedule::Turn;
use super::watched::Watched;
use crate::preparation::{self, Line, Unprepared};
use crate::shared::RunningToken;

/// A departure whose POST has not started by then, counted from before the mark was asked for, is
/// taken back.
const START_LIMIT: Duration = Duration::from_secs(2);
/// Without an answer for so long a message is unknown.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);
/// Pause of a message that would keep a slot only to wait for others' files.
const CROWDED: Duration = Duration::from_secs(2);

/// What came of a driver's call, or of its crash.
pub(super) type Caught = std::thread::Result<Result<Receipt, SendError>>;

/// One attempt to send one message.
pub(super) struct Attempt {
    pub(super) queue: Arc<Queue>,
    driver: Arc<dyn Driver>,
    pub(super) turn: Turn,
    /// Its file was given to the provider for an earlier message.
    reuses_file: bool,
    /// The message's own policy, should its answer be lost.
    pub(super) on_unknown: Option<OnUnknown>,
    /// Keeps the engine from stopping in the middle.
    pub(super) running: Option<RunningToken>,
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
            reuses_file: false,
            on_unknown: None,
            running: Some(running),
        }
    }

    /// From the claim on: prepares, makes the departure durable, sends.
    pub(super) async fn begin(self, claim: Claim) {
        if claim.body.expires_at <= self.queue.shared.clock.now() {
            return self.gone().await;
        }
        if preparation::to_upload(&claim.body.content).is_none() {
            return self.depart(Ready::new(claim, None)).await;
        }
        // Boxed, so that not every attempt has to carry it.
        if let Some((prepared, ready)) = Box::pin(self.prepare(claim)).await {
            prepared.depart(ready).await;
        }
    }

    /// Makes the departure durable, and sends.
    async fn depart(self, ready: Ready) {
        let shared = Arc::clone(&self.queue.shared);
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
                tracing::warn!(message_id = %self.turn.waiting.message, %error, "cannot mark a departure now");
                // Rare, and boxed so that not every attempt has to carry it.
                Box::pin(self.stay(attempt)).await;
            }
        }
    }

    /// Nothing has left, and nobody knows whether the mark of the departure is on disk. If it is, the
    /// store hears that the attempt came to nothing; then the message waits as before. Should the
    /// engine have no time for that, the next start finds a departure without an end: unknown.
    async fn stay(self, attempt: AttemptId) {
        self.queue.hold();
        let message = self.turn.waiting.message;
        let unsent = self.not_started().settlement;
        self.queue.settle(message, Some(attempt), unsent).await;
        self.queue.shared.store.give_back(message);
        self.queue.back(self.turn, UNWELL);
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

    /// Gives the provider the message's file. When that comes to nothing, the turn is over.
    async fn prepare(mut self, claim: Claim) -> Option<(Self, Ready)> {
        let shared = Arc::clone(&self.queue.shared);
        let channel = self.queue.channel();
        let http = Watched::new(&shared);
        let line = Line {
            http: &http,
            provider: self.driver.provider(),
            channel: &channel,
        };
        let preparing = preparation::prepare(&shared, line, claim);
        let close = match AssertUnwindSafe(preparing).catch_unwind().await {
            Ok(Ok(prepared)) => {
                self.reuses_file = prepared.reuses;
                return Some((self, prepared.ready));
            }
            Ok(Err(Unprepared::NotTaken(not_taken))) => self.refused(not_taken, http.contact()),
            Ok(Err(Unprepared::Crowded)) => {
                shared.store.give_back(self.turn.waiting.message);
                self.queue.back(self.turn, CROWDED);
                return None;
            }
            Ok(Err(Unprepared::Expired)) => {
                self.gone().await;
                return None;
            }
            Ok(Err(Unprepared::Draining)) => {
                self.queue.over(self.turn);
                return None;
            }
            Err(_) => self.crashed(),
        };
        self.close(None, close, self.queue.now()).await;
        None
    }

    /// From the durable departure on: makes the one POST and records how it ended. `departed_at`
    /// is the moment before the departure was asked for.
    pub(super) async fn send(mut self, in_flight: InFlight, departed_at: Duration) {
        self.on_unknown = in_flight.body().on_unknown;
        let shared = Arc::clone(&self.queue.shared);
        let attempt = in_flight.attempt();
        let channel = self.queue.channel();
        let http = Watched::new(&shared);
        let waited = self.queue.now().saturating_sub(departed_at);
        let expired = in_flight.body().expires_at <= shared.clock.now();
        if waited > START_LIMIT || expired {
            // Rare, and boxed so that not every attempt has to carry it.
            return Box::pin(self.withdraw(in_flight)).await;
        }
        let driver = Arc::clone(&self.driver);
        let sending = driver.send(&http, &channel, &in_flight);
        let mut sending = AssertUnwindSafe(sending).catch_unwind();
        match tokio::time::timeout(ANSWER_LIMIT, &mut sending).await {
            Ok(caught) => {
                let sent = self.understood(caught, &channel, &in_flight).await;
                self.count(&sent);
                let close = self.judge(sent, http.contact());
                self.close(Some(attempt), close, departed_at).await;
            }
            // Rare as well.
            Err(_) => Box::pin(self.outwait(sending, &http, &in_flight, departed_at)).await,
        }
    }

    /// What an answer means for the engine's own knowledge; a crash of the driver is no answer.
    pub(super) async fn understood(
        &self,
        caught: Caught,
        channel: &Channel,
        in_flight: &InFlight,
    ) -> Result<Receipt, SendError> {
        let shared = &self.queue.shared;
        let sent = caught.unwrap_or_else(|_| {
            tracing::error!(message_id = %in_flight.message(), "sending a message panicked");
            shared.meters.panics.count();
            Err(SendError::Unknown("crash".into()))
        });
        if let Ok(receipt) = &sent {
            let now = shared.clock.now();
            let content = &in_flight.body().content;
            shared.held.learn(channel.id, content, receipt, now);
        }
        if self.reuses_file {
            Box::pin(self.reconsidered(sent, in_flight)).await
        } else {
            sent
        }
    }

    /// A refusal because of a file that the provider had before may only mean that it no longer has
    /// it.
    async fn reconsidered(
        &self,
        sent: Result<Receipt, SendError>,
        in_flight: &InFlight,
    ) -> Result<Receipt, SendError> {
        match sent {
            Err(SendError::NotTaken(not_taken)) => {
                let shared = &self.queue.shared;
                let not_taken = preparation::reconsider(shared, in_flight, not_taken).await;
                Err(SendError::NotTaken(not_taken))
            }
            Ok(_) | Err(SendError::Unknown(_)) => sent,
        }
    }

    /// Takes the departure back. When nobody knows whether the store has done that, it hears later
    /// that nothing has left.
    async fn withdraw(self, in_flight: InFlight) {
        let shared = Arc::clone(&self.queue.shared);
        let (message, attempt) = (in_flight.message(), in_flight.attempt());
        let Err(error) = shared.store.withdraw(in_flight, shared.clock.now()).await else {
            shared.meters.withdrawn.count();
            return self.queue.back(self.turn, Duration::ZERO);
        };
        tracing::warn!(message_id = %message, %error, "cannot take a departure back yet");
        self.stay(attempt).await;
    }
}
