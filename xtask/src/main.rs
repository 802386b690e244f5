//! The chores of the repository, in plain Rust instead of shell scripts.
//!
//! `cargo xtask test` runs everything that must pass; [`suite`] lists its steps and [`needs`] what
//! they need from the machine. `cargo xtask bench` builds and starts the harness in `benches/`.
//! Nothing that is shipped depends on this crate.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "printing to the terminal is this program's job"
)]

mod bench;
mod needs;
mod screenshots;
mod step;
mod suite;
mod torture;

use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;

const HELP: &str = "\
The chores of the repository.

Usage: cargo xtask test [-- FILTER...]
       cargo xtask bench [--quick] [--only NAME] [--with-kannel] [--json FILE] [--markdown FILE]
       cargo xtask torture --minutes N [--seed S] [--only NAME]
       cargo xtask screenshots

  test    Installs what the tests need where it can, then checks formatting, what we depend
          on, clippy and rustdoc, and runs every test. Ends at the first step that fails. Where
          something is missing and cannot be installed, says what could not run; with CI set
          in the environment that is a failure.
          With a FILTER, only runs the tests that it chooses, without the checks before;
          it is handed to `cargo nextest run` (or to `cargo test` where that is missing).
  bench   Builds everything for release and measures it: a table with the goals, and with
          --json or --markdown a file. --quick takes less than five minutes and leaves out
          what needs millions of messages; --with-kannel installs the Debian packages of
          Kannel for the comparison. `cargo xtask bench --help` lists everything.

  torture Shares N minutes among ordeals of the whole gateway, with seeds from S (1) on. Ends at
          the first law that is broken, with the command that repeats it; the data of that run
          stays. With more minutes most ordeals are larger, up to 100 000 messages. Only NAME:
            worlds    seeded worlds in virtual time, with a provider that does anything
            kills     killed under load; then client, provider, store and receiver are compared
            lost      answers lost in every way, with every policy, kills and stops between
            receivers endpoints that hang, refuse, flap or never end, beside a healthy one
            rate      a provider that measures every second and every recipient, and throttles
            herd      a provider that is back after very much was accepted
            stops     stops under load, one after the other
            fairness  a broadcast, beside one-time codes and another account

  screenshots
          Takes the pictures of the phone page anew and writes them to docs. The test that takes
          them runs with the others too; it leaves them in the folder that DRAGOMAN_PICTURES
          names, or else in target/tmp.

Examples: cargo xtask test -- -p dragoman-testkit ledger
          cargo xtask bench --quick --only accept_64
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match obey(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn obey(words: &[&str]) -> anyhow::Result<()> {
    match words {
        [] | ["help" | "-h" | "--help"] | ["test" | "torture" | "screenshots", "-h" | "--help"] => {
            print!("{HELP}");
            Ok(())
        }
        ["test"] => suite::run(&[]),
        ["test", "--", filter @ ..] => suite::run(filter),
        ["bench", words @ ..] => bench::run(words),
        ["torture", words @ ..] => torture::run(words),
        ["screenshots"] => screenshots::run(),
        ["test" | "screenshots", unknown, ..] | [unknown, ..] => {
            bail!("no such command or option: {unknown}; see `cargo xtask --help`")
        }
    }
}

/// The folder of the workspace.
fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask is a folder of the workspace")
}
