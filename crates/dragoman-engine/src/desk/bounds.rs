//! How much clients may ask for.

use std::time::Duration;

/// How much clients may ask for, and how long they wait for it.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// As many messages of one account may wait, in all its channels together.
    pub queued_per_account: u64,
    /// A client waits no longer than this for the commit that keeps its message to begin; then
    /// nothing is kept.
    pub wait: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            queued_per_account: 100_000,
            wait: Duration::from_secs(1),
        }
    }
}
