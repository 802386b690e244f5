//! The way out: one queue task per channel, which owns the channel's order, rates and pauses.

mod asking;
mod attempt;
mod brake;
mod breaker;
mod close;
mod ended;
mod halt;
mod heard;
mod items;
mod lanes;
mod numbers;
mod outlook;
mod overdue;
mod pace;
mod pairs;
mod queue;
mod recent;
mod recipients;
mod reservation;
mod rings;
mod schedule;
mod setbacks;
mod stop;
mod turns;
mod waits;
mod watched;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, Channel};
use dragoman_core::message::Stored;
use dragoman_core::ports::{Lines, Oldest, Proven, Queued, WaitingFor};

pub(crate) use outlook::Outlook;
pub(crate) use queue::Queue;
pub(crate) use reservation::Reservation;
pub(crate) use schedule::{Load, Waiting};
pub(crate) use stop::Why;

use crate::lock::lock;
use crate::pulse::Phase;
use crate::shared::Shared;

/// All queues.
pub(crate) struct Dispatcher {
    shared: Arc<Shared>,
    queues: Mutex<HashMap<Id, Arc<Queue>>>,
}

impl Dispatcher {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            queues: Mutex::default(),
        }
    }

    /// The queue of a channel; started when this is the first that is heard of it.
    pub(crate) fn queue(&self, channel: &Channel) -> Arc<Queue> {
        let mut queues = lock(&self.queues);
        let queue = queues.entry(channel.id).or_insert_with(|| {
            let queue = Arc::new(Queue::new(Arc::clone(&self.shared), channel));
            tokio::spawn(Arc::clone(&queue).run());
            queue
        });
        Arc::clone(queue)
    }

    /// Tells every queue how its channel is configured now.
    pub(crate) fn follow(&self, catalog: &Catalog) {
        for channel in &catalog.channels {
            self.queue(channel).configure(channel);
        }
    }

    /// Follows the catalog, from what was followed already until the end.
    pub(crate) async fn keep_following(self: Arc<Self>, mut seen: Arc<Catalog>) {
        let mut phases = self.shared.pulse.phases();
        loop {
            tokio::select! {
                biased;
                catalog = self.shared.store.catalog_beyond(&seen) => seen = catalog,
                _ = phases.wait_for(|phase| *phase > Phase::Running) => return,
            }
            self.follow(&seen);
        }
    }

    /// Customers have written so many messages on this channel.
    pub(crate) fn heard(&self, channel: Id, count: u32) {
        if let Some(queue) = lock(&self.queues).get(&channel) {
            queue.heard(count);
        }
    }

    /// Something has happened to messages of these conversations.
    pub(crate) fn moved(&self, channel: Id, conversations: &[i64]) {
        if let Some(queue) = lock(&self.queues).get(&channel) {
            queue.moved(conversations);
        }
    }

    /// How many messages each channel may send in a second now.
    pub(crate) fn paces(&self) -> Vec<(Id, f64)> {
        lock(&self.queues)
            .iter()
            .map(|(id, queue)| (*id, queue.per_second()))
            .collect()
    }

    /// Takes a message out of its channel's queue that an echo has proven to be sent.
    pub(crate) fn withdraw(&self, channel: Id, proven: Proven) {
        let queue = lock(&self.queues).get(&channel).cloned();
        if let Some(queue) = queue {
            queue.withdraw(proven);
        }
    }

    /// Puts a message back into its channel's queue.
    pub(crate) fn again(&self, channel: Id, queued: Queued) {
        let queue = lock(&self.queues).get(&channel).cloned();
        if let Some(queue) = queue {
            queue.again(queued);
        }
    }

    /// How busy each channel is.
    pub(crate) fn loads(&self) -> Vec<(Id, Load)> {
        lock(&self.queues)
            .iter()
            .map(|(id, queue)| (*id, queue.load()))
            .collect()
    }

    /// How many messages of an account wait, in all its channels together.
    pub(crate) fn waiting_of(&self, account: Id) -> usize {
        let queues = lock(&self.queues);
        let own = queues.values().filter(|queue| queue.is_of(account));
        own.map(|queue| queue.load().waiting).sum()
    }

    /// For how long the oldest message of each channel has waited.
    pub(crate) fn longest_waits(&self) -> Vec<(Id, Duration)> {
        lock(&self.queues)
            .iter()
            .map(|(id, queue)| {
                let oldest = queue.oldest();
                (*id, oldest.map_or(Duration::ZERO, |oldest| oldest.waited))
            })
            .collect()
    }

    /// The channels that send nothing at the moment, and why.
    pub(crate) fn stopped(&self) -> Vec<(Id, Why)> {
        lock(&self.queues)
            .iter()
            .filter_map(|(id, queue)| Some((*id, queue.stopped()?)))
            .collect()
    }
}

impl Lines for Dispatcher {
    fn waiting_for(&self, message: &Stored) -> Option<WaitingFor> {
        let queue = lock(&self.queues).get(&message.channel).map(Arc::clone)?;
        let (before, since) = queue.waiting_for(message.conversation.number, message.id)?;
        Some(WaitingFor {
            message: before,
            since,
        })
    }

    fn oldest(&self, channel: Id) -> Option<Oldest> {
        let queue = lock(&self.queues).get(&channel).map(Arc::clone)?;
        queue.oldest()
    }
}
