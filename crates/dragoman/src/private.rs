//! Files that only their owner may read.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use anyhow::Context;

/// Makes a directory, with those above it, unless it is there.
pub(crate) fn directory(path: &Path) -> anyhow::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("making {}", path.display()))
}

/// Writes a file whole or not at all, and durably.
pub(crate) fn write(path: &Path, contents: &[u8]) -> anyhow::Result<()> {
    let draft = path.with_added_extension("new");
    write_through(path, &draft, contents).with_context(|| format!("writing {}", path.display()))
}

fn write_through(path: &Path, draft: &Path, contents: &[u8]) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    let options = options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(draft)?;
    file.write_all(contents)?;
    file.sync_all()?;
    fs::rename(draft, path)?;
    // The name is durable when its directory is; a bare name lies in this one.
    let above = path.parent().filter(|above| !above.as_os_str().is_empty());
    fs::File::open(above.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn nobody_else_may_read_what_is_written() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("keys/of/ours");
        directory(&folder).unwrap();
        let path = folder.join("one");
        write(&path, b"first, and longer").unwrap();
        write(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&path)), (0o700, 0o600));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }
}
