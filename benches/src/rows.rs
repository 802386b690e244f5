//! What is measured: every row of the report, and the measurements that they come from.

mod accept;
mod circle;
mod definitions;
mod disk;
mod growth;
mod idle;
mod kannel;
mod loading;
mod pipeline;
mod plan;
mod product;
mod queued;
mod restart;
mod rounds;
pub(crate) mod stores;
mod subject;

use crate::cli::RunArgs;
use crate::report::Measured;
pub(crate) use definitions::DEFINITIONS;
use stores::Stores;

/// Rows that come from the same processes.
pub(crate) struct Measurement {
    /// The names of its rows.
    pub(crate) rows: &'static [&'static str],
    /// Whether a quick run leaves it out.
    pub(crate) takes_long: bool,
    /// Measures.
    pub(crate) measure: fn(&Bench) -> anyhow::Result<Vec<Measured>>,
}

/// Every measurement, in the order in which they run.
pub(crate) const MEASUREMENTS: [Measurement; 9] = [
    short(
        &["accept_64", "accept_256", "accept_p50_ms", "accept_p99_ms"],
        accept::measure,
    ),
    short(&["pipeline"], pipeline::measure),
    short(&["circle_per_s"], circle::measure),
    short(&["kannel"], kannel::measure),
    short(&["disk_bytes"], disk::measure),
    short(&["idle_mb"], idle::measure),
    short(&["queued_bytes"], queued::measure),
    long(&["restart_1m_s"], restart::measure),
    long(&["growth_10m"], growth::measure),
];

/// What every measurement works with.
pub(crate) struct Bench {
    pub(crate) stores: Stores,
    pub(crate) effort: Effort,
}

/// How long is measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Effort {
    /// Of one round of accepting, in seconds.
    pub(crate) accept_seconds: f64,
    /// Messages of one round of the pipeline.
    pub(crate) pipeline: u64,
    /// Messages of one round of the circle.
    pub(crate) circle: u64,
    /// Messages after which the disk is looked at.
    pub(crate) on_disk: u64,
    /// Messages that wait before memory is looked at first, and then again.
    pub(crate) queued: [u64; 2],
    /// Messages stored for the growth.
    pub(crate) stored: u64,
}

impl Effort {
    pub(crate) const fn of(args: &RunArgs) -> Self {
        if args.quick {
            return Self {
                accept_seconds: 2.5,
                pipeline: 15_000,
                circle: 7_500,
                on_disk: 40_000,
                queued: [100_000, 300_000],
                stored: 0,
            };
        }
        Self {
            accept_seconds: 5.0,
            pipeline: 60_000,
            circle: 30_000,
            on_disk: 200_000,
            queued: [200_000, 1_200_000],
            stored: args.millions * 1_000_000,
        }
    }
}

/// So many times each thing is measured.
pub(crate) const ROUNDS: usize = 3;

type Measure = fn(&Bench) -> anyhow::Result<Vec<Measured>>;

const fn short(rows: &'static [&'static str], measure: Measure) -> Measurement {
    Measurement {
        rows,
        takes_long: false,
        measure,
    }
}

const fn long(rows: &'static [&'static str], measure: Measure) -> Measurement {
    Measurement {
        rows,
        takes_long: true,
        measure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_comes_from_one_measurement() {
        let mut defined: Vec<&str> = DEFINITIONS.iter().map(|row| row.name).collect();
        let mut measured: Vec<&str> = MEASUREMENTS
            .iter()
            .flat_map(|one| one.rows)
            .copied()
            .collect();
        defined.sort_unstable();
        measured.sort_unstable();
        assert_eq!(defined, measured);
    }
}
