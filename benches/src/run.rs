//! Measures, and reports.

use std::fs;

use anyhow::{Context, bail};

use crate::cli::RunArgs;
use crate::disk::Disk;
use crate::machine;
use crate::report::{Measured, Report, Row};
use crate::rows::stores::Stores;
use crate::rows::{Bench, DEFINITIONS, Effort, MEASUREMENTS, Measurement};

/// Above this, others use the machine, and figures are worth little.
const BUSY: f64 = 0.5;

/// Runs the measurements that are asked for, one after the other.
///
/// # Errors
/// A row that nobody knows is asked for, something could not be measured, or a file not be
/// written. What was measured is reported all the same.
pub(crate) fn run(args: &RunArgs) -> anyhow::Result<()> {
    check(&args.only)?;
    let load = machine::load();
    if load > BUSY {
        eprintln!("== the machine is busy (load {load}): these figures are worth little");
    }
    // Before anything else: the sources may change while it is measured what was built of them.
    let blank = Report::here_and_now();
    let bench = Bench {
        stores: Stores::on(Disk::take(&args.dir)?),
        effort: Effort::of(args),
    };
    let mut measured = Vec::new();
    let mut failed = Vec::new();
    for measurement in MEASUREMENTS.iter().filter(|one| is_asked_for(one, args)) {
        eprintln!("== {}", measurement.rows.join(", "));
        match (measurement.measure)(&bench) {
            Ok(rows) => measured.extend(rows),
            Err(error) => {
                eprintln!("   failed: {error:#}");
                failed.push(measurement.rows.join(", "));
                measured.extend(measurement.rows.iter().map(|name| Measured {
                    name,
                    range: None,
                    note: format!("failed: {error:#}"),
                }));
            }
        }
    }
    report(args, blank, measured)?;
    if !failed.is_empty() {
        bail!("could not be measured: {}", failed.join(", "));
    }
    Ok(())
}

fn report(args: &RunArgs, blank: Report, measured: Vec<Measured>) -> anyhow::Result<()> {
    let rows = DEFINITIONS
        .iter()
        .filter(|row| args.only.is_empty() || args.only.iter().any(|name| name == row.name));
    let rows = rows.filter_map(|definition| {
        let measured = measured.iter().find(|row| row.name == definition.name)?;
        Some(Row::new(*definition, measured.clone()))
    });
    let report = blank.with(rows.collect());
    print!("\n{}", report.text());
    for (file, text) in [
        (&args.json, report.json()?),
        (&args.markdown, report.markdown()),
    ] {
        if let Some(file) = file {
            fs::write(file, text).with_context(|| format!("writing {}", file.display()))?;
        }
    }
    Ok(())
}

fn check(only: &[String]) -> anyhow::Result<()> {
    let names: Vec<&str> = DEFINITIONS.iter().map(|row| row.name).collect();
    match only.iter().find(|name| !names.contains(&name.as_str())) {
        Some(unknown) => bail!(
            "no row is called {unknown}; there are: {}",
            names.join(", ")
        ),
        None => Ok(()),
    }
}

/// A row that is named is measured in a quick run as well.
fn is_asked_for(measurement: &Measurement, args: &RunArgs) -> bool {
    if args.only.is_empty() {
        return !(args.quick && measurement.takes_long);
    }
    measurement
        .rows
        .iter()
        .any(|row| args.only.iter().any(|name| name == row))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Role};

    fn args(words: &str) -> RunArgs {
        let words = ["dragoman-bench", "run"]
            .into_iter()
            .chain(words.split_whitespace());
        let Role::Run(args) = Cli::parse_from(words).role else {
            panic!("another role");
        };
        args
    }

    fn measured(words: &str) -> Vec<&'static str> {
        let args = args(words);
        let chosen = MEASUREMENTS.iter().filter(|one| is_asked_for(one, &args));
        chosen.map(|one| one.rows[0]).collect()
    }

    #[test]
    fn a_quick_run_leaves_out_what_takes_long_unless_it_is_named() {
        assert_eq!(measured("").len(), MEASUREMENTS.len());
        let quick = measured("--quick");
        assert!(!quick.contains(&"growth_10m") && !quick.contains(&"restart_1m_s"));
        assert_eq!(quick.len(), MEASUREMENTS.len() - 2);
        assert_eq!(measured("--quick --only restart_1m_s"), ["restart_1m_s"]);
        assert_eq!(
            measured("--only accept_p99_ms --only kannel"),
            ["accept_64", "kannel"]
        );
    }

    #[test]
    fn a_row_that_nobody_knows_is_refused_with_those_that_there_are() {
        assert!(check(&args("--only pipeline").only).is_ok());
        let error = check(&args("--only pipelin").only).unwrap_err().to_string();
        assert!(
            error.starts_with("no row is called pipelin; there are: accept_64, "),
            "{error}"
        );
    }
}
