//! What can be gone through.

use std::time::Duration;

use crate::step::Step;

/// Less is not worth a start.
pub(super) const LEAST: Duration = Duration::from_secs(30);
/// So many seeded worlds are one round.
const WORLDS: u64 = 50;
/// And so many kills.
const KILLS: u64 = 25;

/// One kind of trouble; each has its seeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ordeal {
    /// Seeded worlds in virtual time, with a provider that does anything and a store that fails.
    Worlds,
    /// The whole binary, killed at random moments under load; then the four ledgers are compared.
    Kills,
    /// Answers of the provider are lost in every way, with kills and stops between.
    Lost,
    /// Endpoints of customers with every bad habit, beside a healthy one.
    Receivers,
    /// A provider that measures, and throttles.
    Rate,
    /// A provider that is back after very much was accepted.
    Herd,
    /// Stops that are asked for, under load.
    Stops,
    /// A broadcast beside those who do not want to wait for it.
    Fairness,
}

impl Ordeal {
    pub(super) const ALL: [Self; 8] = [
        Self::Worlds,
        Self::Kills,
        Self::Lost,
        Self::Receivers,
        Self::Rate,
        Self::Herd,
        Self::Stops,
        Self::Fairness,
    ];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Worlds => "worlds",
            Self::Kills => "kills",
            Self::Lost => "lost",
            Self::Receivers => "receivers",
            Self::Rate => "rate",
            Self::Herd => "herd",
            Self::Stops => "stops",
            Self::Fairness => "fairness",
        }
    }

    /// How many seeds one round uses up.
    pub(super) const fn seeds(self) -> u64 {
        match self {
            Self::Worlds => WORLDS,
            Self::Kills
            | Self::Lost
            | Self::Receivers
            | Self::Rate
            | Self::Herd
            | Self::Stops
            | Self::Fairness => 1,
        }
    }

    /// One round from this seed on. Most are as large as their time is long; of the others a round
    /// has its size.
    pub(super) fn step(self, seed: u64, time: Duration) -> Step {
        let (name, number) = match self {
            Self::Worlds => ("DRAGOMAN_SEEDS", WORLDS),
            Self::Kills => ("DRAGOMAN_KILLS", KILLS),
            Self::Lost
            | Self::Receivers
            | Self::Rate
            | Self::Herd
            | Self::Stops
            | Self::Fairness => ("DRAGOMAN_SECONDS", time.as_secs()),
        };
        Step::cargo("torture", self.words())
            .env("DRAGOMAN_SEED", seed.to_string())
            .env(name, number.to_string())
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Worlds => {
                "test --package dragoman-engine --test it in_no_seeded_world -- --nocapture"
            }
            Self::Kills => "test --package dragoman --test it four_ledgers_agree -- --nocapture",
            Self::Lost => {
                "test --package dragoman --test it ordeals::lost -- --nocapture --include-ignored"
            }
            Self::Receivers => {
                "test --package dragoman --test it ordeals::receivers -- --nocapture --include-ignored"
            }
            Self::Rate => {
                "test --package dragoman --test it ordeals::rate -- --nocapture --include-ignored"
            }
            Self::Herd => {
                "test --package dragoman --test it ordeals::herd -- --nocapture --include-ignored"
            }
            Self::Stops => {
                "test --package dragoman --test it ordeals::stops -- --nocapture --include-ignored"
            }
            Self::Fairness => {
                "test --package dragoman --test it ordeals::fairness -- --nocapture --include-ignored"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_says_which_seeds_it_takes_and_how_much_of_it() {
        let minute = Duration::from_secs(60);
        let spelled = |ordeal: Ordeal| ordeal.step(201, minute).spelled();
        for (ordeal, begins) in [
            (
                Ordeal::Worlds,
                "DRAGOMAN_SEED=201 DRAGOMAN_SEEDS=50 cargo test",
            ),
            (
                Ordeal::Kills,
                "DRAGOMAN_SEED=201 DRAGOMAN_KILLS=25 cargo test",
            ),
            (
                Ordeal::Herd,
                "DRAGOMAN_SEED=201 DRAGOMAN_SECONDS=60 cargo test",
            ),
        ] {
            let spelled = spelled(ordeal);
            assert!(spelled.starts_with(begins), "{spelled}");
        }
    }
}
