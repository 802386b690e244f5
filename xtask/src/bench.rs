//! `cargo xtask bench`: builds the product and the harness, and starts the harness.

use crate::needs;
use crate::step::Step;

/// What `--with-kannel` installs: Kannel, and the fake provider that it is tested with.
const KANNEL: [&str; 2] = ["kannel", "kannel-extras"];

/// Measures; `words` are the harness's own, except for `--with-kannel`.
///
/// # Errors
/// Something does not build, or could not be measured.
pub(crate) fn run(words: &[&str]) -> anyhow::Result<()> {
    let (kannel, words): (Vec<&str>, Vec<&str>) =
        words.iter().partition(|word| **word == "--with-kannel");
    if !kannel.is_empty() {
        needs::install_from_debian(&KANNEL);
    }
    for step in steps(&words) {
        step.run()?;
    }
    Ok(())
}

/// The product is measured as well, and is looked for beside the harness.
fn steps(words: &[&str]) -> [Step; 2] {
    let measure = Step::cargo(
        "bench",
        "run --release --quiet --package dragoman-bench -- run",
    );
    [
        Step::cargo("product", "build --release --package dragoman"),
        measure.with(words.iter().copied()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_is_built_before_the_harness_measures() {
        let spelled = steps(&["--quick", "--json", "figures.json"]).map(|step| step.spelled());
        assert_eq!(
            spelled,
            [
                "cargo build --release --package dragoman",
                "cargo run --release --quiet --package dragoman-bench -- run --quick --json figures.json",
            ]
        );
    }
}
