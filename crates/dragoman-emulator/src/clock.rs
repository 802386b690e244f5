//! The emulator's clock: the machine's time plus an offset that only grows.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// An instant of the emulator's clock, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct UnixMillis(pub(crate) u64);

impl UnixMillis {
    pub(crate) fn seconds(self) -> u64 {
        self.0 / 1000
    }

    pub(crate) fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }

    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// As the control addresses write it: UTC, with milliseconds where there are any.
    pub(crate) fn rfc3339(self) -> String {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .ok()
            .and_then(|at| at.format(&Rfc3339).ok())
            .unwrap_or_else(|| "9999-12-31T23:59:59Z".to_owned())
    }
}

/// A century; the offset only grows, so a slip should not end the world.
const FURTHEST: Duration = Duration::from_secs(100 * 366 * 24 * 3600);

/// The clock cannot be moved so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooFar;

impl fmt::Display for TooFar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the clock goes at most a hundred years ahead")
    }
}

impl std::error::Error for TooFar {}

type Listener = Box<dyn Fn(Duration) + Send + Sync>;

/// Reads and moves the clock; clones share it.
#[derive(Clone, Default)]
pub struct ClockHandle {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    offset_ms: AtomicU64,
    /// Held while the clock moves, so that everybody hears of all moves in their order.
    listeners: Mutex<Vec<Listener>>,
}

impl ClockHandle {
    /// How far the clock is ahead of the machine's.
    pub fn offset(&self) -> Duration {
        Duration::from_millis(self.shared.offset_ms.load(Ordering::SeqCst))
    }

    /// Moves the clock forward and tells every listener the total offset before it returns.
    /// Listeners must not move it themselves.
    ///
    /// # Errors
    /// [`TooFar`] when it would be more than a century ahead; nothing has moved.
    pub fn advance(&self, by: Duration) -> Result<(), TooFar> {
        let listeners = self.listeners();
        let offset = self.offset().saturating_add(by);
        if offset > FURTHEST {
            return Err(TooFar);
        }
        self.shared
            .offset_ms
            .store(millis(offset), Ordering::SeqCst);
        for listener in listeners.iter() {
            listener(offset);
        }
        Ok(())
    }

    pub(crate) fn on_advance(&self, listener: impl Fn(Duration) + Send + Sync + 'static) {
        self.listeners().push(Box::new(listener));
    }

    fn listeners(&self) -> MutexGuard<'_, Vec<Listener>> {
        let listeners = self.shared.listeners.lock();
        listeners.unwrap_or_else(PoisonError::into_inner)
    }

    /// What the journal remembered; tells nobody.
    pub(crate) fn restore(&self, offset: Duration) {
        self.shared
            .offset_ms
            .store(millis(offset), Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> UnixMillis {
        UnixMillis(machine_millis()).plus(self.offset())
    }
}

impl fmt::Debug for ClockHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClockHandle")
            .field("offset", &self.offset())
            .finish_non_exhaustive()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the emulator reads the machine's clock"
)]
fn machine_millis() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map(millis)
        .unwrap_or_default()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn everybody_hears_of_all_moves_in_their_order() {
        let clock = ClockHandle::default();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let listener = heard.clone();
        clock.on_advance(move |offset| listener.lock().unwrap().push(offset));
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        clock.advance(Duration::from_secs(1)).unwrap();
                    }
                });
            }
        });
        assert!(heard.lock().unwrap().is_sorted());
        assert_eq!(clock.offset(), Duration::from_secs(400));
    }

    #[test]
    fn the_clock_goes_no_further_than_a_century() {
        let clock = ClockHandle::default();
        assert_eq!(clock.advance(FURTHEST), Ok(()));
        for further in [Duration::from_millis(1), Duration::MAX] {
            assert_eq!(clock.advance(further), Err(TooFar));
        }
        assert_eq!(clock.offset(), FURTHEST);
    }
}
