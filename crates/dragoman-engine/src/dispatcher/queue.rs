//! One channel's queue: the schedule, and the task that gives out its turns.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dragoman_core::catalog::Channel;
use dragoman_core::message::{Claim, InFlight};
use dragoman_core::outcome::{Again, Settlement, Slow};
use dragoman_core::ports::Driver;
use dragoman_core::{Address, Id, MessageId};
use tokio::sync::Notify;

use super::attempt::Attempt;
use super::ended::{Contact, Ended, Fate};
use super::schedule::{Load, Pick, Schedule, Turn, Waiting};
use crate::lock::lock;
use crate::pulse::Phase;
use crate::shared::Shared;

/// Pause after the store could not do what it was asked.
pub(super) const UNWELL: Duration = Duration::from_secs(1);
/// How often waiting messages are looked through for those whose time ran out.
const SWEEP: Duration = Duration::from_secs(10);

/// The queue of one channel.
pub(crate) struct Queue {
    pub(super) shared: Arc<Shared>,
    id: Id,
    channel: Mutex<Arc<Channel>>,
    driver: Option<Arc<dyn Driver>>,
    schedule: Mutex<Schedule>,
    wake: Notify,
    digests: RandomState,
}

/// A slot that is held for a message while the store accepts it. Given back when it is dropped.
pub(crate) struct Reservation {
    queue: Arc<Queue>,
    digest: u64,
}

impl Drop for Reservation {
    fn drop(&mut self) {
        lock(&self.queue.schedule).release(self.digest);
        self.queue.wake.notify_one();
    }
}

impl Queue {
    pub(super) fn new(shared: Arc<Shared>, channel: &Channel) -> Self {
        let driver = shared.driver(&channel.driver).cloned();
        if driver.is_none() {
            tracing::error!(channel = %channel.slug, driver = %channel.driver, "no such driver: nothing is sent on this channel");
        }
        Self {
            shared,
            id: channel.id,
            channel: Mutex::new(Arc::new(channel.clone())),
            driver,
            schedule: Mutex::new(Schedule::new(channel)),
            wake: Notify::new(),
            digests: RandomState::new(),
        }
    }

    /// The channel as it is configured now.
    pub(super) fn channel(&self) -> Arc<Channel> {
        Arc::clone(&lock(&self.channel))
    }

    /// Follows a change of the channel.
    pub(super) fn configure(&self, channel: &Channel) {
        *lock(&self.channel) = Arc::new(channel.clone());
        lock(&self.schedule).configure(channel);
        self.wake.notify_one();
    }

    /// The code that speaks for the channel.
    pub(crate) fn driver(&self) -> Option<&Arc<dyn Driver>> {
        self.driver.as_ref()
    }

    /// How busy it is.
    pub(crate) fn load(&self) -> Load {
        lock(&self.schedule).load()
    }

    /// A free slot for a message to this recipient, if there is one right now.
    pub(crate) fn reserve(self: &Arc<Self>, to: &Address) -> Option<Reservation> {
        if !self.shared.is_running() || self.driver.is_none() {
            return None;
        }
        let digest = self.digest(to);
        let taken = lock(&self.schedule).reserve(digest, self.now());
        taken.then(|| Reservation {
            queue: Arc::clone(self),
            digest,
        })
    }

    /// Adds an accepted message.
    pub(crate) fn enqueue(&self, waiting: Waiting, to: &Address) {
        lock(&self.schedule).enqueue(waiting, self.digest(to), self.now());
        self.wake.notify_one();
    }

    /// Sends a message whose departure shared the commit of its acceptance.
    pub(crate) fn depart(
        self: &Arc<Self>,
        waiting: Waiting,
        in_flight: InFlight,
        to: &Address,
        reservation: Option<Reservation>,
    ) {
        let departed_at = self.now();
        lock(&self.schedule).depart(waiting, self.digest(to), departed_at);
        drop(reservation);
        let turn = Turn {
            waiting,
            failures: 0,
        };
        if let Some(attempt) = self.attempt(turn) {
            tokio::spawn(attempt.send(in_flight, departed_at));
        }
    }

    /// Gives out turns until the engine drains.
    pub(super) async fn run(self: Arc<Self>) {
        if !self.read().await {
            return;
        }
        let mut moves = self.shared.pulse.moves();
        let mut phases = self.shared.pulse.phases();
        let mut swept_at = self.now();
        while self.shared.is_running() {
            let now = self.now();
            if now.saturating_sub(swept_at) >= SWEEP {
                swept_at = now;
                self.expire();
            }
            let pick = match self.driver {
                Some(_) => lock(&self.schedule).pick(now),
                None => Pick::default(),
            };
            if !pick.turns.is_empty() {
                self.claim(pick.turns).await;
                continue;
            }
            let wake_at = pick.wake_at.unwrap_or(now + SWEEP).min(swept_at + SWEEP);
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(wake_at.saturating_sub(now)) => {}
                _ = moves.changed() => {}
                _ = phases.wait_for(|phase| *phase > Phase::Running) => {}
            }
        }
    }

    /// Reads what the store holds, however long it takes.
    async fn read(&self) -> bool {
        while self.shared.is_running() {
            match self.shared.store.queue(self.id).await {
                Ok(queued) => {
                    let wall = self.shared.clock.now();
                    lock(&self.schedule).fill(&queued, wall, self.now());
                    return true;
                }
                Err(error) => {
                    tracing::warn!(channel = %self.id, %error, "cannot read the queue yet");
                    self.shared.rest(UNWELL).await;
                }
            }
        }
        false
    }

    /// Claims what was picked, and starts an attempt for each.
    async fn claim(self: &Arc<Self>, turns: Vec<Turn>) {
        let messages: Vec<MessageId> = turns.iter().map(|turn| turn.waiting.message).collect();
        let claims = match self.shared.store.claim(&messages).await {
            Ok(claims) => claims,
            Err(error) => {
                tracing::warn!(channel = %self.id, %error, "cannot claim now");
                self.hold();
                turns.into_iter().for_each(|turn| self.back(turn, UNWELL));
                return;
            }
        };
        let mut claims: HashMap<MessageId, Claim> = claims
            .into_iter()
            .map(|claim| (claim.message, claim))
            .collect();
        for turn in turns {
            let claim = claims.remove(&turn.waiting.message);
            match (claim, self.attempt(turn)) {
                (Some(claim), Some(attempt)) => {
                    tokio::spawn(attempt.begin(claim));
                }
                // No longer queued: ended by an echo or taken back while it waited.
                (None, _) | (_, None) => self.over(turn),
            }
        }
    }

    fn attempt(self: &Arc<Self>, turn: Turn) -> Option<Attempt> {
        let driver = Arc::clone(self.driver.as_ref()?);
        let token = self.shared.sending.enter();
        Some(Attempt::new(Arc::clone(self), driver, turn, token))
    }

    /// Ends what has waited too long.
    fn expire(self: &Arc<Self>) {
        let wall = self.shared.clock.now();
        let expired = lock(&self.schedule).expire(wall, self.now());
        if expired.is_empty() {
            return;
        }
        let (queue, token) = (Arc::clone(self), self.shared.sending.enter());
        tokio::spawn(async move {
            for message in expired {
                queue.settle(message, None, Settlement::Expired).await;
            }
            drop(token);
        });
    }

    /// Records how an attempt ended. While the store is unwell the answer is kept here and tried
    /// again, until the engine has no more time. Answers whether it changed anything.
    pub(super) async fn settle(
        &self,
        message: MessageId,
        attempt: dragoman_core::outcome::Attempt,
        settlement: Settlement,
    ) -> bool {
        loop {
            let now = self.shared.clock.now();
            let settling = self
                .shared
                .store
                .settle(message, attempt, settlement.clone(), now);
            match settling.await {
                Ok(changed) => return changed,
                Err(error) => {
                    tracing::warn!(%message, %error, "cannot record how an attempt ended yet");
                    if !self.shared.rest(UNWELL).await {
                        return false;
                    }
                }
            }
        }
    }

    pub(super) fn slow(&self, conversation: i64, slow: Slow, again: Again) -> Duration {
        lock(&self.schedule).slow(conversation, slow, again, self.now())
    }

    /// Nothing starts while the store is unwell.
    pub(super) fn hold(&self) {
        lock(&self.schedule).hold(UNWELL, self.now());
    }

    pub(super) fn end(&self, turn: Turn, ended: Ended) {
        lock(&self.schedule).end(turn.waiting, ended, self.now());
        self.wake.notify_one();
    }

    /// The message has left the queue without a call to the provider.
    pub(super) fn over(&self, turn: Turn) {
        self.end(
            turn,
            Ended {
                fate: Fate::Over,
                departed_at: Duration::ZERO,
                contact: Contact::None,
            },
        );
    }

    /// The message is queued again without a call to the provider.
    pub(super) fn back(&self, turn: Turn, pause: Duration) {
        self.end(
            turn,
            Ended {
                fate: Fate::Again {
                    pause,
                    failures: turn.failures,
                },
                departed_at: Duration::ZERO,
                contact: Contact::None,
            },
        );
    }

    pub(super) fn now(&self) -> Duration {
        self.shared.clock.monotonic()
    }

    /// Stands for an address in memory; 0 is kept for "not known".
    fn digest(&self, to: &Address) -> u64 {
        self.digests.hash_one(to).max(1)
    }
}
