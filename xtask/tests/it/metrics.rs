//! The page of metrics, held against the sources that make them.

use std::collections::BTreeSet;

use crate::tree::{page, written};

#[test]
fn every_metric_is_on_the_page_and_the_page_has_no_other() {
    let page = page("metrics.md");
    let told: BTreeSet<&str> = rows(&page).map(|(name, _)| name).collect();
    let sources = written(&[]);
    let made: BTreeSet<&str> = sources.iter().flat_map(|source| named(source)).collect();
    assert!(made.len() > 15, "only {made:?}");
    assert_eq!(told, made);
}

#[test]
fn a_counter_is_called_total_and_nothing_else_is() {
    let page = page("metrics.md");
    for (name, kind) in rows(&page) {
        let expected = if name.ends_with("_total") {
            "counter"
        } else {
            "gauge"
        };
        assert_eq!(kind, expected, "{name}");
    }
}

#[test]
fn a_name_is_found_where_it_is_a_whole_text() {
    let source = r#"row("dragoman_a_total", "dragoman_b is no name", dragoman_core::x)"#;
    assert_eq!(named(source), ["dragoman_a_total"]);
}

/// Names and kinds of the page's tables.
fn rows(page: &str) -> impl Iterator<Item = (&str, &str)> {
    page.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        let name = cells.next()?.trim_end_matches('`');
        Some((name, cells.next()?))
    })
}

/// The texts of a source that are names of metrics.
fn named(source: &str) -> Vec<&str> {
    let is_part = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    let texts = source.split('"').skip(1);
    let names = texts.filter(|text| text.starts_with("dragoman_") && text.chars().all(is_part));
    names.collect()
}
