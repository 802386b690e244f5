//! `cargo xtask test`: everything that must pass, in order.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{env, fs, io};

use anyhow::{Context as _, bail};

use crate::needs::{self, Need};
use crate::step::{Step, cargo};

/// Runs all steps, or with a filter only the tests that it chooses.
///
/// # Errors
/// A step failed, or with `CI` set something that is needed is missing.
pub(crate) fn run(filter: &[&str]) -> anyhow::Result<()> {
    let begun = Instant::now();
    let missing = needs::install();
    let mut reports = could_not_run(&missing);
    if env::var_os("CI").is_some() && !reports.is_empty() {
        bail!("{}", reports.join("\n"));
    }
    let mut advisories = None;
    if filter.is_empty() && can_run(&dependencies(), &missing) {
        // Whether it can be fetched is not for this repository to say: never a failure.
        if needs::fetch_advisories() {
            advisories = Some(Step::cargo("advisories", "deny check advisories"));
        } else {
            reports.push(NO_ADVISORIES.to_owned());
        }
    }
    // At the start, because it may explain a failure, and at the end, where people look.
    print_all(&reports);

    let runner = Runner::of_this_machine();
    let mut steps = if filter.is_empty() {
        let has_examples = has_doc_tests(&crate::root().join("crates"))
            .context("looking for examples in the documentation")?;
        every_step(runner, has_examples, &missing)
    } else {
        vec![runner.tests(filter, &missing)]
    };
    steps.extend(advisories);
    for step in &steps {
        step.run()?;
    }

    println!();
    print_all(&reports);
    let names: Vec<&str> = steps.iter().map(|step| step.name).collect();
    let seconds = begun.elapsed().as_secs_f64();
    println!("== passed in {seconds:.1} s: {}", names.join(", "));
    Ok(())
}

/// What is said where nobody could be asked for known faults.
const NO_ADVISORIES: &str = "the database of advisories could not be fetched, so this could not \
    run: advisories (known faults of what we depend on)";

/// The program that runs the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runner {
    /// `cargo nextest`: one process for each test; leaves out the documentation's examples.
    Nextest,
    /// `cargo test`, which every toolchain has.
    Cargo,
}

impl Runner {
    pub(crate) fn of_this_machine() -> Self {
        let told = Command::new(cargo())
            .args(["nextest", "--version"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if told.is_ok_and(|status| status.success()) {
            Self::Nextest
        } else {
            Self::Cargo
        }
    }

    /// The step that runs the tests, without those that miss something.
    pub(crate) fn tests(self, filter: &[&str], missing: &[&Need]) -> Step {
        let words = match self {
            Self::Nextest => "nextest run",
            Self::Cargo => "test",
        };
        // Beside `--workspace` cargo ignores which packages are asked for.
        let names_packages = filter
            .iter()
            .any(|word| word.starts_with("-p") || word.starts_with("--package"));
        let step = Step::cargo("tests", words)
            .with((!names_packages).then_some("--workspace"))
            .with(filter.iter().copied());
        let skipped: Vec<&str> = missing
            .iter()
            .flat_map(|need| need.tests)
            .copied()
            .collect();
        if skipped.is_empty() {
            return step;
        }
        let separator = (!filter.contains(&"--")).then_some("--");
        step.with(separator)
            .with(skipped.iter().flat_map(|&test| ["--skip", test]))
    }
}

fn every_step(runner: Runner, has_examples: bool, missing: &[&Need]) -> Vec<Step> {
    let mut steps = vec![
        Step::cargo("format", "fmt --all --check"),
        dependencies(),
        Step::cargo("clippy", "clippy --workspace --all-targets -- -D warnings"),
        Step::cargo("rustdoc", "doc --workspace --no-deps").env("RUSTDOCFLAGS", "-Dwarnings"),
        runner.tests(&[], missing),
    ];
    if runner == Runner::Nextest && has_examples {
        steps.push(Step::cargo("examples", "test --workspace --doc"));
    }
    steps.retain(|step| can_run(step, missing));
    steps
}

/// Licences, what must not be in the tree, and where it comes from: `deny.toml`.
fn dependencies() -> Step {
    Step::cargo("dependencies", "deny check licenses bans sources")
}

fn can_run(step: &Step, missing: &[&Need]) -> bool {
    missing.iter().all(|need| need.step != Some(step.name))
}

/// What misses something, by name; one line for each need.
pub(crate) fn could_not_run(missing: &[&Need]) -> Vec<String> {
    let lines = missing.iter().map(|need| {
        let affected: Vec<&str> = need.step.iter().chain(need.tests).copied().collect();
        let affected = if affected.is_empty() {
            need.needed_by.to_owned()
        } else {
            format!("{} ({})", affected.join(", "), need.needed_by)
        };
        format!(
            "{} is missing, so these could not run: {affected}",
            need.name()
        )
    });
    lines.collect()
}

fn print_all(reports: &[String]) {
    for report in reports {
        println!("== {report}");
    }
}

/// Whether any source below a folder has a code block in its documentation.
fn has_doc_tests(folder: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let found = if path.is_dir() {
            has_doc_tests(&path)?
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            fs::read_to_string(&path)?.lines().any(opens_code_block)
        } else {
            false
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

fn opens_code_block(line: &str) -> bool {
    let line = line.trim_start();
    let text = line
        .strip_prefix("///")
        .or_else(|| line.strip_prefix("//!"));
    text.is_some_and(|text| text.trim_start().starts_with("```"))
}

#[cfg(test)]
#[path = "suite_tests.rs"]
mod tests;
