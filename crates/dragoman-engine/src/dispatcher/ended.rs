//! How an attempt ended, as far as the channel's other messages are concerned.

use std::time::Duration;

use super::setbacks::Setbacks;

/// What the schedule learns from an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ended {
    /// What becomes of the message.
    pub(super) fate: Fate,
    /// Before its departure was asked for, by the monotonic clock.
    pub(super) departed_at: Duration,
    /// What was heard of the provider.
    pub(super) contact: Contact,
}

/// What becomes of a message after its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It has left the queue.
    Over,
    /// It is queued again.
    Again {
        /// Not before this much time has passed.
        pause: Duration,
        /// What it has been through by now.
        setbacks: Setbacks,
    },
}

/// What was heard of the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contact {
    /// Nothing: it was not called.
    None,
    /// It took the message.
    Taken,
    /// It answered something else.
    Answered,
    /// It answered that it takes nothing of the whole channel now.
    Stopped,
    /// It could not be reached.
    Missed,
    /// It may have been reached; its answer is lost, or proves nothing.
    Lost,
}
