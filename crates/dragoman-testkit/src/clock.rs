//! A clock that stands still until a test moves it.

use std::pin::Pin;
use std::time::Duration;

use async_trait::async_trait;
use dragoman_core::Timestamp;
use dragoman_core::ports::Clock;
use tokio::sync::watch;

/// Tells the time that the test has set. Whoever waits for [`Clock::moved`] is woken by every
/// movement.
#[derive(Debug)]
pub struct TestClock {
    time: watch::Sender<Time>,
}

#[derive(Clone, Copy, Debug)]
struct Time {
    wall: Timestamp,
    machine: Timestamp,
    monotonic: Duration,
}

impl TestClock {
    /// 2026-09-21T14:13:20Z, where [`TestClock::new`] begins: a round number of seconds.
    pub const START: Timestamp = Timestamp::from_seconds(1_790_000_000);

    /// A clock that stands at [`TestClock::START`].
    pub fn new() -> Self {
        Self::at(Self::START)
    }

    /// A clock that stands at `start`; its monotonic time is zero.
    pub fn at(start: Timestamp) -> Self {
        let time = Time {
            wall: start,
            machine: start,
            monotonic: Duration::ZERO,
        };
        Self {
            time: watch::Sender::new(time),
        }
    }

    /// Lets time pass: wall clock, machine and monotonic time alike.
    pub fn advance(&self, by: Duration) {
        self.time.send_modify(|time| {
            time.wall = time.wall.plus(by);
            time.machine = time.machine.plus(by);
            time.monotonic += by;
        });
    }

    /// Moves what is judged by the wall clock forward as `dev` does: ids keep the machine's time.
    pub fn shift(&self, by: Duration) {
        self.time.send_modify(|time| {
            time.wall = time.wall.plus(by);
            time.monotonic += by;
        });
    }

    /// Sets the machine's wall clock, as an operator or a time server might, also back. Monotonic
    /// time knows nothing of it.
    pub fn set(&self, to: Timestamp) {
        self.time
            .send_modify(|time| (time.wall, time.machine) = (to, to));
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.time.borrow().wall
    }

    fn machine(&self) -> Timestamp {
        self.time.borrow().machine
    }

    fn monotonic(&self) -> Duration {
        self.time.borrow().monotonic
    }

    /// Counts from the call, not from the first poll, so that a caller who asks before reading
    /// the time misses no movement in between. Hence no `async fn`, which would start at its
    /// first poll.
    fn moved<'life0, 'async_trait>(
        &'life0 self,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        let mut time = self.time.subscribe();
        Box::pin(async move {
            if time.changed().await.is_err() {
                // The clock is gone, so nobody will move it.
                std::future::pending::<()>().await;
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn check(clock: &TestClock, wall: i64, machine: i64, monotonic: u64) {
        let start = TestClock::START.seconds();
        assert_eq!(clock.now().seconds() - start, wall);
        assert_eq!(clock.machine().seconds() - start, machine);
        assert_eq!(clock.monotonic().as_secs(), monotonic);
    }

    #[test]
    fn time_that_passes_moves_everything_and_a_shift_leaves_the_machine_alone() {
        let clock = TestClock::new();
        clock.advance(MINUTE);
        check(&clock, 60, 60, 60);
        clock.shift(MINUTE);
        check(&clock, 120, 60, 120);
    }

    #[test]
    fn monotonic_time_knows_nothing_of_a_clock_that_is_set() {
        let clock = TestClock::new();
        clock.set(TestClock::START.plus(MINUTE));
        check(&clock, 60, 60, 0);
        clock.set(TestClock::START.minus(MINUTE));
        check(&clock, -60, -60, 0);
    }

    #[tokio::test]
    async fn a_movement_after_the_call_and_before_the_first_poll_wakes() {
        let clock = TestClock::new();
        let moved = clock.moved();
        clock.advance(MINUTE);
        tokio::time::timeout(MINUTE, moved).await.unwrap();
    }

    #[tokio::test]
    async fn a_clock_that_is_not_moved_wakes_nobody() {
        let clock = TestClock::new();
        clock.advance(MINUTE);
        let soon = Duration::from_millis(10);
        assert!(tokio::time::timeout(soon, clock.moved()).await.is_err());
    }
}
