//! The way to customers' endpoints: one follower per subscription.

mod book;
mod delivery;
mod errands;
mod follower;
mod lanes;
mod ledger;
mod progress;
mod rendering;
mod replaying;
mod signing;
mod stopping;
mod streak;
mod tail;

use std::collections::HashMap;
use std::sync::Arc;

use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, Subscription};
use tokio::sync::watch;

use crate::pulse::Phase;
use crate::shared::Shared;
use follower::Follower;
use tail::Tail;

pub(crate) use errands::{Lines, Messenger};

/// Keeps a follower for every subscription, also for those that are switched off: they wait.
pub(crate) async fn keep_following(shared: Arc<Shared>) {
    let mut phases = shared.pulse.phases();
    let tail = Arc::new(Tail::new(
        Arc::clone(&shared.store),
        Arc::clone(&shared.files),
    ));
    let mut followers: HashMap<Id, watch::Sender<Arc<Subscription>>> = HashMap::new();
    let mut seen = shared.store.catalog();
    loop {
        follow(&seen, &mut followers, &shared, &tail);
        tokio::select! {
            biased;
            catalog = shared.store.catalog_beyond(&seen) => seen = catalog,
            _ = phases.wait_for(|phase| *phase > Phase::Running) => return,
        }
    }
}

fn follow(
    catalog: &Catalog,
    followers: &mut HashMap<Id, watch::Sender<Arc<Subscription>>>,
    shared: &Arc<Shared>,
    tail: &Arc<Tail>,
) {
    for subscription in &catalog.subscriptions {
        match followers.get(&subscription.id) {
            Some(follower) => {
                follower.send_if_modified(|known| {
                    let changed = **known != *subscription;
                    if changed {
                        *known = Arc::new(subscription.clone());
                    }
                    changed
                });
            }
            None => {
                let (sender, receiver) = watch::channel(Arc::new(subscription.clone()));
                let errands = shared.lines.open(subscription.id);
                let follower =
                    Follower::new(Arc::clone(shared), Arc::clone(tail), receiver, errands);
                let token = shared.telling.enter();
                tokio::spawn(async move {
                    follower.run().await;
                    drop(token);
                });
                followers.insert(subscription.id, sender);
            }
        }
    }
    // A follower ends when its sender is gone.
    followers.retain(|id, _| {
        let mut known = catalog.subscriptions.iter();
        let is_known = known.any(|subscription| subscription.id == *id);
        if !is_known {
            shared.lines.close(*id);
        }
        is_known
    });
}
