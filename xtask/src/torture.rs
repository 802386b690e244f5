//! `cargo xtask torture`: every ordeal again and again with other seeds, for as long as one likes.

mod ordeal;

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use self::ordeal::Ordeal;

/// No round takes longer, so that a long night has several of each.
const ROUND: Duration = Duration::from_secs(20 * 60);

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    minutes: u64,
    seed: u64,
    ordeals: Vec<Ordeal>,
}

/// Runs rounds until the time is over, of which every ordeal gets its share; ends at the first law
/// that is broken.
///
/// # Errors
/// The words are not understood, or a law was broken: then with the command that repeats it.
pub(crate) fn run(words: &[&str]) -> anyhow::Result<()> {
    let wanted = understood(words)?;
    let begun = Instant::now();
    let mut ordeals = wanted.ordeals.iter();
    while let Some(ordeal) = ordeals.next() {
        let left = wanted.time().saturating_sub(begun.elapsed());
        let end = begun.elapsed() + share(left, 1 + ordeals.len());
        let mut seed = wanted.seed;
        loop {
            let time = end.saturating_sub(begun.elapsed());
            let time = time.clamp(ordeal::LEAST, ROUND);
            let failed = || repeated(*ordeal, time, seed);
            ordeal.step(seed, time).run().with_context(failed)?;
            seed += ordeal.seeds();
            if begun.elapsed() + ordeal::LEAST > end {
                break;
            }
        }
    }
    Ok(())
}

/// What each of so many gets.
fn share(time: Duration, ordeals: usize) -> Duration {
    time / u32::try_from(ordeals).unwrap_or(u32::MAX)
}

/// The command that does the same again, with as much time.
fn repeated(ordeal: Ordeal, time: Duration, seed: u64) -> String {
    let minutes = time.as_secs().div_ceil(60);
    format!(
        "repeat with: cargo xtask torture --minutes {minutes} --only {} --seed {seed}",
        ordeal.word()
    )
}

impl Wanted {
    const fn time(&self) -> Duration {
        Duration::from_secs(60 * self.minutes)
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
                    bail!(
                        "--only is one of {}",
                        Ordeal::ALL.map(Ordeal::word).join(", ")
                    );
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

    #[test]
    fn the_minutes_are_shared_and_a_failure_says_how_to_repeat_it() {
        let wanted = understood(&["--minutes", "16"]).unwrap();
        let share = share(wanted.time(), wanted.ordeals.len());
        assert_eq!(share, Duration::from_secs(120));
        assert_eq!(
            repeated(Ordeal::Herd, share, 9),
            "repeat with: cargo xtask torture --minutes 2 --only herd --seed 9"
        );
    }

    #[test]
    fn the_help_names_every_ordeal() {
        for ordeal in Ordeal::ALL {
            let line = format!("\n            {:<10}", ordeal.word());
            assert!(crate::HELP.contains(&line), "{ordeal:?}");
        }
    }
}
