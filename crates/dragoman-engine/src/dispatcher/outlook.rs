//! When a message would have its turn that is not accepted yet.

use std::time::Duration;

/// What a message would have to expect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outlook {
    /// As many messages of the channel wait before it.
    pub(crate) waiting: usize,
    /// About how long until its turn.
    pub(crate) wait: Duration,
}

/// What stands between a message and its turn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Obstacles {
    /// Messages of the channel that wait already.
    pub(super) waiting: usize,
    /// One of them may be sent so often.
    pub(super) every: Duration,
    /// Until the rate lets the next one pass.
    pub(super) bucket: Duration,
    /// Until the channel may send at all.
    pub(super) pause: Duration,
    /// Until the recipient may be written to, and what waits for them already has its turn.
    pub(super) recipient: Duration,
}

impl Obstacles {
    /// The queue begins to move when both the pause and the bucket allow it, and all of it goes
    /// before. A recipient who must be spared waits beside the queue, not behind it.
    pub(super) fn outlook(self) -> Outlook {
        let waiting = u32::try_from(self.waiting).unwrap_or(u32::MAX);
        let before = self.every.saturating_mul(waiting);
        let queue = self.pause.max(self.bucket).saturating_add(before);
        Outlook {
            waiting: self.waiting,
            wait: queue.max(self.recipient),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLEAR: Obstacles = Obstacles {
        waiting: 0,
        every: Duration::from_micros(12_500),
        bucket: Duration::ZERO,
        pause: Duration::ZERO,
        recipient: Duration::ZERO,
    };

    fn check(obstacles: Obstacles, expected_ms: u64) {
        let wait = Duration::from_millis(expected_ms);
        assert_eq!(obstacles.outlook().wait, wait, "{obstacles:?}");
    }

    #[test]
    fn a_message_waits_for_what_stands_before_it() {
        let seconds = Duration::from_secs;
        check(CLEAR, 0);
        let bucket = Duration::from_millis(12);
        check(Obstacles { bucket, ..CLEAR }, 12);
        let queued = Obstacles {
            waiting: 800,
            bucket,
            ..CLEAR
        };
        check(queued, 10_012);
        let pause = seconds(4);
        check(Obstacles { pause, ..queued }, 14_000);
        let spared = |recipient| Obstacles {
            recipient,
            ..queued
        };
        check(spared(seconds(6)), 10_012);
        check(spared(seconds(60)), 60_000);
    }
}
