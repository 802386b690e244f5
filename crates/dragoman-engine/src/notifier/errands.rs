//! What followers are asked to do beside following.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use dragoman_core::Id;
use dragoman_core::ports::{Replay, ReplayError, Replayed, Replays};
use tokio::sync::{mpsc, oneshot};

use crate::lock::lock;
use crate::shared::Shared;

/// So many may wait for one follower.
const WAITING: usize = 16;

/// Something to be told again, and who waits for the answer.
pub(super) struct Errand {
    pub(super) wanted: Replay,
    pub(super) answer: oneshot::Sender<Result<Replayed, ReplayError>>,
}

/// How every follower is reached.
#[derive(Default)]
pub(crate) struct Lines(Mutex<HashMap<Id, mpsc::Sender<Errand>>>);

impl Lines {
    /// A line to the follower of a subscription.
    pub(super) fn open(&self, subscription: Id) -> mpsc::Receiver<Errand> {
        let (sender, receiver) = mpsc::channel(WAITING);
        lock(&self.0).insert(subscription, sender);
        receiver
    }

    /// Nobody follows this subscription any more.
    pub(super) fn close(&self, subscription: Id) {
        lock(&self.0).remove(&subscription);
    }

    fn to(&self, subscription: Id) -> Option<mpsc::Sender<Errand>> {
        lock(&self.0).get(&subscription).cloned()
    }
}

/// Hands what is to be told again to those who tell it.
pub(crate) struct Messenger(pub(crate) Arc<Shared>);

#[async_trait]
impl Replays for Messenger {
    async fn replay(&self, subscription: Id, wanted: Replay) -> Result<Replayed, ReplayError> {
        let line = self.0.lines.to(subscription);
        let line = line.ok_or(ReplayError::NotFollowed)?;
        let (answer, answered) = oneshot::channel();
        let asked = line.send(Errand { wanted, answer }).await;
        asked.map_err(|_| ReplayError::NotFollowed)?;
        answered.await.map_err(|_| ReplayError::NotFollowed)?
    }
}
