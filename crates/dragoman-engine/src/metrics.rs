//! Numbers for operators.

mod clock;
mod doubts;
mod files;
mod reached;

use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) use clock::ClockMeters;
pub(crate) use doubts::DoubtMeters;
pub(crate) use files::FileMeters;
pub(crate) use reached::reached;

/// One number, in the terms of the Prometheus exposition format.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// `dragoman_…`, with its unit at the end.
    pub name: &'static str,
    /// One sentence.
    pub help: &'static str,
    /// Whether it only grows.
    pub kind: MetricKind,
    /// What it is about.
    pub labels: Vec<(&'static str, String)>,
    /// The number.
    pub value: f64,
}

/// Whether a number only grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
}

impl MetricKind {
    /// The word in the exposition format.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
        }
    }
}

/// A number that only grows.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn count(&self) {
        self.add(1);
    }

    pub(crate) fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Everything that the engine counts.
#[derive(Debug, Default)]
pub(crate) struct Meters {
    /// Submissions that were kept.
    pub(crate) accepted: Counter,
    /// Submissions that the rules refused.
    pub(crate) refused: Counter,
    /// Submissions that could not be kept now.
    pub(crate) unavailable: Counter,
    /// POSTs that the provider took.
    pub(crate) posts_taken: Counter,
    /// POSTs that the provider has not taken, for certain.
    pub(crate) posts_not_taken: Counter,
    /// POSTs that failing servers of the provider have refused.
    pub(crate) posts_struggling: Counter,
    /// POSTs whose answer was lost.
    pub(crate) posts_unknown: Counter,
    /// Departures taken back before the POST.
    pub(crate) withdrawn: Counter,
    /// Panics caught while preparing, sending, telling, asking and fetching.
    pub(crate) panics: Counter,
    /// Webhooks of providers that were recorded.
    pub(crate) webhooks_taken: Counter,
    /// Webhooks with a bad signature.
    pub(crate) webhooks_forged: Counter,
    /// Webhooks that could not be recorded.
    pub(crate) webhooks_failed: Counter,
    /// Webhooks that were kept aside because of something that nobody can use.
    pub(crate) quarantined: Counter,
    /// Statuses whose message is not known.
    pub(crate) orphans: Counter,
    /// Reports of providers that were known already.
    pub(crate) repeated: Counter,
    /// Deliveries that the receiver took.
    pub(crate) deliveries_done: Counter,
    /// Deliveries that failed and are tried again.
    pub(crate) deliveries_failed: Counter,
    /// Deliveries that were given up.
    pub(crate) deliveries_exhausted: Counter,
    /// What the clock has done.
    pub(crate) clock: ClockMeters,
    /// What became of messages in doubt.
    pub(crate) doubts: DoubtMeters,
    /// What became of files.
    pub(crate) files: FileMeters,
}

impl Meters {
    /// The counters as they stand.
    pub(crate) fn read(&self) -> Vec<Metric> {
        const SUBMISSIONS: &str = "Submissions, by what became of them.";
        const POSTS: &str = "Attempts to send, by how they ended (A taken, N not taken, P refused by failing servers, U unknown).";
        const WEBHOOKS: &str = "Webhooks of providers, by what became of them.";
        const DELIVERIES: &str = "Tries to tell subscriptions, by how they ended.";
        let mut rows = vec![
            row(
                "dragoman_submissions_total",
                SUBMISSIONS,
                "result",
                "accepted",
                &self.accepted,
            ),
            row(
                "dragoman_submissions_total",
                SUBMISSIONS,
                "result",
                "refused",
                &self.refused,
            ),
            row(
                "dragoman_submissions_total",
                SUBMISSIONS,
                "result",
                "unavailable",
                &self.unavailable,
            ),
            row(
                "dragoman_posts_total",
                POSTS,
                "class",
                "A",
                &self.posts_taken,
            ),
            row(
                "dragoman_posts_total",
                POSTS,
                "class",
                "N",
                &self.posts_not_taken,
            ),
            row(
                "dragoman_posts_total",
                POSTS,
                "class",
                "P",
                &self.posts_struggling,
            ),
            row(
                "dragoman_posts_total",
                POSTS,
                "class",
                "U",
                &self.posts_unknown,
            ),
            row(
                "dragoman_withdrawn_total",
                "Departures taken back before the request was written.",
                "",
                "",
                &self.withdrawn,
            ),
            row(
                "dragoman_panics_total",
                "Panics caught while preparing, sending, telling, asking and fetching.",
                "",
                "",
                &self.panics,
            ),
            row(
                "dragoman_webhooks_in_total",
                WEBHOOKS,
                "result",
                "taken",
                &self.webhooks_taken,
            ),
            row(
                "dragoman_webhooks_in_total",
                WEBHOOKS,
                "result",
                "bad_signature",
                &self.webhooks_forged,
            ),
            row(
                "dragoman_webhooks_in_total",
                WEBHOOKS,
                "result",
                "unavailable",
                &self.webhooks_failed,
            ),
            row(
                "dragoman_quarantined_total",
                "Webhooks kept aside because of something that nobody can use.",
                "",
                "",
                &self.quarantined,
            ),
            row(
                "dragoman_orphans_total",
                "Statuses whose message is not known.",
                "",
                "",
                &self.orphans,
            ),
            row(
                "dragoman_repeated_total",
                "Messages and statuses that providers told once more.",
                "",
                "",
                &self.repeated,
            ),
            row(
                "dragoman_deliveries_total",
                DELIVERIES,
                "result",
                "done",
                &self.deliveries_done,
            ),
            row(
                "dragoman_deliveries_total",
                DELIVERIES,
                "result",
                "failed",
                &self.deliveries_failed,
            ),
            row(
                "dragoman_deliveries_total",
                DELIVERIES,
                "result",
                "exhausted",
                &self.deliveries_exhausted,
            ),
        ];
        rows.extend(self.clock.read());
        rows.extend(self.doubts.read());
        rows.extend(self.files.read());
        rows
    }
}

/// A counter, as operators see it. An empty label is none.
fn row(
    name: &'static str,
    help: &'static str,
    label: &'static str,
    word: &str,
    counter: &Counter,
) -> Metric {
    Metric {
        name,
        help,
        kind: MetricKind::Counter,
        labels: if label.is_empty() {
            Vec::new()
        } else {
            vec![(label, word.to_owned())]
        },
        value: counter.get() as f64,
    }
}
