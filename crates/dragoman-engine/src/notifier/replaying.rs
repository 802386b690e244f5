//! Telling again what was told, or what was given up.

use std::sync::Arc;

use dragoman_core::catalog::Subscription;
use dragoman_core::ports::{Replay, ReplayError, Replayed};
use dragoman_core::{Id, Timestamp};

use super::errands::Errand;
use super::follower::Follower;
use super::rendering::{Rendered, render};
use super::tail::Told;

/// So many dead letters are looked at before what was found is written down.
const PAGE: usize = 256;

impl Follower {
    /// Does what is asked, and answers when it is on disk.
    pub(super) async fn run_errand(&mut self, errand: Errand) {
        let subscription = self.subscription();
        let done = match errand.wanted {
            Replay::Event(seq) => self.tell_again(&subscription, seq).await,
            Replay::Dead { channel, events } => {
                let narrowed = narrowed(&subscription, channel, events);
                self.revive(&narrowed).await
            }
            Replay::Since(at) => self.go_back(at).await,
        };
        // Whoever does not wait for the answer needs none.
        let _ = errand.answer.send(done);
    }

    async fn tell_again(
        &mut self,
        subscription: &Subscription,
        seq: i64,
    ) -> Result<Replayed, ReplayError> {
        let told = self.tail.event(seq).await?.ok_or(ReplayError::Missing)?;
        if !self.is_heard(subscription, &told)? {
            return Err(ReplayError::Missing);
        }
        self.set_out(&told);
        self.ledger.write().await?;
        Ok(Replayed::Events {
            count: 1,
            more: false,
        })
    }

    /// Takes dead letters up again, in order, as long as there is room for them.
    async fn revive(&mut self, narrowed: &Subscription) -> Result<Replayed, ReplayError> {
        let (mut after, mut count) = (0, 0);
        loop {
            let dead = self.shared.store.dead_letters(self.id, after, PAGE).await?;
            let Some(last) = dead.last() else {
                return Ok(Replayed::Events { count, more: false });
            };
            after = last.seq;
            for letter in dead {
                if !self.ledger.has_room() {
                    self.ledger.write().await?;
                    return Ok(Replayed::Events { count, more: true });
                }
                let told = self.tail.event(letter.seq).await?;
                if let Some(told) = told
                    && self.is_heard(narrowed, &told)?
                {
                    self.set_out(&told);
                    count += 1;
                }
            }
            self.ledger.write().await?;
        }
    }

    /// Moves the cursor back, when nothing is under way: so that nothing moves it forward again
    /// that was told before.
    async fn go_back(&mut self, at: Timestamp) -> Result<Replayed, ReplayError> {
        self.land().await?;
        let store = Arc::clone(&self.shared.store);
        let cursor = store.last_event_before(at).await?;
        store.rewind(self.id, cursor).await?;
        self.resume().await?;
        Ok(Replayed::After(self.ledger.taken()))
    }

    /// Has an event told as soon as may be, unless that is happening already.
    fn set_out(&mut self, told: &Told) {
        let seq = told.seq();
        if !self.ledger.is_new(seq) && !self.ledger.is_being_told(seq) {
            self.line_up(told);
            self.ledger.set_aside(told);
        }
    }

    fn is_heard(&self, subscription: &Subscription, told: &Told) -> Result<bool, ReplayError> {
        let format = self.shared.format(&subscription.format);
        let format = format.ok_or(ReplayError::NotFollowed)?;
        let catalog = self.shared.store.catalog();
        let rendered = render(&self.shared, &**format, subscription, &catalog, told);
        Ok(match rendered {
            Rendered::Body(_) => true,
            Rendered::Nothing | Rendered::Crashed => false,
        })
    }
}

/// The subscription as it would be if it wanted nothing else.
fn narrowed(
    subscription: &Subscription,
    channel: Option<Id>,
    events: Vec<Box<str>>,
) -> Subscription {
    let mut narrowed = subscription.clone();
    narrowed.channel = channel.or(narrowed.channel);
    if !events.is_empty() {
        narrowed.events = events;
    }
    narrowed
}
