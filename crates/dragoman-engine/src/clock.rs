//! The machine's own time and chance.

mod steady;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use dragoman_core::Timestamp;
use dragoman_core::clock::Reading;
use dragoman_core::ports::{Clock, Random};

pub(crate) use steady::SteadyClock;

/// Now, by what is judged by and by what cannot be set.
pub(crate) fn moment(clock: &dyn Clock) -> Reading {
    Reading {
        wall: clock.now(),
        monotonic: clock.monotonic(),
    }
}

/// The machine's clock; nobody moves it.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// Starts the monotonic time.
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        self.machine()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the machine's wall clock is read"
    )]
    fn machine(&self) -> Timestamp {
        let since_1970 = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }

    async fn moved(&self) {
        std::future::pending().await
    }
}

/// A generator for secrets, seeded by the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn bits(&self) -> u128 {
        rand::random()
    }
}
