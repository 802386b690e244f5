//! What the machine's clock has done.

use std::sync::Mutex;
use std::time::Duration;

use dragoman_core::Timestamp;
use dragoman_core::clock::{Jump, LARGEST_SKEW};

use super::{Counter, Metric, MetricKind, row};
use crate::lock::lock;

/// How often it has jumped, and how far it is from the provider's.
#[derive(Debug, Default)]
pub(crate) struct ClockMeters {
    forward: Counter,
    back: Counter,
    skew: Mutex<Option<Skew>>,
}

/// How far our clock is from a provider's.
#[derive(Clone, Copy, Debug)]
struct Skew {
    /// Positive where ours is ahead.
    ahead_ms: i64,
    is_large: bool,
}

impl ClockMeters {
    /// It has jumped.
    pub(crate) fn jumped(&self, jump: Jump) {
        match jump {
            Jump::Forward(_) => self.forward.count(),
            Jump::Back(_) => self.back.count(),
        }
    }

    /// A provider has answered at this time by its own clock. People hear of it when that begins to
    /// differ too much from ours, and when it no longer does.
    pub(crate) fn heard(&self, theirs: Timestamp, ours: Timestamp) {
        let ahead_ms = ours.millis().saturating_sub(theirs.millis());
        let is_large = Duration::from_millis(ahead_ms.unsigned_abs()) > LARGEST_SKEW;
        let skew = Skew { ahead_ms, is_large };
        let before = lock(&self.skew).replace(skew);
        let was_large = before.is_some_and(|before| before.is_large);
        if is_large && !was_large {
            tracing::warn!(
                ahead_ms,
                "the clock of this machine is not the provider's: signatures and expiries are \
                 judged by it, so have it follow a time server"
            );
        } else if was_large && !is_large {
            tracing::info!(
                ahead_ms,
                "the clock of this machine agrees with the provider's again"
            );
        }
    }

    /// The numbers as they stand.
    pub(super) fn read(&self) -> Vec<Metric> {
        const JUMPS: &str = "How often the clock of this machine has jumped.";
        let jumps = |word, counter| {
            row(
                "dragoman_clock_jumps_total",
                JUMPS,
                "direction",
                word,
                counter,
            )
        };
        let mut rows = vec![jumps("forward", &self.forward), jumps("back", &self.back)];
        let skew = *lock(&self.skew);
        rows.extend(skew.map(|skew| Metric {
            name: "dragoman_clock_skew_seconds",
            help: "By how much our clock was ahead of the provider's when that answered last.",
            kind: MetricKind::Gauge,
            labels: Vec::new(),
            value: skew.ahead_ms as f64 / 1000.0,
        }));
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_provider_said_last_counts() {
        let meters = ClockMeters::default();
        assert_eq!(meters.read().len(), 2);
        let now = Timestamp::from_seconds(1000);
        for (theirs, ahead) in [(990, 10.0), (1061, -61.0), (1000, 0.0)] {
            meters.heard(Timestamp::from_seconds(theirs), now);
            assert_eq!(meters.read()[2].value, ahead);
        }
    }
}
