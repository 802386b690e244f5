//! What became of messages in doubt.

use dragoman_core::doubt::{Resolution, Resolver};

use super::{Counter, Metric, row};

/// Messages whose attempt's answer was lost, and what was heard of them after all.
#[derive(Debug, Default)]
pub(crate) struct DoubtMeters {
    /// Echoes of attempts that were refused, or sent again since.
    pub(crate) late_echoes: Counter,
    /// Late answers by which the provider has taken the message.
    pub(crate) late_taken: Counter,
    /// Late answers by which it has not.
    pub(crate) late_refused: Counter,
    /// Echoes of attempts that the store has never heard of.
    pub(crate) regressions: Counter,
    /// Echoes that came by another channel than their message went.
    pub(crate) foreign: Counter,
    by_policy: [Counter; Resolution::ALL.len()],
    by_people: [Counter; Resolution::ALL.len()],
}

impl DoubtMeters {
    /// Somebody has decided what counts.
    pub(crate) fn resolved(&self, resolution: Resolution, by: Resolver) {
        let counters = match by {
            Resolver::Policy => &self.by_policy,
            Resolver::Person => &self.by_people,
        };
        // Numbers begin at 1.
        counters[resolution as usize - 1].count();
    }

    /// The counters as they stand.
    pub(super) fn read(&self) -> Vec<Metric> {
        const ANSWERS: &str = "Answers to attempts that came too late, by what they said.";
        const RESOLUTIONS: &str = "Messages in doubt for which somebody has decided, by what.";
        let alone = |name, help, counter| row(name, help, "", "", counter);
        let answer = |word, counter| {
            row(
                "dragoman_late_answers_total",
                ANSWERS,
                "result",
                word,
                counter,
            )
        };
        let mut rows = vec![
            alone(
                "dragoman_late_echoes_total",
                "Echoes of attempts that were refused before, or sent again since.",
                &self.late_echoes,
            ),
            answer("taken", &self.late_taken),
            answer("refused", &self.late_refused),
            alone(
                "dragoman_store_regressions_total",
                "Echoes of attempts that the store has no record of: it has lost its end.",
                &self.regressions,
            ),
            alone(
                "dragoman_foreign_echoes_total",
                "Echoes that came by another channel than their message went.",
                &self.foreign,
            ),
        ];
        for (by, counters) in [
            (Resolver::Policy, &self.by_policy),
            (Resolver::Person, &self.by_people),
        ] {
            for (resolution, counter) in Resolution::ALL.into_iter().zip(counters) {
                let mut metric = row(
                    "dragoman_resolutions_total",
                    RESOLUTIONS,
                    "resolution",
                    resolution.word(),
                    counter,
                );
                metric.labels.push(("by", by.word().to_owned()));
                rows.push(metric);
            }
        }
        rows
    }
}
