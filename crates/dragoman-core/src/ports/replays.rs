//! Telling again.

use async_trait::async_trait;

use super::StoreError;
use crate::id::Id;
use crate::time::Timestamp;

/// Tells a subscription again what it was told before, or what was given up.
#[async_trait]
pub trait Replays: Send + Sync {
    /// What is asked for is on disk when this answers, and told as soon as it may be. The id of
    /// each event stays what it was.
    ///
    /// # Errors
    /// [`ReplayError`]; what was written before it happened is told.
    async fn replay(&self, subscription: Id, wanted: Replay) -> Result<Replayed, ReplayError>;
}

/// What is to be told again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replay {
    /// The event with this sequence number, whatever became of it.
    Event(i64),
    /// What was given up.
    Dead {
        /// Only of this channel.
        channel: Option<Id>,
        /// Only events of these names, in the format's own words; empty is all.
        events: Vec<Box<str>>,
    },
    /// Everything since this time: the subscription's cursor moves back, so this takes no memory.
    Since(Timestamp),
}

/// What is told again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// Single events.
    Events {
        /// So many.
        count: usize,
        /// Others that were meant wait until there is room for them.
        more: bool,
    },
    /// Everything after this sequence number.
    After(i64),
}

/// Why nothing is told again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// There is no such event, or it is not this subscription's to hear.
    #[error("no such event for this subscription")]
    Missing,
    /// Nobody follows this subscription now.
    #[error("the subscription is not followed now")]
    NotFollowed,
    /// Reading or writing failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
