//! What the tests need from the machine, and how it gets there.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::step::{Step, cargo};

/// Something that must be there.
#[derive(Debug)]
pub(crate) struct Need {
    /// The command that proves it by telling its version; `cargo` is the one that runs us.
    probe: &'static [&'static str],
    /// Where it comes from.
    source: Source,
    /// What needs it, for people.
    pub(crate) needed_by: &'static str,
    /// The step that cannot run without it, if it is a whole step.
    pub(crate) step: Option<&'static str>,
    /// The tests that cannot run without it.
    pub(crate) tests: &'static [&'static str],
}

#[derive(Clone, Copy, Debug)]
enum Source {
    /// A Debian package.
    Debian(&'static str),
    /// A component of the Rust toolchain.
    Rustup(&'static str),
    /// A command of cargo, built from source in this version: once for the machine, without
    /// optimisation, as that takes minutes.
    Cargo(&'static str, &'static str),
    /// A Python program of this version, in an environment of its own under `target`.
    Python(&'static str, &'static str),
}

/// Everything that is needed beside cargo.
const NEEDS: &[Need] = &[
    Need {
        probe: &["cc", "--version"],
        source: Source::Debian("gcc"),
        needed_by: "the embedded SQLite and every link",
        step: None,
        tests: &[],
    },
    Need {
        probe: &["cargo", "fmt", "--version"],
        source: Source::Rustup("rustfmt"),
        needed_by: "the check of the formatting",
        step: Some("format"),
        tests: &[],
    },
    Need {
        probe: &["cargo", "clippy", "--version"],
        source: Source::Rustup("clippy"),
        needed_by: "the lints",
        step: Some("clippy"),
        tests: &[],
    },
    Need {
        probe: &["cargo", "deny", "--version"],
        source: Source::Cargo("cargo-deny", "0.20.2"),
        needed_by: "the check of what we depend on",
        step: Some("dependencies"),
        tests: &[],
    },
    Need {
        probe: &["chromium", "--version"],
        source: Source::Debian("chromium"),
        needed_by: "the phone page in a browser",
        step: None,
        tests: BROWSER_STORIES,
    },
    Need {
        probe: &["chromedriver", "--version"],
        source: Source::Debian("chromium-driver"),
        needed_by: "the phone page in a browser",
        step: None,
        tests: BROWSER_STORIES,
    },
    Need {
        probe: &["python3", "-c", "import ensurepip, venv"],
        source: Source::Debian("python3-venv"),
        needed_by: "generated calls of the management API",
        step: None,
        tests: SCHEMA_STORIES,
    },
    Need {
        probe: &["--version"],
        source: Source::Python("schemathesis", "4.32.5"),
        needed_by: "generated calls of the management API",
        step: None,
        tests: SCHEMA_STORIES,
    },
    Need {
        probe: &["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
        source: Source::Debian("util-linux"),
        needed_by: "a small disk that can be filled",
        step: None,
        tests: DISK_STORIES,
    },
];

/// The tests of `stories/full_disk.rs` with a disk of their own.
const DISK_STORIES: &[&str] =
    &["a_disk_that_others_fill_is_noticed_and_so_is_that_there_is_room_again"];

/// The tests of `stories/schema.rs`.
const SCHEMA_STORIES: &[&str] = &["generated_calls_are_answered_as_the_document_says"];

/// The story that takes the pictures of the documentation.
pub(crate) const PICTURE_STORY: &str = "the_page_reads_well_on_a_phone_and_on_a_desk";

/// The tests of `stories/phone_page.rs`.
const BROWSER_STORIES: &[&str] = &[
    "a_message_arrives_on_the_open_page_with_its_formatting_and_ticks",
    "an_answer_typed_on_the_page_is_an_event_in_the_gateway",
    "a_quick_reply_pressed_on_the_page_answers_its_template",
    "a_chat_is_found_answered_and_replied_to_by_keyboard_alone",
    "a_list_longer_than_its_sheet_reads_well_and_a_row_answers_it",
    "what_went_wrong_is_told_until_it_goes_well",
    PICTURE_STORY,
    "a_page_that_does_not_read_well_is_noticed",
    "a_request_to_elsewhere_is_noticed_and_leads_nowhere",
];

impl Need {
    /// Its name, for people.
    pub(crate) const fn name(&self) -> &'static str {
        match self.source {
            Source::Debian(name)
            | Source::Rustup(name)
            | Source::Cargo(name, _)
            | Source::Python(name, _) => name,
        }
    }

    fn is_met(&self) -> bool {
        if let Source::Python(name, version) = self.source {
            return tells(&tool(name, name), self.probe).ends_with(version);
        }
        let [program, words @ ..] = self.probe else {
            return true;
        };
        let own_cargo = cargo();
        let program = if *program == "cargo" {
            &own_cargo
        } else {
            *program
        };
        succeeds(program, words)
    }

    const fn package(&self) -> Option<&'static str> {
        match self.source {
            Source::Debian(package) => Some(package),
            Source::Rustup(_) | Source::Cargo(..) | Source::Python(..) => None,
        }
    }

    const fn component(&self) -> Option<&'static str> {
        match self.source {
            Source::Rustup(component) => Some(component),
            Source::Debian(_) | Source::Cargo(..) | Source::Python(..) => None,
        }
    }

    const fn command(&self) -> Option<(&'static str, &'static str)> {
        match self.source {
            Source::Cargo(name, version) => Some((name, version)),
            Source::Debian(_) | Source::Rustup(_) | Source::Python(..) => None,
        }
    }

    const fn tool(&self) -> Option<(&'static str, &'static str)> {
        match self.source {
            Source::Python(name, version) => Some((name, version)),
            Source::Debian(_) | Source::Rustup(_) | Source::Cargo(..) => None,
        }
    }
}

/// Installs what is missing where that is possible, and returns what is missing still.
pub(crate) fn install() -> Vec<&'static Need> {
    let missing = unmet();
    let packages: Vec<&str> = missing.iter().filter_map(|need| need.package()).collect();
    let components: Vec<&str> = missing.iter().filter_map(|need| need.component()).collect();
    if !packages.is_empty() {
        install_from_debian(&packages);
    }
    if !components.is_empty() && succeeds("rustup", &["--version"]) {
        let add = Step::new("rustup", "rustup", &["component", "add"]);
        try_to(&[add.with(components)]);
    }
    for (name, version) in missing.iter().filter_map(|need| need.command()) {
        install_command(name, version);
    }
    for (name, version) in missing.iter().filter_map(|need| need.tool()) {
        install_tool(name, version);
    }
    if missing.is_empty() { missing } else { unmet() }
}

/// Installs Debian packages where that is possible; elsewhere nothing happens.
pub(crate) fn install_from_debian(packages: &[&str]) {
    if !may_use_apt() {
        return;
    }
    let update = Step::new("apt-get update", "apt-get", &["update", "--quiet"]);
    let install = Step::new(
        "apt-get install",
        "apt-get",
        &["install", "--yes", "--no-install-recommends"],
    );
    let install = install.with(packages.iter().copied());
    try_to(&[update, install.env("DEBIAN_FRONTEND", "noninteractive")]);
}

/// Builds a command of cargo and puts it where cargo finds it.
fn install_command(name: &str, version: &str) {
    let words = "install --locked --debug --no-default-features --quiet --version";
    try_to(&[Step::cargo("cargo install", words).with([version, name])]);
}

/// Fetches what is known of faults in what we depend on. Not every machine reaches it.
pub(crate) fn fetch_advisories() -> bool {
    succeeds(&cargo(), &["deny", "fetch", "db"])
}

/// Installs a Python program in an environment of its own, which the stories know.
fn install_tool(name: &str, version: &str) {
    let place = format!("target/{name}");
    let environment = Step::new("python", "python3", &["-m", "venv", &place]);
    let wanted = format!("{name}=={version}");
    let words = ["install", "--quiet", &wanted];
    try_to(&[environment, Step::new("pip", &tool(name, "pip"), &words)]);
}

/// A program in the environment of a tool.
fn tool(name: &str, program: &str) -> String {
    let path = crate::root().join("target").join(name).join("bin");
    path.join(program).to_string_lossy().into_owned()
}

fn unmet() -> Vec<&'static Need> {
    NEEDS.iter().filter(|need| !need.is_met()).collect()
}

/// Runs steps whose failure shows later, in what is still missing.
fn try_to(steps: &[Step]) {
    for step in steps {
        if let Err(error) = step.run() {
            println!("== {error:#}");
        }
    }
}

fn may_use_apt() -> bool {
    let is_root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|told| told.stdout.trim_ascii() == b"0");
    is_root && Path::new("/etc/debian_version").exists()
}

fn succeeds(program: &str, words: &[&str]) -> bool {
    Command::new(program)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// What a program prints, without the end of the line; nothing when it is not there.
fn tells(program: &str, words: &[&str]) -> String {
    let told = Command::new(program).args(words).output();
    let told = told.map(|told| told.stdout).unwrap_or_default();
    String::from_utf8_lossy(told.trim_ascii()).into_owned()
}

#[cfg(test)]
impl Need {
    /// A Debian package that no machine has.
    pub(crate) const fn missing(
        package: &'static str,
        needed_by: &'static str,
        step: Option<&'static str>,
        tests: &'static [&'static str],
    ) -> Self {
        Self {
            probe: &["a-command-that-nobody-has", "--version"],
            source: Source::Debian(package),
            needed_by,
            step,
            tests,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_is_not_there_is_an_unmet_need() {
        assert!(!Need::missing("nobody-has-it", "this test", None, &[]).is_met());
    }

    #[test]
    fn every_story_in_a_browser_is_known_by_name() {
        let path = crate::root().join("crates/dragoman/tests/it/stories/phone_page.rs");
        let source = std::fs::read_to_string(path).unwrap();
        let tests = source.split("#[tokio::test]\nasync fn ").skip(1);
        let names: Vec<&str> = tests.filter_map(|test| test.split('(').next()).collect();
        assert_eq!(names, BROWSER_STORIES);
    }

    #[test]
    fn every_story_of_generated_calls_is_known_by_name() {
        let path = crate::root().join("crates/dragoman/tests/it/stories/schema.rs");
        let source = std::fs::read_to_string(path).unwrap();
        let tests = source.split("#[tokio::test]\nasync fn ").skip(1);
        let names: Vec<&str> = tests.filter_map(|test| test.split('(').next()).collect();
        assert_eq!(names, SCHEMA_STORIES);
    }

    #[test]
    fn a_tool_of_another_version_is_an_unmet_need() {
        let need = Need {
            probe: &["--version"],
            source: Source::Python("a-tool-that-nobody-has", "1"),
            needed_by: "this test",
            step: None,
            tests: &[],
        };
        assert!(!need.is_met());
        assert_eq!(tells("sh", &["-c", "echo tool 1.2"]), "tool 1.2");
    }

    #[test]
    fn what_compiles_and_runs_this_test_is_met() {
        assert!(NEEDS[0].is_met());
    }
}
