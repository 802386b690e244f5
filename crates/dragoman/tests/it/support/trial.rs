//! One run of an ordeal: its seed, how long it may take, and what is left when it fails.

use std::fmt::Display;
use std::time::{Duration, Instant};

use dragoman_testkit::SeededRandom;
use tempfile::TempDir;

/// Says from which seed an ordeal begins.
const SEED: &str = "DRAGOMAN_SEED";
/// Says for how long an ordeal may go on, which makes it a long one.
const SECONDS: &str = "DRAGOMAN_SECONDS";

/// What one run has of its own. When it fails, its folders stay, and it says how to repeat it.
pub(crate) struct Trial {
    name: &'static str,
    seed: u64,
    seconds: Option<u64>,
    begun: Instant,
    folder: Option<TempDir>,
}

impl Trial {
    /// Begins the test of this name; the environment says with which seed and for how long.
    pub(crate) fn begin(name: &'static str) -> Self {
        Self {
            name,
            seed: said(SEED).unwrap_or(7),
            seconds: said(SECONDS),
            begun: Instant::now(),
            folder: Some(tempfile::tempdir().unwrap()),
        }
    }

    /// Chance that falls the same way whenever the seed is the same.
    pub(crate) fn random(&self) -> SeededRandom {
        SeededRandom::new(self.seed)
    }

    pub(crate) const fn seed(&self) -> u64 {
        self.seed
    }

    /// A folder that goes with this trial, unless it fails.
    pub(crate) fn folder(&self) -> TempDir {
        let all = self.folder.as_ref().expect("it is there until the end");
        let mut builder = tempfile::Builder::new();
        let stays = builder.prefix("folder-").disable_cleanup(true);
        stays.tempdir_in(all).unwrap()
    }

    /// So many in an ordinary run; in a long one as many as its time is good for, up to the most.
    pub(crate) fn amount(&self, ordinary: usize, each_second: usize, most: usize) -> usize {
        self.seconds.map_or(ordinary, |seconds| {
            let seconds = usize::try_from(seconds).unwrap_or(usize::MAX);
            seconds.saturating_mul(each_second).clamp(ordinary, most)
        })
    }

    /// Whether somebody has asked for more than belongs to every run.
    pub(crate) const fn is_long(&self) -> bool {
        self.seconds.is_some()
    }

    /// Whether there is time for another round of a long run.
    pub(crate) fn has_time(&self) -> bool {
        let seconds = self.seconds.unwrap_or_default();
        self.begun.elapsed() < Duration::from_secs(seconds)
    }

    /// Says at its end what it has seen.
    #[expect(
        clippy::print_stderr,
        reason = "a long run is read by the one who waits for it"
    )]
    pub(crate) fn has_seen(&self, what: impl Display) {
        let took = self.begun.elapsed().as_secs_f64();
        eprintln!("{}, seed {}, {took:.1} s: {what}", self.name, self.seed);
    }
}

impl Drop for Trial {
    #[expect(
        clippy::print_stderr,
        reason = "who repeats a failure reads it in the output of the test"
    )]
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let kept = self.folder.take().expect("it is there until the end");
        eprintln!("kept: {}", kept.keep().display());
        let time = self
            .seconds
            .map_or_else(String::new, |seconds| format!("{SECONDS}={seconds} "));
        eprintln!(
            "repeat with: {SEED}={} {time}cargo test -p dragoman --test it {}",
            self.seed, self.name
        );
    }
}

/// What the environment says.
pub(crate) fn said(variable: &str) -> Option<u64> {
    let said = std::env::var(variable).ok()?;
    Some(said.parse().expect("a number"))
}
