//! The steps as they are typed, and what is said of those that are left out.

use super::*;

fn spelled(steps: &[Step]) -> Vec<String> {
    steps.iter().map(Step::spelled).collect()
}

#[test]
fn checks_come_before_tests_and_examples_come_last() {
    assert_eq!(
        spelled(&every_step(Runner::Nextest, true, &[])),
        [
            "cargo fmt --all --check",
            "cargo deny check licenses bans sources",
            "cargo clippy --workspace --all-targets -- -D warnings",
            "RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps",
            "cargo nextest run --workspace",
            "cargo test --workspace --doc",
        ]
    );
}

#[test]
fn examples_are_a_step_only_where_there_are_some_and_nothing_else_runs_them() {
    for (runner, has_examples) in [
        (Runner::Nextest, false),
        (Runner::Cargo, true),
        (Runner::Cargo, false),
    ] {
        let steps = every_step(runner, has_examples, &[]);
        assert_eq!(steps.last().unwrap().name, "tests", "{runner:?}");
    }
}

#[test]
fn a_filter_is_handed_to_the_runner_and_may_choose_packages() {
    let check = |filter: &[&str], expected: &str| {
        assert_eq!(Runner::Cargo.tests(filter, &[]).spelled(), expected);
    };
    check(&["ledger"], "cargo test --workspace ledger");
    check(&["-p", "xtask", "house"], "cargo test -p xtask house");
    check(&["--package=xtask"], "cargo test --package=xtask");
}

#[test]
fn what_misses_something_is_left_out_and_reported_by_name() {
    let lints = Need::missing("clippy", "the lints", Some("clippy"), &[]);
    let pages = Need::missing(
        "chromium",
        "pages in a browser",
        None,
        &["a_page_opens", "a_page_closes"],
    );
    let missing = [&lints, &pages];
    assert_eq!(
        spelled(&every_step(Runner::Nextest, false, &missing))[3],
        "cargo nextest run --workspace -- --skip a_page_opens --skip a_page_closes"
    );
    assert_eq!(
        Runner::Nextest.tests(&["--", "page"], &missing).spelled(),
        "cargo nextest run --workspace -- page --skip a_page_opens --skip a_page_closes"
    );
    assert_eq!(
        could_not_run(&missing),
        [
            "clippy is missing, so these could not run: clippy (the lints)",
            "chromium is missing, so these could not run: a_page_opens, a_page_closes (pages in a browser)",
        ]
    );
}

#[test]
fn a_code_block_in_documentation_is_an_example_and_one_in_code_is_not() {
    assert!(opens_code_block("    /// ```"));
    assert!(opens_code_block("//! ```text"));
    assert!(!opens_code_block("// ```"));
    assert!(!opens_code_block("let fence = \"/// ```\";"));
}
