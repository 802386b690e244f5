//! One command of a chore, with its heading and its time.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, bail};

/// A command that must succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// The word by which it is reported.
    pub(crate) name: &'static str,
    program: String,
    words: Vec<String>,
    environment: Vec<(&'static str, String)>,
}

impl Step {
    /// A step of any program.
    pub(crate) fn new(name: &'static str, program: &str, words: &[&str]) -> Self {
        Self {
            name,
            program: program.to_owned(),
            words: words.iter().map(|&word| word.to_owned()).collect(),
            environment: Vec::new(),
        }
    }

    /// A step of the cargo that runs us; `words` are separated by spaces.
    pub(crate) fn cargo(name: &'static str, words: &str) -> Self {
        let words: Vec<&str> = words.split_whitespace().collect();
        Self::new(name, &cargo(), &words)
    }

    /// The same with more words behind.
    #[must_use]
    pub(crate) fn with(mut self, words: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.words.extend(words.into_iter().map(Into::into));
        self
    }

    /// The same with an environment variable set.
    #[must_use]
    pub(crate) fn env(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// Runs the command under a heading and prints how long it took.
    ///
    /// # Errors
    /// The command could not be started, or failed; the error names the step.
    pub(crate) fn run(&self) -> anyhow::Result<()> {
        println!("\n== {}: {}", self.name, self.spelled());
        let begun = Instant::now();
        let status = Command::new(&self.program)
            .args(&self.words)
            .envs(self.environment.iter().cloned())
            .current_dir(crate::root())
            .status()
            .with_context(|| format!("starting {}", self.program))?;
        let seconds = begun.elapsed().as_secs_f64();
        if !status.success() {
            bail!(
                "{} failed after {seconds:.1} s ({status}): {}",
                self.name,
                self.spelled()
            );
        }
        println!("== {}: ok in {seconds:.1} s", self.name);
        Ok(())
    }

    /// The command as one would type it.
    pub(crate) fn spelled(&self) -> String {
        let environment = self.environment.iter();
        let program = self.program.rsplit('/').next().unwrap_or_default();
        environment
            .map(|(name, value)| format!("{name}={value}"))
            .chain([program.to_owned()])
            .chain(self.words.iter().cloned())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// The cargo that runs us, so that its toolchain is used throughout.
pub(crate) fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_step_is_named_with_its_command() {
        let failed = Step::new("planted", "false", &["now"]).run().unwrap_err();
        let text = failed.to_string();
        assert!(text.starts_with("planted failed after "), "{text}");
        assert!(text.ends_with(": false now"), "{text}");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let missing = Step::new("planted", "/nowhere/to-be-found", &[]).run();
        assert_eq!(
            missing.unwrap_err().to_string(),
            "starting /nowhere/to-be-found"
        );
    }

    #[test]
    fn the_environment_reaches_the_command_and_is_shown() {
        let step = Step::new("env", "sh", &["-c", "test \"$PLANTED\" = yes"]).env("PLANTED", "yes");
        step.run().unwrap();
        assert!(step.spelled().starts_with("PLANTED=yes sh -c"));
    }
}
