//! The files of the workspace.

use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask is a folder of the workspace")
}

/// A page about the operation.
pub(crate) fn page(name: &str) -> String {
    let path = root().join("docs/operations").join(name);
    fs::read_to_string(path).expect("the page is there")
}

/// All Rust sources below a folder, without those in folders of these names.
pub(crate) fn sources(folder: &Path, left_out: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("its entries can be read").path();
        let name = path.file_name().and_then(|name| name.to_str());
        if path.is_dir() && !left_out.contains(&name.unwrap_or_default()) {
            found.extend(sources(&path, left_out));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

/// What every crate is made of, without its tests.
pub(crate) fn written(left_out: &[&str]) -> Vec<String> {
    let left_out = [&["tests", "target"], left_out].concat();
    let sources = sources(&root().join("crates"), &left_out).into_iter();
    let shipped = sources.filter(|path| !path.to_string_lossy().ends_with("tests.rs"));
    let read = shipped.map(|path| fs::read_to_string(path).expect("a source that can be read"));
    read.collect()
}
