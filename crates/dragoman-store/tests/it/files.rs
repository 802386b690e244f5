//! Data directories that are copied, as a crash or a backup leaves them.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The files as they are, with nothing folded back: what a killed process leaves. The index comes
/// first, so that the log is not behind it.
pub(crate) fn copy_of(dir: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    copy_folder(&dir.join("index"), &copy.path().join("index"));
    copy_log(dir, copy.path());
    copy
}

/// The main file with its write-ahead log, and the key that belongs to it, in place of what is there.
pub(crate) fn copy_log(from: &Path, to: &Path) {
    for name in ["dragoman.db", "dragoman.db-wal", "dragoman.db-shm"] {
        let _ = fs::remove_file(to.join(name));
    }
    copy_folder(&from.join("keys"), &to.join("keys"));
    for name in ["dragoman.db", "dragoman.db-wal"] {
        if from.join(name).exists() {
            fs::copy(from.join(name), to.join(name)).unwrap();
        }
    }
}

/// A folder with all that is in it, in place of what is there.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir(to).unwrap();
    for file in files_in(from) {
        let place = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::copy(file, place).unwrap();
    }
}

/// Every file below a folder.
pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_in(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}
