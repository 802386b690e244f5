//! What every task listens to: the clock being moved, the end.

use std::time::Duration;

use dragoman_core::clock::{PROBATION, Verdict};
use dragoman_core::ports::Clock;
use tokio::sync::watch;

use crate::clock::SteadyClock;
use crate::metrics::ClockMeters;

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

    /// Changes whenever the clock is moved by hand, or a jump of it is believed; never misses it.
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

    /// Gives the signals until the end, and watches the clock for jumps.
    pub(crate) async fn beat(&self, clock: &SteadyClock, meters: &ClockMeters) {
        let ahead = || clock.now().millis() - clock.machine().millis();
        let mut phases = self.phases();
        let mut last_ahead = ahead();
        let mut moving = clock.moved();
        while self.phase() == Phase::Running {
            let moved = tokio::select! {
                biased;
                () = tokio::time::sleep(LOOK) => false,
                () = &mut moving => true,
                _ = phases.changed() => false,
            };
            if moved {
                // Before the time is read, so that no movement is missed.
                moving = clock.moved();
            }
            let verdict = clock.look();
            tell(verdict, meters);
            let now_ahead = ahead();
            let is_new = verdict == Verdict::Believed;
            if moved || is_new || now_ahead.abs_diff(last_ahead) > DRIFT_MS {
                last_ahead = now_ahead;
                self.moves.send_modify(|count| *count += 1);
            }
        }
    }
}

/// Tells the people who run the installation what the clock does.
fn tell(verdict: Verdict, meters: &ClockMeters) {
    let for_seconds = PROBATION.as_secs();
    match verdict {
        Verdict::Steady | Verdict::Doubted => {}
        Verdict::Jumped(jump) => {
            meters.jumped(jump);
            let (direction, jump_ms) = (jump.word(), millis(jump.size()));
            tracing::warn!(
                direction,
                jump_ms,
                for_seconds,
                "the clock of this machine has jumped: for now times are judged as if it had not, \
                 then what has expired by its new time expires"
            );
        }
        Verdict::Recovered => {
            tracing::info!("the clock of this machine shows again what it should");
        }
        Verdict::Believed => {
            tracing::warn!(
                "the clock of this machine keeps its new time, which counts from now on"
            );
        }
    }
}

/// For logs.
pub(crate) fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
