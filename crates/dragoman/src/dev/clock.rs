//! The clock of `dev`: the machine's, moved along with the emulator's.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use dragoman_core::Timestamp;
use dragoman_core::ports::Clock;
use dragoman_engine::SystemClock;
use tokio::sync::Notify;

/// Ahead of the machine's clock by an offset that only grows.
#[derive(Debug)]
pub(super) struct DevClock {
    machine: SystemClock,
    offset_ms: AtomicU64,
    moved: Notify,
}

impl DevClock {
    pub(super) fn new() -> Self {
        Self {
            machine: SystemClock::new(),
            offset_ms: AtomicU64::new(0),
            moved: Notify::new(),
        }
    }

    /// Moves it to this offset, unless it is there or beyond, and wakes the timers.
    pub(super) fn set_offset(&self, offset: Duration) {
        let millis = u64::try_from(offset.as_millis()).unwrap_or(u64::MAX);
        if self.offset_ms.fetch_max(millis, Ordering::SeqCst) < millis {
            self.moved.notify_waiters();
        }
    }

    fn offset(&self) -> Duration {
        Duration::from_millis(self.offset_ms.load(Ordering::SeqCst))
    }
}

#[async_trait]
impl Clock for DevClock {
    fn now(&self) -> Timestamp {
        self.machine.now().plus(self.offset())
    }

    fn machine(&self) -> Timestamp {
        self.machine.machine()
    }

    fn monotonic(&self) -> Duration {
        self.machine.monotonic() + self.offset()
    }

    async fn moved(&self) {
        self.moved.notified().await;
    }
}
