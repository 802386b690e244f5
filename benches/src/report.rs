//! The figures, for people and for programs.

pub(crate) mod table;

use serde::Serialize;

use crate::machine;
use crate::statistics::Range;

/// What is measured, and what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Definition {
    /// The name in JSON and on the command line.
    pub(crate) name: &'static str,
    /// What people read.
    #[serde(skip)]
    pub(crate) title: &'static str,
    /// What it is counted in.
    pub(crate) unit: &'static str,
    /// What it should reach; `None` is only shown.
    pub(crate) goal: Option<f64>,
    /// Whether more is better.
    pub(crate) better: Better,
}

impl Definition {
    /// The more the better.
    pub(crate) const fn more(name: &'static str, title: &'static str, unit: &'static str) -> Self {
        Self {
            name,
            title,
            unit,
            goal: None,
            better: Better::Higher,
        }
    }

    /// The less the better.
    pub(crate) const fn less(name: &'static str, title: &'static str, unit: &'static str) -> Self {
        Self {
            better: Better::Lower,
            ..Self::more(name, title, unit)
        }
    }

    /// With this goal.
    pub(crate) const fn reach(self, goal: f64) -> Self {
        Self {
            goal: Some(goal),
            ..self
        }
    }
}

/// Which way is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Better {
    Higher,
    Lower,
}

/// What came of a measurement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measured {
    /// The definition's name.
    pub(crate) name: &'static str,
    /// Of the rounds; `None` when it could not be measured.
    pub(crate) range: Option<Range>,
    /// What stands behind it, or why it could not be measured.
    pub(crate) note: String,
}

/// A row of the report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Row {
    #[serde(flatten)]
    pub(crate) definition: Definition,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    /// Whether the goal is reached; `None` without a goal or a value.
    reached: Option<bool>,
    note: String,
}

impl Row {
    pub(crate) fn new(definition: Definition, measured: Measured) -> Self {
        let median = measured.range.map(|range| range.median);
        let is_reached = |(value, goal)| match definition.better {
            Better::Higher => value >= goal,
            Better::Lower => value <= goal,
        };
        Self {
            definition,
            value: median.map(rounded),
            low: measured.range.map(|range| rounded(range.low)),
            high: measured.range.map(|range| rounded(range.high)),
            reached: median.zip(definition.goal).map(is_reached),
            note: measured.note,
        }
    }
}

/// Three digits that say something.
fn rounded(value: f64) -> f64 {
    let digits = if value.abs() >= 100.0 {
        0
    } else if value.abs() >= 10.0 {
        1
    } else {
        2
    };
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}

/// All figures of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Report {
    machine: String,
    commit: String,
    date: String,
    rows: Vec<Row>,
}

impl Report {
    /// Of this machine and this commit, today; without a row as yet.
    pub(crate) fn here_and_now() -> Self {
        Self {
            machine: machine::describe(),
            commit: machine::commit(),
            date: machine::date(),
            rows: Vec::new(),
        }
    }

    /// With these figures.
    pub(crate) fn with(self, rows: Vec<Row>) -> Self {
        Self { rows, ..self }
    }

    /// For programs.
    ///
    /// # Errors
    /// Never, as long as every figure is finite.
    pub(crate) fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// For the terminal.
    pub(crate) fn text(&self) -> String {
        table::text(self)
    }

    /// For a file in the repository.
    pub(crate) fn markdown(&self) -> String {
        table::markdown(self)
    }
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
