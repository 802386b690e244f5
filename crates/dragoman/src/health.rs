//! How the store does, for operators and for the process.

use std::time::Duration;

use dragoman_core::ports::{Latch, Store};
use dragoman_engine::{Metric, MetricKind};
use dragoman_store::SqliteStore;

/// How often it is looked whether the store still keeps what it is given.
const LOOK: Duration = Duration::from_secs(1);

/// Ends when the store has failed: only a new start recovers from the log.
pub(crate) async fn failed(store: &dyn Store) {
    while store.is_well() {
        tokio::time::sleep(LOOK).await;
    }
}

/// Numbers for operators.
pub(crate) fn metrics(store: &SqliteStore) -> Vec<Metric> {
    let (latched, troubles) = (store.latched(), store.troubles());
    let reasons = [
        ("full", Latch::Full, troubles.full),
        ("slow", Latch::Slow, troubles.stalled),
    ];
    let by = |reason: &str| vec![("reason", reason.to_owned())];
    let now = reasons.iter().map(|(reason, latch, _)| Metric {
        name: "dragoman_store_latched",
        help: "1 while the store takes nothing, by the reason.",
        kind: MetricKind::Gauge,
        labels: by(reason),
        value: f64::from(u8::from(latched == Some(*latch))),
    });
    let so_far = reasons.iter().map(|(reason, _, count)| Metric {
        name: "dragoman_store_latches_total",
        help: "How often the store began to take nothing, by the reason.",
        kind: MetricKind::Counter,
        labels: by(reason),
        value: *count as f64,
    });
    let slow = Metric {
        name: "dragoman_store_slow_commits_total",
        help: "Commits that took longer than five seconds.",
        kind: MetricKind::Counter,
        labels: Vec::new(),
        value: troubles.slow as f64,
    };
    now.chain(so_far).chain([slow]).collect()
}
