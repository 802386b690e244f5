//! How far the messages of a channel came.

use dragoman_core::State;

use super::{Metric, MetricKind};

/// So many messages of a channel came to this state since the start.
pub(crate) fn reached(channel: String, state: State, count: u64) -> Metric {
    let channel = ("channel", channel);
    let (name, help, labels) = if matches!(state, State::Submitted) {
        (
            "dragoman_submitted_total",
            "Messages that the provider has taken.",
            vec![channel],
        )
    } else {
        (
            "dragoman_statuses_total",
            "What became of messages (sent, delivered, read, failed), each status once.",
            vec![channel, ("status", state.word().to_owned())],
        )
    };
    Metric {
        name,
        help,
        kind: MetricKind::Counter,
        labels,
        value: count as f64,
    }
}
