//! The clock that everything here is judged by.

use std::pin::Pin;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use dragoman_core::Timestamp;
use dragoman_core::clock::{Jump, Reading, Verdict, Vigil};
use dragoman_core::ports::Clock;

use super::moment;
use crate::lock::lock;

/// A reading that took longer than this says nothing: the clock was moved in the middle of it, or
/// the process stood still.
const TORN: Duration = Duration::from_millis(500);

/// Shows what the clock below it shows, and after a jump what that would show without it, until the
/// new time has lasted. So nobody else has to think of jumps: nothing expires, is due or is swept
/// away by a time that may be put right in a moment.
pub(crate) struct SteadyClock {
    clock: Arc<dyn Clock>,
    vigil: Mutex<Vigil>,
    /// The same as the vigil's, for whoever asks for the time: milliseconds.
    believed: AtomicI64,
    /// By so many milliseconds the clock was set back while nobody watched it.
    set_back: AtomicU64,
}

impl SteadyClock {
    /// Believes what the clock shows now.
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        let vigil = Vigil::begin(read(&*clock));
        Self {
            believed: AtomicI64::new(vigil.believed().millis()),
            vigil: Mutex::new(vigil),
            set_back: AtomicU64::new(0),
            clock,
        }
    }

    /// Looks whether the clock has jumped. To be called every second.
    pub(crate) fn look(&self) -> Verdict {
        let mut vigil = lock(&self.vigil);
        let verdict = vigil.look(read(&*self.clock));
        let believed = vigil.believed().millis();
        self.believed.store(believed, Ordering::Release);
        verdict
    }

    /// An earlier life has noted this time as its last. Answers by how far the clock was set back
    /// since.
    pub(crate) fn resume(&self, last: Timestamp) -> Option<Jump> {
        match Jump::between(last, self.now()) {
            None | Some(Jump::Forward(_)) => None,
            Some(Jump::Back(size)) => {
                let millis = u64::try_from(size.as_millis()).unwrap_or(u64::MAX);
                self.set_back.store(millis, Ordering::Release);
                Some(Jump::Back(size))
            }
        }
    }

    /// The time by which what an earlier life has left is judged: had its clock been ahead of this
    /// one, so would be every time that it has written down.
    pub(crate) fn as_left(&self) -> Timestamp {
        let set_back = Duration::from_millis(self.set_back.load(Ordering::Acquire));
        self.now().plus(set_back)
    }

    /// What the machine's clock shows, believed or not.
    pub(crate) fn shown(&self) -> Timestamp {
        self.clock.machine()
    }

    fn believed(&self) -> Timestamp {
        Timestamp::from_millis(self.believed.load(Ordering::Acquire))
    }

    /// A reading, and by how far it is from what is believed.
    fn doubt(&self) -> (Reading, Option<Jump>) {
        let reading = moment(&*self.clock);
        (reading, reading.jump_from(self.believed()))
    }
}

#[async_trait]
impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        match self.doubt() {
            (reading, None) => reading.wall,
            (reading, Some(_)) => self.believed().plus(reading.monotonic),
        }
    }

    fn machine(&self) -> Timestamp {
        let machine = self.clock.machine();
        match self.doubt() {
            (_, None) => machine,
            (_, Some(Jump::Back(size))) => machine.plus(size),
            (_, Some(Jump::Forward(size))) => machine.minus(size),
        }
    }

    fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }

    /// Counts from the call, where the clock below does.
    fn moved<'life0, 'async_trait>(
        &'life0 self,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        self.clock.moved()
    }
}

/// Reads both clocks at one moment.
fn read(clock: &dyn Clock) -> Reading {
    loop {
        let before = clock.monotonic();
        let wall = clock.now();
        let monotonic = clock.monotonic();
        if monotonic.saturating_sub(before) < TORN {
            return Reading { wall, monotonic };
        }
    }
}

#[cfg(test)]
mod tests {
    use dragoman_testkit::TestClock;

    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 3600);
    const MINUTE: Duration = Duration::from_secs(60);

    fn around(clock: &Arc<TestClock>) -> SteadyClock {
        SteadyClock::new(Arc::clone(clock) as _)
    }

    #[test]
    fn a_jump_is_not_shown_before_it_has_lasted() {
        for to in [TestClock::START.plus(DAY), TestClock::START.minus(DAY)] {
            let clock = Arc::new(TestClock::new());
            let steady = around(&clock);
            clock.set(to);
            // Nobody has looked yet.
            assert_eq!(steady.now(), TestClock::START);
            assert_eq!(steady.machine(), TestClock::START);
            assert!(matches!(steady.look(), Verdict::Jumped(_)));
            clock.advance(MINUTE);
            assert_eq!(steady.now(), TestClock::START.plus(MINUTE));
            assert_eq!(
                (steady.shown(), steady.look()),
                (to.plus(MINUTE), Verdict::Believed)
            );
            assert_eq!(
                (steady.now(), steady.machine()),
                (to.plus(MINUTE), to.plus(MINUTE))
            );
        }
    }

    #[test]
    fn what_dev_shifts_is_no_jump() {
        let clock = Arc::new(TestClock::new());
        let steady = around(&clock);
        clock.shift(DAY);
        assert_eq!(steady.look(), Verdict::Steady);
        assert_eq!(steady.now(), TestClock::START.plus(DAY));
        assert_eq!(steady.machine(), TestClock::START);
    }

    #[test]
    fn what_was_left_is_judged_by_the_clock_that_wrote_it() {
        let clock = Arc::new(TestClock::new());
        let steady = around(&clock);
        assert_eq!(steady.resume(TestClock::START.minus(DAY)), None);
        assert_eq!(steady.as_left(), TestClock::START);
        let last = TestClock::START.plus(DAY);
        assert_eq!(steady.resume(last), Some(Jump::Back(DAY)));
        clock.advance(MINUTE);
        assert_eq!(steady.as_left(), last.plus(MINUTE));
    }
}
