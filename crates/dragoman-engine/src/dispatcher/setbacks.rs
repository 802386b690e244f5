//! What a message has been through.

/// Counted in this process; a retry that is read from the store brings its departures along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Setbacks {
    /// Attempts that ended without the message being taken, for certain.
    pub(super) failures: u32,
    /// How many of those were crashes of our own.
    pub(super) crashes: u32,
}

impl Setbacks {
    /// After so many failures.
    pub(super) const fn failed(failures: u32) -> Self {
        Self {
            failures,
            crashes: 0,
        }
    }

    /// With one more proven failure.
    pub(super) const fn and_a_failure(self) -> Self {
        Self {
            failures: self.failures.saturating_add(1),
            ..self
        }
    }

    /// With one more crash.
    pub(super) const fn and_a_crash(self) -> Self {
        Self {
            crashes: self.crashes.saturating_add(1),
            ..self.and_a_failure()
        }
    }
}
