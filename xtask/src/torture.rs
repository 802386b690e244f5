//! `cargo xtask torture`: ever new seeded worlds, for as long as one likes.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::step::Step;

/// So many seeds are one round.
const ROUND: u64 = 100;

/// Runs rounds until the time is over; ends at the first world in which a law is broken, whose
/// seed is printed with the command that repeats it.
///
/// # Errors
/// The words are not understood, or a law was broken.
pub(crate) fn run(words: &[&str]) -> anyhow::Result<()> {
    let (minutes, mut seed) = understood(words)?;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(60 * minutes) {
        round(seed).run()?;
        seed += ROUND;
    }
    Ok(())
}

/// Minutes and first seed.
fn understood(words: &[&str]) -> anyhow::Result<(u64, u64)> {
    let (mut minutes, mut seed) = (None, 1);
    for pair in words.chunks(2) {
        let [name, value] = pair else {
            bail!("{} needs a value", pair.concat());
        };
        let number = value
            .parse()
            .with_context(|| format!("{name} needs a number"))?;
        match *name {
            "--minutes" => minutes = Some(number),
            "--seed" => seed = number,
            unknown => bail!("no such option: {unknown}; see `cargo xtask --help`"),
        }
    }
    Ok((minutes.context("--minutes N says for how long")?, seed))
}

fn round(seed: u64) -> Step {
    let words = "test --package dragoman-engine --test it in_no_seeded_world -- --nocapture";
    Step::cargo("torture", words)
        .env("DRAGOMAN_SEED", seed.to_string())
        .env("DRAGOMAN_SEEDS", ROUND.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_says_which_seeds_it_takes() {
        let spelled = round(201).spelled();
        assert!(spelled.starts_with("DRAGOMAN_SEED=201 DRAGOMAN_SEEDS=100 cargo test"));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        assert_eq!(
            understood(&["--seed", "7", "--minutes", "2"]).unwrap(),
            (2, 7)
        );
        for words in [
            &["--minutes"][..],
            &["--hours", "2"],
            &["--minutes", "x"],
            &[],
        ] {
            assert!(understood(words).is_err(), "{words:?}");
        }
    }
}
