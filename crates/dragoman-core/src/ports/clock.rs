//! Time and chance.

use std::time::Duration;

use async_trait::async_trait;

use crate::time::Timestamp;

/// Tells the time. `dev` and tests can move what is judged by it.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The wall clock by which windows, expiry, due times and tokens are judged. In `dev` it is
    /// ahead of the machine's by the emulator's offset.
    fn now(&self) -> Timestamp;

    /// The machine's wall clock, never shifted: for ids.
    fn machine(&self) -> Timestamp;

    /// Monotonic time since the start, for rates; moves along when `now` is moved.
    fn monotonic(&self) -> Duration;

    /// Waits until the clock is moved by hand; for ever where it never is. Timers wait for their
    /// time or for this, whichever comes first.
    async fn moved(&self);
}

/// Makes random numbers that nobody can guess.
pub trait Random: Send + Sync {
    /// 128 random bits.
    fn bits(&self) -> u128;

    /// Uniform in `0.0..1.0`.
    fn roll(&self) -> f64 {
        (self.bits() >> 75) as f64 / (1_u64 << 53) as f64
    }
}
