//! The time of a paused runtime, on which the next life goes on.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use dragoman_core::Timestamp;
use dragoman_core::ports::Clock;
use dragoman_testkit::TestClock;

#[derive(Debug, Default)]
pub(super) struct VirtualClock {
    lived_ms: AtomicU64,
    /// How far the machine's clock is wrong.
    wrong_ms: AtomicI64,
    began: Mutex<Option<tokio::time::Instant>>,
}

impl VirtualClock {
    /// A life begins, so long after the last one.
    pub(super) fn begin(&self, gap: Duration) {
        self.pass(self.monotonic() + gap);
        *self.began.lock().unwrap() = Some(tokio::time::Instant::now());
    }

    pub(super) fn end(&self) {
        self.pass(self.monotonic());
        *self.began.lock().unwrap() = None;
    }

    /// Somebody sets the machine's clock: it is wrong by this from now on.
    pub(super) fn becomes_wrong(&self, by_ms: i64) {
        self.wrong_ms.store(by_ms, Ordering::SeqCst);
    }

    /// The right time, by which the laws are judged.
    pub(super) fn right(&self) -> Timestamp {
        TestClock::START.plus(self.monotonic())
    }

    fn pass(&self, lived: Duration) {
        let lived = u64::try_from(lived.as_millis()).expect("few hours");
        self.lived_ms.store(lived, Ordering::SeqCst);
    }
}

#[async_trait]
impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.machine()
    }

    fn machine(&self) -> Timestamp {
        let wrong = self.wrong_ms.load(Ordering::SeqCst);
        Timestamp::from_millis(self.right().millis() + wrong)
    }

    fn monotonic(&self) -> Duration {
        let lived = Duration::from_millis(self.lived_ms.load(Ordering::SeqCst));
        let began = *self.began.lock().unwrap();
        lived + began.map_or(Duration::ZERO, |began| began.elapsed())
    }

    async fn moved(&self) {
        std::future::pending().await
    }
}
