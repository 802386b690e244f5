//! How much clients may ask for.

use std::time::Duration;

use dragoman_core::message::Priority;

/// As many messages of one channel may wait.
const QUEUED_PER_CHANNEL: u64 = 100_000;
/// One-time codes and answers may be a tenth more than what a broadcast may fill.
const HEADROOM: u64 = 10;

/// How much clients may ask for, and how long they wait for it.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// As many messages of one account may wait, in all its channels together.
    pub queued_per_account: u64,
    /// A client waits no longer than this for the commit that keeps its message to begin; then
    /// nothing is kept.
    pub wait: Duration,
}

impl Bounds {
    /// How many messages of a channel may wait when one of this priority comes.
    pub(super) const fn of_channel(priority: Priority) -> u64 {
        room(QUEUED_PER_CHANNEL, priority)
    }

    /// The same of an account, in all its channels together.
    pub(super) const fn of_account(&self, priority: Priority) -> u64 {
        room(self.queued_per_account, priority)
    }
}

const fn room(limit: u64, priority: Priority) -> u64 {
    match priority {
        Priority::High => limit.saturating_add(limit / HEADROOM),
        Priority::Normal | Priority::Bulk => limit,
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            queued_per_account: 100_000,
            wait: Duration::from_secs(1),
        }
    }
}
