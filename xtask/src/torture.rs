//! `cargo xtask torture`: ever new worlds and ever more kills, for as long as one likes.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::step::Step;

/// So many seeded worlds are one round.
const WORLDS: u64 = 100;
/// And so many kills.
const KILLS: u64 = 100;

/// What can be gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ordeal {
    /// Seeded worlds in virtual time, with a provider that does anything and a store that fails.
    Worlds,
    /// The whole binary, killed at random moments under load; then the four ledgers are compared.
    Kills,
}

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    minutes: u64,
    seed: u64,
    ordeals: Vec<Ordeal>,
}

/// Runs rounds until the time is over; ends at the first law that is broken. Each step is printed with
/// its seed, as the command that repeats it.
///
/// # Errors
/// The words are not understood, or a law was broken.
pub(crate) fn run(words: &[&str]) -> anyhow::Result<()> {
    let Wanted {
        minutes,
        mut seed,
        ordeals,
    } = understood(words)?;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(60 * minutes) {
        for ordeal in &ordeals {
            ordeal.step(seed).run()?;
        }
        seed += WORLDS;
    }
    Ok(())
}

impl Ordeal {
    const ALL: [Self; 2] = [Self::Worlds, Self::Kills];

    const fn word(self) -> &'static str {
        match self {
            Self::Worlds => "worlds",
            Self::Kills => "kills",
        }
    }

    fn step(self, seed: u64) -> Step {
        let (words, count) = match self {
            Self::Worlds => (
                "test --package dragoman-engine --test it in_no_seeded_world -- --nocapture",
                ("DRAGOMAN_SEEDS", WORLDS),
            ),
            Self::Kills => (
                "test --package dragoman --test it four_ledgers_agree -- --nocapture",
                ("DRAGOMAN_KILLS", KILLS),
            ),
        };
        let (name, number) = count;
        Step::cargo("torture", words)
            .env("DRAGOMAN_SEED", seed.to_string())
            .env(name, number.to_string())
    }
}

fn understood(words: &[&str]) -> anyhow::Result<Wanted> {
    let (mut minutes, mut seed, mut ordeals) = (None, 1, Ordeal::ALL.to_vec());
    for pair in words.chunks(2) {
        let [name, value] = pair else {
            bail!("{} needs a value", pair.concat());
        };
        let number = || {
            let parsed = value.parse();
            parsed.with_context(|| format!("{name} needs a number"))
        };
        match *name {
            "--minutes" => minutes = Some(number()?),
            "--seed" => seed = number()?,
            "--only" => {
                ordeals.retain(|ordeal| ordeal.word() == *value);
                if ordeals.is_empty() {
                    bail!("--only is worlds or kills");
                }
            }
            unknown => bail!("no such option: {unknown}; see `cargo xtask --help`"),
        }
    }
    let minutes = minutes.context("--minutes N says for how long")?;
    Ok(Wanted {
        minutes,
        seed,
        ordeals,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_says_which_seeds_it_takes() {
        let worlds = Ordeal::Worlds.step(201).spelled();
        assert!(worlds.starts_with("DRAGOMAN_SEED=201 DRAGOMAN_SEEDS=100 cargo test"));
        let kills = Ordeal::Kills.step(7).spelled();
        assert!(kills.starts_with("DRAGOMAN_SEED=7 DRAGOMAN_KILLS=100 cargo test"));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let wanted = understood(&["--seed", "7", "--minutes", "2", "--only", "kills"]).unwrap();
        let expected = Wanted {
            minutes: 2,
            seed: 7,
            ordeals: vec![Ordeal::Kills],
        };
        assert_eq!(wanted, expected);
        for words in [
            &["--minutes"][..],
            &["--hours", "2"],
            &["--minutes", "x"],
            &["--minutes", "1", "--only", "floods"],
            &[],
        ] {
            assert!(understood(words).is_err(), "{words:?}");
        }
    }
}
