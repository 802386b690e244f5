//! The page of limits, held against the configuration and the page of metrics.

use std::collections::BTreeSet;

use crate::tree::{page, root};

/// What the head of each table says.
const HEAD: [&str; 5] = ["What", "Bound", "Key", "At the bound", "Metric"];

/// Where a row names keys, and where metrics.
const KEY: usize = 2;
const METRIC: usize = 4;

#[test]
fn every_key_on_the_page_is_one_of_the_configuration() {
    let (page, reference) = (page("limits.md"), reference());
    let known = keys(&reference);
    let named = named(&page, KEY);
    assert!(named.len() > 10, "only {named:?}");
    let unknown: Vec<_> = named.difference(&known).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn every_bound_of_the_configuration_is_on_the_page() {
    let (page, reference) = (page("limits.md"), reference());
    let named = named(&page, KEY);
    let is_bound = |key: &&String| {
        let sections = ["limits.", "disk.", "retention."];
        sections.iter().any(|section| key.starts_with(section))
    };
    let known = keys(&reference);
    let bounds = known.iter().filter(is_bound);
    let missing: Vec<_> = bounds.filter(|key| !named.contains(*key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_metric_on_the_page_is_one_of_the_page_of_metrics() {
    let (page, metrics) = (page("limits.md"), page("metrics.md"));
    let named = named(&page, METRIC);
    assert!(named.len() > 10, "only {named:?}");
    let is_known = |name: &&String| metrics.contains(&format!("| `{name}` |"));
    let missing: Vec<_> = named.iter().filter(|name| !is_known(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_table_of_the_page_has_the_same_columns() {
    let page = page("limits.md");
    let heads = page.lines().filter(|line| line.starts_with("| What |"));
    for head in heads {
        assert_eq!(cells(head), HEAD);
    }
    for row in rows(&page) {
        assert_eq!(row.len(), HEAD.len(), "{row:?}");
    }
}

#[test]
fn a_key_is_found_below_its_section_whether_it_has_a_default_or_not() {
    let reference = "a = 1\n# b = 2\n[c.d]\ne = 3\n#: f = 4\n#: [[g]]\n#: h = 5\n";
    let expected = ["a", "c.d.e", "c.d.f", "g.h"].map(str::to_owned);
    assert_eq!(keys(reference), BTreeSet::from(expected));
}

/// The keys of the reference, with their sections. A line that begins with `#: ` shows one without a
/// default.
fn keys(reference: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut section = String::new();
    for line in reference.lines() {
        let line = line.strip_prefix("#: ").unwrap_or(line);
        if let Some(name) = line.strip_prefix('[') {
            let name = name.trim_matches(['[', ']']);
            section = format!("{name}.");
        } else if let Some((key, _)) = line.split_once(" = ")
            && !line.starts_with('#')
        {
            keys.insert(format!("{section}{key}"));
        }
    }
    keys
}

/// What stands between backticks in a column of the page's tables.
fn named(page: &str, column: usize) -> BTreeSet<String> {
    let cells = rows(page).filter_map(|row| row.get(column).copied());
    let named = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    named.map(str::to_owned).collect()
}

/// The rows of the page's tables, without their heads.
fn rows(page: &str) -> impl Iterator<Item = Vec<&str>> {
    let rows = page.lines().filter(|line| line.starts_with("| "));
    let rows = rows.filter(|line| !line.starts_with("| What |") && !line.starts_with("| --- |"));
    rows.map(cells)
}

fn cells(row: &str) -> Vec<&str> {
    let inner = row.trim_start_matches('|').trim_end_matches('|');
    inner.split('|').map(str::trim).collect()
}

fn reference() -> String {
    let path = root().join("dragoman.reference.toml");
    std::fs::read_to_string(path).expect("the reference is there")
}
