//! Whether we would have heard a customer: the providers' feed and its gaps.

mod health;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dragoman_core::catalog::{Catalog, Change, Channel};
use dragoman_core::clock::Reading;
use dragoman_core::ports::{self, StoreError};
use dragoman_core::window::FEED_TOLERANCE;
use dragoman_core::{Id, Timestamp};
use tokio::sync::Notify;

use crate::clock::moment;
use crate::lock::lock;
use crate::pulse::{Phase, millis};
use crate::shared::Shared;

use health::Health;

/// How often it is noted that the installation is up.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// Keeps `watched_since` of every channel true.
pub(crate) struct Feed {
    shared: Arc<Shared>,
    state: Mutex<State>,
    wake: Notify,
}

struct State {
    /// Since when the webhooks of these channels could not be recorded, by the machine's clock.
    failing: HashMap<Id, Timestamp>,
    /// Channels whose feed has a gap that is not written down yet.
    broken: HashSet<Id>,
    health: Health,
}

impl Feed {
    /// Compares the last heartbeat with now: after a longer silence no channel has been watched,
    /// and after one whose length nobody knows.
    pub(crate) async fn resume(shared: Arc<Shared>) -> Result<Self, StoreError> {
        let now = shared.clock.now();
        let last = shared.store.last_heartbeat().await?;
        let set_back = last.and_then(|last| shared.steady.resume(last));
        if let Some(jump) = set_back {
            shared.meters.clock.jumped(jump);
            let at_least_ms = millis(jump.size());
            tracing::warn!(
                at_least_ms,
                "the clock of this machine was set back while the gateway was down: customers may \
                 have written meanwhile"
            );
            restart(&shared, now, |_| true).await?;
        } else if last.is_some_and(|last| now.since(last) > FEED_TOLERANCE) {
            tracing::warn!("the gateway was down for long, customers may have written meanwhile");
            restart(&shared, now, |_| true).await?;
        }
        // Only now: a start that is cut short before leaves the gap to be seen by the next.
        shared.store.heartbeat(now).await?;
        Ok(Self {
            state: Mutex::new(State {
                failing: HashMap::new(),
                broken: HashSet::new(),
                health: Health::since(moment(&*shared.clock)),
            }),
            shared,
            wake: Notify::new(),
        })
    }

    /// A valid webhook of this channel was recorded; the newest thing that it told happened then.
    pub(crate) fn recorded(&self, channel: Id, newest: Option<Timestamp>) {
        let mut state = lock(&self.state);
        if let Some(newest) = newest {
            state.health.told(channel, newest);
        }
        let Some(since) = state.failing.remove(&channel) else {
            return;
        };
        let now = moment(&*self.shared.clock);
        state.health.begin_anew(channel, now);
        if self.shared.clock.machine().since(since) > FEED_TOLERANCE {
            state.broken.insert(channel);
            self.wake.notify_one();
        }
    }

    /// A valid webhook of this channel could not be recorded.
    pub(crate) fn failed(&self, channel: Id) {
        let now = self.shared.clock.machine();
        lock(&self.state).failing.entry(channel).or_insert(now);
    }

    /// Since when every webhook of this channel was recorded; `None` while they are not. In memory
    /// only: nothing counts from before a start.
    pub(crate) fn steady_since(&self, channel: Id) -> Option<Reading> {
        let state = lock(&self.state);
        let is_failing = state.failing.contains_key(&channel);
        (!is_failing).then(|| state.health.steady_since(channel))
    }

    /// Whether the provider has told something of this channel that happened after `since`, by
    /// more than clocks may differ.
    pub(crate) fn has_told_since(&self, channel: Id, since: Timestamp) -> bool {
        lock(&self.state).health.has_told_since(channel, since)
    }

    /// Notes heartbeats and gaps until the end.
    pub(crate) async fn keep(self: Arc<Self>) {
        let mut moves = self.shared.pulse.moves();
        let mut phases = self.shared.pulse.phases();
        let mut last = self.shared.clock.machine();
        while self.shared.is_running() {
            tokio::select! {
                biased;
                () = tokio::time::sleep(HEARTBEAT) => {}
                () = self.wake.notified() => {}
                _ = moves.changed() => {}
                _ = phases.wait_for(|phase| *phase > Phase::Running) => return,
            }
            // By the machine's clock, which nobody moves by hand: a longer gap between two beats
            // means that the process was frozen.
            let machine = self.shared.clock.machine();
            let frozen = machine.since(last) > FEED_TOLERANCE;
            last = machine;
            self.note_gaps(frozen, machine).await;
            if let Err(error) = self.shared.store.heartbeat(self.shared.clock.now()).await {
                tracing::warn!(%error, "cannot note the heartbeat");
            }
        }
    }

    async fn note_gaps(&self, frozen: bool, machine: Timestamp) {
        let broken: HashSet<Id> = {
            let mut state = lock(&self.state);
            let State {
                failing,
                broken,
                health,
            } = &mut *state;
            let long = failing
                .iter()
                .filter(|(_, since)| machine.since(**since) > FEED_TOLERANCE);
            broken.extend(long.map(|(channel, _)| *channel));
            if frozen {
                *health = Health::since(moment(&*self.shared.clock));
                let catalog = self.shared.store.catalog();
                broken.extend(catalog.channels.iter().map(|channel| channel.id));
            }
            std::mem::take(broken)
        };
        if broken.is_empty() {
            return;
        }
        let now = self.shared.clock.now();
        let is_broken = |channel: &Channel| broken.contains(&channel.id);
        if let Err(error) = restart(&self.shared, now, is_broken).await {
            tracing::warn!(%error, "cannot note a gap in the feed yet");
            lock(&self.state).broken.extend(broken);
        }
    }
}

/// These channels are watched from now on only.
async fn restart(
    shared: &Shared,
    now: Timestamp,
    which: impl Fn(&Channel) -> bool + Sync,
) -> Result<(), StoreError> {
    let watched_from_now = |catalog: &Catalog| {
        let broken = catalog.channels.iter().filter(|channel| which(channel));
        let changes = broken.map(|channel| {
            Change::Channel(Channel {
                watched_since: now,
                ..channel.clone()
            })
        });
        Ok((changes.collect(), ()))
    };
    ports::edit(&*shared.store, watched_from_now).await
}
