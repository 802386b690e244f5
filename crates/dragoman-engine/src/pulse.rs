//! What every task listens to: the clock being moved, the end.

use std::time::Duration;

use dragoman_core::ports::Clock;
use tokio::sync::watch;

/// How often the two clocks are compared.
const LOOK: Duration = Duration::from_secs(1);
/// The judged clock and the machine's may drift apart by this without having been moved.
const DRIFT_MS: u64 = 500;

/// How far the engine's life has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Works.
    Running,
    /// Begins nothing new; what runs may end.
    Draining,
    /// What still runs is abandoned.
    Over,
}

/// The signals.
#[derive(Debug)]
pub(crate) struct Pulse {
    moves: watch::Sender<u64>,
    phase: watch::Sender<Phase>,
}

impl Pulse {
    pub(crate) fn new() -> Self {
        Self {
            moves: watch::Sender::new(0),
            phase: watch::Sender::new(Phase::Running),
        }
    }

    /// Changes whenever the clock is moved by hand; never misses it.
    pub(crate) fn moves(&self) -> watch::Receiver<u64> {
        self.moves.subscribe()
    }

    /// The phase, whenever it changes.
    pub(crate) fn phases(&self) -> watch::Receiver<Phase> {
        self.phase.subscribe()
    }

    /// The phase now.
    pub(crate) fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    pub(crate) fn enter(&self, phase: Phase) {
        self.phase.send_replace(phase);
    }

    /// Gives the signals until the end.
    pub(crate) async fn beat(&self, clock: &dyn Clock) {
        let ahead = || clock.now().millis() - clock.machine().millis();
        let mut phases = self.phases();
        let mut last_ahead = ahead();
        while self.phase() == Phase::Running {
            let moved = tokio::select! {
                () = tokio::time::sleep(LOOK) => false,
                () = clock.moved() => true,
                _ = phases.changed() => false,
            };
            let now_ahead = ahead();
            if moved || now_ahead.abs_diff(last_ahead) > DRIFT_MS {
                last_ahead = now_ahead;
                self.moves.send_modify(|count| *count += 1);
            }
        }
    }
}
