//! Whether the wall clock can be believed.
//!
//! A wall clock can be set, by a person, by a time server, or by a machine that was suspended; the
//! monotonic clock cannot. What the wall clock would have shown when the monotonic one began is
//! therefore always the same, and a clock for which it changes has jumped. Nobody can know which of
//! the two times is right, so the old one is believed for a while: most wrong clocks are put right
//! soon, and what has expired does not come back.

use std::time::Duration;

use crate::time::Timestamp;

/// A wall clock that goes back by more has jumped.
pub const BACK: Duration = Duration::from_secs(5);
/// A wall clock that goes forward by more has jumped.
pub const FORWARD: Duration = Duration::from_secs(60);
/// A clock that has jumped is believed again when it has agreed with itself for so long.
pub const PROBATION: Duration = Duration::from_secs(60);
/// Our clock and a provider's should not differ by more: signatures and expiries are judged by both.
pub const LARGEST_SKEW: Duration = Duration::from_secs(60);

/// One moment by both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The one that can be set.
    pub wall: Timestamp,
    /// The one that cannot.
    pub monotonic: Duration,
}

impl Reading {
    /// What the wall clock would have shown when the monotonic one began.
    pub fn origin(self) -> Timestamp {
        self.wall.minus(self.monotonic)
    }

    /// By how far the wall clock has jumped from where it would be by this origin, if it has.
    pub fn jump_from(self, origin: Timestamp) -> Option<Jump> {
        Jump::between(origin, self.origin())
    }
}

/// A wall clock that does not show what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jump {
    /// It shows an earlier time.
    Back(Duration),
    /// It shows a later time.
    Forward(Duration),
}

impl Jump {
    /// The jump that lies between the time that should be shown and the one that is.
    pub fn between(expected: Timestamp, shown: Timestamp) -> Option<Self> {
        let (back, forward) = (expected.since(shown), shown.since(expected));
        if back > BACK {
            Some(Self::Back(back))
        } else {
            (forward > FORWARD).then_some(Self::Forward(forward))
        }
    }

    /// Where to.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Back(_) => "back",
            Self::Forward(_) => "forward",
        }
    }

    /// How far.
    pub const fn size(self) -> Duration {
        match self {
            Self::Back(size) | Self::Forward(size) => size,
        }
    }
}

/// Judges one reading after the other, about one in a second.
#[derive(Clone, Copy, Debug)]
pub struct Vigil {
    believed: Timestamp,
    doubted: Option<Doubted>,
}

/// A time that is not believed yet.
#[derive(Clone, Copy, Debug)]
struct Doubted {
    origin: Timestamp,
    /// When it was first shown, by the monotonic clock.
    since: Duration,
}

/// What a reading says of the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on as it went.
    Steady,
    /// It has jumped just now.
    Jumped(Jump),
    /// It has jumped of late.
    Doubted,
    /// It shows what it would show had it never jumped.
    Recovered,
    /// It has shown its new time for long enough: from now on that counts.
    Believed,
}

impl Vigil {
    /// Believes this reading.
    pub fn begin(first: Reading) -> Self {
        Self {
            believed: first.origin(),
            doubted: None,
        }
    }

    /// What the wall clock that is believed would have shown when the monotonic one began.
    pub const fn believed(&self) -> Timestamp {
        self.believed
    }

    /// Judges the next reading. What is slewed, or set by less than a jump, is followed at once.
    pub fn look(&mut self, now: Reading) -> Verdict {
        let Some(jump) = now.jump_from(self.believed) else {
            self.believed = now.origin();
            return match self.doubted.take() {
                Some(_) => Verdict::Recovered,
                None => Verdict::Steady,
            };
        };
        let agreeing = self
            .doubted
            .filter(|doubted| now.jump_from(doubted.origin).is_none());
        let Some(Doubted { since, .. }) = agreeing else {
            self.doubted = Some(Doubted {
                origin: now.origin(),
                since: now.monotonic,
            });
            return Verdict::Jumped(jump);
        };
        if now.monotonic.saturating_sub(since) < PROBATION {
            return Verdict::Doubted;
        }
        (self.believed, self.doubted) = (now.origin(), None);
        Verdict::Believed
    }
}

#[cfg(test)]
#[path = "clock_tests.rs"]
mod tests;
