//! The walls of the house: which room may know which, and what the core must not know.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::tree::{root, sources};

/// What the core's sources must not contain: it does no IO, reads no clock and opens no JSON.
const FOREIGN_TO_CORE: [&str; 6] = [
    "serde",
    "tokio",
    "std::fs",
    "std::net",
    "SystemTime",
    "Instant::now",
];

/// A package of the workspace, and which others of the workspace it depends on.
struct Room {
    name: String,
    /// Of the library or binary, build scripts included.
    normal: Vec<String>,
    /// Of the tests alone.
    dev: Vec<String>,
}

#[test]
fn every_room_depends_on_the_core_and_on_no_other_room() {
    let rooms = rooms(&metadata());
    let names: BTreeSet<&str> = rooms.iter().map(|room| room.name.as_str()).collect();
    for expected in [
        "dragoman",
        "dragoman-core",
        "dragoman-store",
        "dragoman-testkit",
    ] {
        assert!(names.contains(expected), "{expected} is not in {names:?}");
    }
    assert_eq!(forbidden_doors(&rooms), [""; 0]);
}

#[test]
fn the_core_does_no_io_reads_no_clock_and_opens_no_json() {
    let sources = sources(&root().join("crates/dragoman-core/src"), &[]);
    assert!(sources.len() > 20, "only {sources:?}");
    let found: Vec<String> = sources
        .iter()
        .flat_map(|path| foreign_words(path))
        .collect();
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_planted_door_is_found() {
    let room = |name: &str, normal: &[&str], dev: &[&str]| Room {
        name: name.to_owned(),
        normal: normal.iter().map(|&name| name.to_owned()).collect(),
        dev: dev.iter().map(|&name| name.to_owned()).collect(),
    };
    let core = "dragoman-core";
    let kit = "dragoman-testkit";
    let rooms = [
        room(
            "dragoman",
            &[core, "dragoman-engine", "dragoman-store"],
            &[kit],
        ),
        room("dragoman-engine", &[core], &[kit, "dragoman-store"]),
        room("dragoman-store", &[core, "dragoman-engine"], &[kit]),
        room("dragoman-channels", &[core], &["dragoman-store"]),
        room("dragoman-emulator", &[core], &[]),
        room(kit, &[core], &[]),
        room(core, &[kit], &[]),
        room("xtask", &["dragoman-store"], &[]),
    ];
    assert_eq!(
        forbidden_doors(&rooms),
        [
            "dragoman-store depends on dragoman-engine",
            "the tests of dragoman-channels depend on dragoman-store",
            "dragoman-emulator depends on dragoman-core",
            "dragoman-core depends on dragoman-testkit",
            "xtask depends on dragoman-store",
        ]
    );
}

#[test]
fn the_test_kit_is_shipped_with_nothing() {
    let binary = Room {
        name: "dragoman".to_owned(),
        normal: vec!["dragoman-testkit".to_owned()],
        dev: Vec::new(),
    };
    assert_eq!(
        forbidden_doors(&[binary]),
        ["dragoman depends on dragoman-testkit"]
    );
}

#[test]
fn a_planted_word_is_found_with_its_line() {
    let text = "use std::fmt;\n\nlet now = std::time::SystemTime::now();\n";
    assert_eq!(
        foreign_lines("core.rs", text),
        ["core.rs:3 contains SystemTime"]
    );
}

#[test]
fn dependencies_are_read_by_kind_and_by_the_name_of_the_package() {
    let metadata = serde_json::json!({"packages": [
        {"name": "a", "dependencies": [
            {"name": "b", "kind": null, "rename": "other"},
            {"name": "c", "kind": "dev"},
            {"name": "c", "kind": "build"},
            {"name": "serde", "kind": null}]},
        {"name": "b", "dependencies": []},
        {"name": "c", "dependencies": []}]});
    let rooms = rooms(&metadata);
    assert_eq!(rooms[0].normal, ["b", "c"]);
    assert_eq!(rooms[0].dev, ["c"]);
}

/// Every dependency between packages of the workspace that the house does not allow.
fn forbidden_doors(rooms: &[Room]) -> Vec<String> {
    let mut found = Vec::new();
    for Room { name, normal, dev } in rooms {
        let forbidden = normal.iter().filter(|other| !may_depend(name, other));
        found.extend(forbidden.map(|other| format!("{name} depends on {other}")));
        let forbidden = dev.iter().filter(|other| !tests_may_depend(name, other));
        found.extend(forbidden.map(|other| format!("the tests of {name} depend on {other}")));
    }
    found
}

fn may_depend(name: &str, other: &str) -> bool {
    match name {
        // The harness joins the rooms as the binary does, with another store.
        "dragoman" | "dragoman-bench" => other != "dragoman-testkit",
        "dragoman-core" | "dragoman-emulator" | "xtask" => false,
        _ => other == "dragoman-core",
    }
}

fn tests_may_depend(name: &str, other: &str) -> bool {
    match (name, other) {
        (_, "dragoman-testkit") | ("dragoman", _) | ("dragoman-engine", "dragoman-store") => true,
        _ => may_depend(name, other),
    }
}

fn rooms(metadata: &Value) -> Vec<Room> {
    let packages = metadata["packages"]
        .as_array()
        .expect("metadata lists packages");
    let name_of = |value: &Value| value["name"].as_str().expect("it has a name").to_owned();
    let ours: BTreeSet<String> = packages.iter().map(name_of).collect();
    let dependencies = |package: &Value, is_wanted: fn(Option<&str>) -> bool| {
        let all = package["dependencies"]
            .as_array()
            .expect("it lists dependencies");
        all.iter()
            .filter(|dependency| is_wanted(dependency["kind"].as_str()))
            .map(name_of)
            .filter(|name| ours.contains(name))
            .collect()
    };
    packages
        .iter()
        .map(|package| Room {
            name: name_of(package),
            normal: dependencies(package, |kind| kind != Some("dev")),
            dev: dependencies(package, |kind| kind == Some("dev")),
        })
        .collect()
}

fn metadata() -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let told = Command::new(cargo)
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(root())
        .output()
        .expect("cargo runs these tests, so it is there");
    let complaint = String::from_utf8_lossy(&told.stderr);
    assert!(told.status.success(), "cargo metadata: {complaint}");
    serde_json::from_slice(&told.stdout).expect("cargo metadata writes JSON")
}

fn foreign_words(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).expect("a source can be read");
    let name = path.strip_prefix(root()).unwrap_or(path);
    foreign_lines(&name.display().to_string(), &text)
}

fn foreign_lines(name: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let words = FOREIGN_TO_CORE.iter().filter(|word| line.contains(*word));
        found.extend(words.map(|word| format!("{name}:{number} contains {word}")));
    }
    found
}
