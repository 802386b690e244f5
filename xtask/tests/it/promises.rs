//! The page of promises, held against the tests that it names.

use std::collections::BTreeSet;

use crate::tree::{page, root};

/// How many promises there are.
const PROMISES: usize = 36;

/// What the page says where a promise is not made.
const NOT_PROMISED: &str = "Not promised:";

/// A promise of the page: its number, and what stands below its heading.
struct Promise<'a> {
    number: usize,
    lines: Vec<&'a str>,
}

/// A test that the page names, and the file in which it says that it is.
#[derive(Debug, PartialEq, Eq)]
struct Named<'a> {
    file: &'a str,
    test: &'a str,
}

#[test]
fn every_promise_is_on_the_page_and_kept_by_tests_or_said_to_be_none() {
    let page = page("promises.md");
    let promises = promises(&page);
    let numbers: Vec<usize> = promises.iter().map(|promise| promise.number).collect();
    let expected: Vec<usize> = (1..=PROMISES).collect();
    assert_eq!(numbers, expected);
    for Promise { number, lines } in &promises {
        let is_kept = lines.iter().any(|line| !named(line).is_empty());
        let is_none = lines.iter().any(|line| line.starts_with(NOT_PROMISED));
        assert!(is_kept || is_none, "nothing is said of R{number}");
    }
}

#[test]
fn every_test_that_the_page_names_exists() {
    let page = page("promises.md");
    let named: Vec<Named<'_>> = page.lines().flat_map(named).collect();
    assert!(named.len() > 60, "only {}", named.len());
    let missing: Vec<&Named<'_>> = named.iter().filter(|one| !exists(one)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn a_name_that_is_no_tests_is_found() {
    let test = |test| Named {
        file: "xtask/tests/it/promises.rs",
        test,
    };
    assert!(exists(&test("a_name_that_is_no_tests_is_found")));
    assert!(!exists(&test("exists")));
    assert!(!exists(&test("a_name_that_nobody_has")));
    let elsewhere = Named {
        file: "xtask/tests/it/nowhere.rs",
        test: "exists",
    };
    assert!(!exists(&elsewhere));
    let line = "* `a/b.rs`: `one`, `two`";
    let expected = ["one", "two"].map(|test| Named {
        file: "a/b.rs",
        test,
    });
    assert_eq!(named(line), expected);
    assert_eq!(named("a sentence about `Retry-After`"), []);
}

fn promises(page: &str) -> Vec<Promise<'_>> {
    let mut promises: Vec<Promise<'_>> = Vec::new();
    for line in page.lines() {
        let heading = line.strip_prefix("### R");
        let number = heading.and_then(|rest| rest.split(' ').next()?.parse().ok());
        match (number, promises.last_mut()) {
            (Some(number), _) => promises.push(Promise {
                number,
                lines: Vec::new(),
            }),
            (None, Some(promise)) => promise.lines.push(line),
            (None, None) => {}
        }
    }
    promises
}

/// The tests that a line names: ``* `file.rs`: `test`, `test` ``.
fn named(line: &str) -> Vec<Named<'_>> {
    let parts = line
        .strip_prefix("* `")
        .and_then(|rest| rest.split_once("`: "));
    let Some((file, tests)) = parts.filter(|(file, _)| file.ends_with(".rs")) else {
        return Vec::new();
    };
    let tests = tests.split(", ").map(|test| test.trim_matches('`'));
    tests.map(|test| Named { file, test }).collect()
}

/// Whether that file has a test of that name.
fn exists(named: &Named<'_>) -> bool {
    let source = std::fs::read_to_string(root().join(named.file));
    source.is_ok_and(|source| tests_of(&source).contains(named.test))
}

/// The functions of a source that stand below an attribute of a test.
fn tests_of(source: &str) -> BTreeSet<&str> {
    let mut tests = BTreeSet::new();
    let mut is_test = false;
    for line in source.lines().map(str::trim_start) {
        is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
        let function = line.strip_prefix("async ").unwrap_or(line);
        if let Some(function) = function.strip_prefix("fn ") {
            if is_test {
                tests.extend(function.split('(').next());
            }
            is_test = false;
        }
    }
    tests
}
