//! The task of one channel: gives out the turns of its queue.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use dragoman_core::MessageId;
use dragoman_core::clock::Reading;
use dragoman_core::message::Claim;
use dragoman_core::outcome::Settlement;
use dragoman_core::ports::Oldest;

use super::queue::{Queue, UNWELL};
use super::schedule::{Pick, Turn};
use crate::lock::lock;
use crate::pulse::Phase;

/// How often waiting messages are looked through for those whose time ran out.
const SWEEP: Duration = Duration::from_secs(10);

/// From so many channels on, those with a backlog do not all begin with it in the same moment
/// of a start, but within so long.
const MANY: usize = 20;
const STAGGER: Duration = Duration::from_secs(10);

impl Queue {
    /// Gives out turns until the engine drains.
    pub(super) async fn run(self: Arc<Self>) {
        if !self.read().await {
            return;
        }
        let mut moves = self.shared.pulse.moves();
        let mut phases = self.shared.pulse.phases();
        let mut rooms = self.shared.disk.changes();
        let mut swept_at = self.now();
        while self.shared.is_running() {
            let now = self.now();
            if now.saturating_sub(swept_at) >= SWEEP {
                swept_at = now;
                self.expire();
                self.look_at_the_oldest();
            }
            let pick = if self.may_depart() {
                lock(&self.schedule).pick(now)
            } else {
                Pick::default()
            };
            let is_busy = !pick.turns.is_empty() || !pick.questions.is_empty();
            if !pick.given_up.is_empty() {
                self.give_up(pick.given_up);
            }
            if !pick.turns.is_empty() {
                self.claim(pick.turns).await;
            }
            if !pick.questions.is_empty() {
                self.ask(pick.questions).await;
            }
            if is_busy {
                continue;
            }
            // Nobody says when the store takes something again.
            let latest = match self.shared.store.latched() {
                Some(_) => now + UNWELL,
                None => swept_at + SWEEP,
            };
            let wake_at = pick.wake_at.unwrap_or(now + SWEEP).min(latest);
            tokio::select! {
                biased;
                () = self.wake.notified() => {}
                () = tokio::time::sleep(wake_at.saturating_sub(now)) => {}
                _ = moves.changed() => {}
                _ = rooms.changed() => {}
                _ = phases.wait_for(|phase| *phase > Phase::Running) => {}
            }
        }
    }

    /// Reads what the store holds, however long it takes.
    async fn read(&self) -> bool {
        while self.shared.is_running() {
            match self.shared.store.queue(self.id).await {
                Ok(queued) => {
                    let began = Reading {
                        wall: self.shared.steady.as_left(),
                        monotonic: self.now(),
                    };
                    let mut schedule = lock(&self.schedule);
                    schedule.fill(&queued, began);
                    if !queued.is_empty() {
                        schedule.hold(self.stagger(), self.now());
                    }
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

    /// How long this channel lets others begin before it.
    fn stagger(&self) -> Duration {
        if self.shared.store.catalog().channels.len() < MANY {
            return Duration::ZERO;
        }
        STAGGER.mul_f64(self.shared.random.roll())
    }

    /// Claims what was picked, and starts an attempt for each.
    async fn claim(self: &Arc<Self>, turns: Vec<Turn>) {
        let messages: Vec<MessageId> = turns.iter().map(|turn| turn.waiting.message).collect();
        let claims = match self.shared.store.claim(&messages).await {
            Ok(claims) => claims,
            Err(error) => {
                tracing::warn!(channel = %self.id, %error, "cannot claim now");
                self.hold();
                for turn in turns {
                    // It may have been claimed, and would be left out next time.
                    self.shared.store.give_back(turn.waiting.message);
                    self.back(turn, UNWELL);
                }
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

    /// Tells the people who run the installation when messages begin to wait for long, and when
    /// they no longer do.
    fn look_at_the_oldest(&self) {
        let oldest = self.oldest();
        let is_long = oldest.is_some_and(|oldest| oldest.has_waited_long());
        if self.waits_long.swap(is_long, Ordering::Relaxed) == is_long {
            return;
        }
        let channel = &self.channel().slug;
        match oldest.filter(|_| is_long) {
            Some(Oldest {
                message, waited, ..
            }) => {
                let waited_s = waited.as_secs();
                tracing::warn!(%channel, message_id = %message, waited_s, "a message has waited for more than a tenth of its time");
            }
            None => {
                tracing::info!(%channel, "no message has waited for more than a tenth of its time any longer");
            }
        }
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
}
