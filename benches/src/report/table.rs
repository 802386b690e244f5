//! The figures as a table.

use super::{Better, Report, Row};

const HEADINGS: [&str; 5] = ["", "measured", "range", "goal", "reached"];

/// Columns side by side, the note under each row.
pub(super) fn text(report: &Report) -> String {
    let rows: Vec<[String; 5]> = report.rows.iter().map(cells).collect();
    let headings = HEADINGS.map(str::to_owned);
    let widths: Vec<usize> = (0..HEADINGS.len())
        .map(|column| {
            let cells = rows.iter().chain([&headings]).map(|row| &row[column]);
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let line = |row: &[String; 5]| {
        let padded = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut text = format!("{}\n\n{}\n", heading(report), line(&headings));
    for (row, cells) in report.rows.iter().zip(&rows) {
        text.push_str(&line(cells));
        text.push('\n');
        if !row.note.is_empty() {
            text.push_str(&format!("    {}\n", row.note));
        }
    }
    text
}

/// The same in Markdown, the notes in a column of their own.
pub(super) fn markdown(report: &Report) -> String {
    let mut text = format!("{}\n\n", heading(report));
    text.push_str("| What | Measured | Range | Goal | Reached | Behind it |\n");
    text.push_str("| --- | --- | --- | --- | --- | --- |\n");
    for row in &report.rows {
        let cells = cells(row).join(" | ");
        text.push_str(&format!("| {cells} | {} |\n", row.note));
    }
    text
}

fn heading(report: &Report) -> String {
    let Report {
        machine,
        commit,
        date,
        rows: _,
    } = report;
    format!("{machine}; commit {commit}; {date}")
}

fn cells(row: &Row) -> [String; 5] {
    let unit = row.definition.unit;
    let with_unit = |value: f64| format!("{} {unit}", number(value));
    let range = row.low.zip(row.high).filter(|(low, high)| low < high);
    let sign = match row.definition.better {
        Better::Higher => ">=",
        Better::Lower => "<=",
    };
    let goal = row.definition.goal;
    let reached = match row.reached {
        Some(true) => "yes",
        Some(false) => "NO",
        None => "",
    };
    [
        row.definition.title.to_owned(),
        row.value
            .map_or_else(|| "not measured".to_owned(), with_unit),
        range.map_or_else(String::new, |(low, high)| {
            format!("{} - {}", number(low), number(high))
        }),
        goal.map_or_else(String::new, |goal| format!("{sign} {}", with_unit(goal))),
        reached.to_owned(),
    ]
}

/// With a space between thousands.
pub(crate) fn number(value: f64) -> String {
    let text = value.to_string();
    let (whole, fraction) = text.split_once('.').map_or((&*text, ""), |parts| parts);
    let digits: Vec<char> = whole.chars().collect();
    let groups: Vec<String> = digits
        .rchunks(3)
        .rev()
        .map(|group| group.iter().collect())
        .collect();
    let whole = groups.join(" ");
    if fraction.is_empty() {
        whole
    } else {
        format!("{whole}.{fraction}")
    }
}
