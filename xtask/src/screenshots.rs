//! `cargo xtask screenshots`: the pictures of the documentation, taken of what is built here.

use anyhow::{Context as _, bail};

use crate::needs::{self, PICTURE_STORY};
use crate::step::Step;
use crate::suite::{Runner, could_not_run};

/// Runs the story that takes the pictures, and has it leave them in `docs`.
///
/// # Errors
/// There is no browser, or the page does not read well in it.
pub(crate) fn run() -> anyhow::Result<()> {
    let mut missing = needs::install();
    missing.retain(|need| need.tests.contains(&PICTURE_STORY));
    if !missing.is_empty() {
        bail!("{}", could_not_run(&missing).join("\n"));
    }
    story(Runner::of_this_machine())?.run()
}

fn story(runner: Runner) -> anyhow::Result<Step> {
    let folder = crate::root().join("docs");
    let folder = folder.to_str().context("the path of docs is no text")?;
    let chosen = ["--package", "dragoman", "--test", "it", PICTURE_STORY];
    Ok(runner.tests(&chosen, &[]).env("DRAGOMAN_PICTURES", folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_is_told_where_the_pictures_go() {
        let spelled = story(Runner::Cargo).unwrap().spelled();
        let (environment, command) = spelled.split_once(' ').unwrap();
        assert!(
            environment.starts_with("DRAGOMAN_PICTURES=/"),
            "{environment}"
        );
        assert!(environment.ends_with("/docs"), "{environment}");
        assert_eq!(
            command,
            format!("cargo test --package dragoman --test it {PICTURE_STORY}")
        );
    }
}
