//! Pauses of a whole channel, for what the provider says of it.

use std::time::Duration;

/// Why the provider takes nothing of a channel for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    /// It is faster than the provider allows.
    Throttle,
    /// It has a bad name.
    Reputation,
    /// Somebody has to mend it.
    Broken,
}

impl Ground {
    /// The first pause and the longest: each is twice the one before.
    const fn pauses(self) -> (Duration, Duration) {
        match self {
            Self::Throttle => (Duration::from_secs(1), Duration::from_secs(60)),
            Self::Reputation => (Duration::from_secs(15 * 60), Duration::from_secs(6 * 3600)),
            Self::Broken => (Duration::from_secs(5 * 60), Duration::from_secs(5 * 60)),
        }
    }

    /// How many attempts at once find out whether it is over; all of them when it is none.
    const fn width(self) -> Option<usize> {
        match self {
            Self::Throttle => None,
            Self::Reputation | Self::Broken => Some(1),
        }
    }
}

/// The pauses that follow each other until the provider takes something again.
#[derive(Debug, Default)]
pub(super) struct Halt {
    ground: Option<Ground>,
    times: u32,
    began_at: Duration,
    until: Duration,
}

impl Halt {
    /// The provider refuses the channel: pauses longer each time, but not shorter than it says.
    /// Answers that come out of one pause count once. Answers how long it still lasts.
    pub(super) fn refused(
        &mut self,
        ground: Ground,
        named: Option<Duration>,
        now: Duration,
    ) -> Duration {
        let is_known = self.ground == Some(ground);
        if !is_known || self.until <= now {
            let times = if is_known { self.times } else { 0 };
            let (first, longest) = ground.pauses();
            let grown = (first * 2_u32.pow(times.min(10))).min(longest);
            let until = now + grown.max(named.unwrap_or_default());
            // A longer pause for another reason is not cut short.
            if until > self.until {
                *self = Self {
                    ground: Some(ground),
                    times: times + 1,
                    began_at: now,
                    until,
                };
            }
        }
        self.until.saturating_sub(now)
    }

    /// Before this nothing starts.
    pub(super) const fn until(&self) -> Duration {
        self.until
    }

    /// How many attempts may run at once after that, when it is not all of them.
    pub(super) fn width(&self) -> Option<usize> {
        self.ground.and_then(Ground::width)
    }

    /// The provider took a message that departed then. Answers whether that says anything.
    pub(super) fn calm(&mut self, departed_at: Duration) -> bool {
        let counts = departed_at >= self.began_at;
        if counts {
            (self.ground, self.times) = (None, 0);
        }
        counts
    }

    /// The pause ends now, because something was done about it.
    pub(super) fn end(&mut self, now: Duration) {
        self.until = self.until.min(now);
    }
}
