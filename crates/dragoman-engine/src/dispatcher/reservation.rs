//! A slot that is held for a message while the store accepts it.

use std::sync::Arc;
use std::time::Duration;

use super::queue::Queue;

/// Given back when it is dropped, unless a message has departed in it.
pub(crate) struct Reservation {
    queue: Arc<Queue>,
    digest: u64,
    made_at: Duration,
    is_spent: bool,
}

impl Reservation {
    pub(super) const fn new(queue: Arc<Queue>, digest: u64, made_at: Duration) -> Self {
        Self {
            queue,
            digest,
            made_at,
            is_spent: false,
        }
    }

    /// Stands for the recipient's address.
    pub(super) const fn digest(&self) -> u64 {
        self.digest
    }

    /// Before the store was asked, by the monotonic clock.
    pub(super) const fn made_at(&self) -> Duration {
        self.made_at
    }

    /// The slot is now that of a message, and comes back with its end.
    pub(super) fn spend(mut self) {
        self.is_spent = true;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if !self.is_spent {
            self.queue.release(self.digest);
        }
    }
}
