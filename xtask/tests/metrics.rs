//! The page of metrics, held against the sources that make them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[test]
fn every_metric_is_on_the_page_and_the_page_has_no_other() {
    let page = page();
    let told: BTreeSet<&str> = rows(&page).map(|(name, _)| name).collect();
    let sources = sources(&root().join("crates"));
    let made: BTreeSet<&str> = sources.iter().flat_map(|source| named(source)).collect();
    assert!(made.len() > 15, "only {made:?}");
    assert_eq!(told, made);
}

#[test]
fn a_counter_is_called_total_and_nothing_else_is() {
    let page = page();
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

/// The sources of every crate, without their tests.
fn sources(folder: &Path) -> Vec<String> {
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry of it").path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.expect("a name that can be read");
        if path.is_dir() && name != "tests" && name != "target" {
            sources.extend(self::sources(&path));
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
            sources.push(std::fs::read_to_string(&path).expect("a source that can be read"));
        }
    }
    sources
}

fn page() -> String {
    let path = root().join("docs/operations/metrics.md");
    std::fs::read_to_string(path).expect("the page is there")
}

fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().expect("xtask lies in the workspace").into()
}
