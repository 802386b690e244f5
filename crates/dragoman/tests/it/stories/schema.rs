//! The management API, called by a program that makes calls up from its document.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::process::Dev;

/// Where `cargo xtask test` puts it.
const SCHEMATHESIS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../target/schemathesis/bin/schemathesis"
);

/// Calls made up for each operation, beside those at the edges of every field.
const EXAMPLES: &str = "4";

/// What the document cannot say: that what is named exists, and that a key is used once.
const NOT_CHECKED: &str = "positive_data_acceptance";

#[tokio::test]
async fn generated_calls_are_answered_as_the_document_says() {
    let dev = Dev::start().await;
    let document = format!("{}/openapi.json", dev.text("/gateway"));
    let token = format!("Authorization: Bearer {}", dev.text("/callbell/token"));
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path().to_owned();
    let called = tokio::task::spawn_blocking(move || called(&place, &document, &token));
    let output = called.await.unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

fn called(directory: &Path, document: &str, token: &str) -> Output {
    Command::new(SCHEMATHESIS)
        .args(["--no-color", "run", document, "--header", token])
        .args(["--checks", "all", "--exclude-checks", NOT_CHECKED])
        .args(["--max-examples", EXAMPLES, "--generation-deterministic"])
        .args(["--no-shrink", "--continue-on-failure"])
        // It leaves things behind where it is.
        .current_dir(directory)
        .stdin(Stdio::null())
        .output()
        .expect("schemathesis is there: `cargo xtask test` installs it, or leaves this test out")
}
