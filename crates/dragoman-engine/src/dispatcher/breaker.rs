//! A provider that cannot be reached: few attempts find out when it is back, and as it comes back
//! they become more again.

use std::time::Duration;

use super::recent::Recent;

/// So many failures in a row, and the channel only probes.
const IN_A_ROW: u32 = 10;
const PROBE_FIRST: Duration = Duration::from_secs(5);
const PROBE_CAP: Duration = Duration::from_secs(60);
/// So many attempts at once, when the provider is back.
const FIRST_SLOTS: usize = 5;
/// After so many answers there may be twice as many.
const ANSWERS: u32 = 10;

/// Counts how calls ended, and says how many attempts may run.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    in_a_row: u32,
    recent: Recent,
    state: State,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    /// All is well.
    #[default]
    Closed,
    /// One message at a time finds out whether the provider is back.
    Open { probe_at: Duration, pause: Duration },
    /// It is back, and is not flooded.
    Reviving { slots: usize, answers: u32 },
}

impl Breaker {
    /// The pause before the first probe.
    pub(super) const FIRST: Duration = PROBE_FIRST;

    /// Before this nothing starts.
    pub(super) const fn until(&self) -> Duration {
        match self.state {
            State::Closed | State::Reviving { .. } => Duration::ZERO,
            State::Open { probe_at, .. } => probe_at,
        }
    }

    /// How many attempts may run at once after that, when it is not all of them.
    pub(super) const fn width(&self) -> Option<usize> {
        match self.state {
            State::Closed => None,
            State::Open { .. } => Some(1),
            State::Reviving { slots, .. } => Some(slots),
        }
    }

    /// Whether the channel only probes.
    pub(super) const fn is_open(&self) -> bool {
        matches!(self.state, State::Open { .. })
    }

    /// The provider answered, whatever it said; so many attempts are all that the channel allows.
    pub(super) fn answered(&mut self, all: usize, now: Duration) {
        self.in_a_row = 0;
        self.recent.answered(now);
        match &mut self.state {
            State::Closed => {}
            State::Open { .. } => {
                self.recent = Recent::default();
                self.state = State::Reviving {
                    slots: FIRST_SLOTS,
                    answers: 0,
                };
            }
            State::Reviving { slots, answers } => {
                *answers += 1;
                if *answers >= ANSWERS {
                    (*slots, *answers) = (*slots * 2, 0);
                }
                if *slots >= all {
                    self.state = State::Closed;
                }
            }
        }
    }

    /// The provider could not be reached, or its answer is lost.
    pub(super) fn failed(&mut self, now: Duration) {
        self.in_a_row = self.in_a_row.saturating_add(1);
        self.recent.failed(now);
        match &mut self.state {
            State::Open { probe_at, pause } if *probe_at <= now => {
                *pause = (*pause * 2).min(PROBE_CAP);
                *probe_at = now + *pause;
            }
            // Departed before the channel began to probe.
            State::Open { .. } => {}
            State::Closed | State::Reviving { .. } => {
                if self.in_a_row >= IN_A_ROW || self.recent.is_bad() {
                    self.state = State::Open {
                        probe_at: now + PROBE_FIRST,
                        pause: PROBE_FIRST,
                    };
                }
            }
        }
    }

    /// The next probe may start now.
    pub(super) fn probe(&mut self, now: Duration) {
        if let State::Open { probe_at, .. } = &mut self.state {
            *probe_at = now.min(*probe_at);
        }
    }
}

#[cfg(test)]
#[path = "breaker_tests.rs"]
mod tests;
