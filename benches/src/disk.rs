//! Where stores are kept while they are measured, and how large they are.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tempfile::TempDir;

/// Folders for stores, below one that must lie on a real disk. What is in them is gone when they
/// go out of scope.
#[derive(Debug)]
pub(crate) struct Disk {
    folder: PathBuf,
    /// Keeps a second run out.
    _lock: File,
}

/// What the names of folders for stores begin with.
const STORE: &str = "store-";

impl Disk {
    /// Takes a folder, which is made when it is missing, and clears away what a run that was
    /// killed has left there.
    ///
    /// # Errors
    /// It cannot be made, or another run has it, or what is written there stays in memory: then a
    /// sync costs nothing and every figure lies.
    pub(crate) fn take(folder: &Path) -> anyhow::Result<Self> {
        let making = || format!("making {}", folder.display());
        fs::create_dir_all(folder).with_context(making)?;
        let folder = folder.canonicalize().with_context(making)?;
        let mounts = fs::read_to_string("/proc/self/mounts").context("reading the mounts")?;
        let kind = file_system(&mounts, &folder).unwrap_or_default();
        if matches!(kind, "tmpfs" | "ramfs") {
            bail!(
                "{} is in memory ({kind}): choose a disk with --dir",
                folder.display()
            );
        }
        Self::claim(folder)
    }

    fn claim(folder: PathBuf) -> anyhow::Result<Self> {
        let lock = File::create(folder.join("lock")).context("making a lock")?;
        lock.try_lock()
            .context("another run measures in the same folder")?;
        for left in fs::read_dir(&folder)? {
            let left = left?;
            if left.file_name().to_string_lossy().starts_with(STORE) {
                fs::remove_dir_all(left.path())?;
            }
        }
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    /// A new folder.
    ///
    /// # Errors
    /// It cannot be made.
    pub(crate) fn folder(&self) -> anyhow::Result<TempDir> {
        let made = tempfile::Builder::new()
            .prefix(STORE)
            .tempdir_in(&self.folder);
        made.with_context(|| format!("making a folder in {}", self.folder.display()))
    }
}

/// The bytes of all files in a folder.
///
/// # Errors
/// It cannot be read.
pub(crate) fn size(folder: &Path) -> anyhow::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        sum += if about.is_dir() {
            size(&entry.path())?
        } else {
            about.len()
        };
    }
    Ok(sum)
}

/// Copies everything in a folder into another.
///
/// # Errors
/// Something cannot be read or written.
pub(crate) fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let copy = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            self::copy(&entry.path(), &copy)?;
        } else {
            fs::copy(entry.path(), copy)?;
        }
    }
    Ok(())
}

/// The kind of the file system that a path lies on: the one with the longest mount point.
fn file_system<'a>(mounts: &'a str, path: &Path) -> Option<&'a str> {
    let mounts = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        Some((words.next()?, words.next()?))
    });
    let above = mounts.filter(|(point, _)| path.starts_with(point));
    above
        .max_by_key(|(point, _)| point.len())
        .map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_mount_decides() {
        let mounts = "/dev/vda / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n";
        let kind = |path: &str| file_system(mounts, Path::new(path));
        assert_eq!(kind("/home/bench"), Some("ext4"));
        assert_eq!(kind("/tmp/bench"), Some("tmpfs"));
        assert_eq!(kind("/tmpfiles"), Some("ext4"));
    }

    #[test]
    fn what_a_killed_run_has_left_is_cleared_away_and_a_second_run_is_kept_out() {
        let folder = tempfile::tempdir().unwrap();
        let left = folder.path().join("store-left");
        fs::create_dir(&left).unwrap();
        let disk = Disk::claim(folder.path().to_owned()).unwrap();
        assert!(!left.exists());
        let made = disk.folder().unwrap();
        assert!(made.path().exists());
        let second = Disk::claim(folder.path().to_owned()).unwrap_err();
        assert!(second.to_string().contains("another run"), "{second}");
    }

    #[test]
    fn all_files_count_and_are_copied() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), [0; 100]).unwrap();
        fs::create_dir(folder.path().join("below")).unwrap();
        fs::write(folder.path().join("below/b"), [0; 20]).unwrap();
        assert_eq!(size(folder.path()).unwrap(), 120);
        let other = tempfile::tempdir().unwrap();
        copy(folder.path(), other.path()).unwrap();
        assert_eq!(size(&other.path().join("below")).unwrap(), 20);
        assert_eq!(size(other.path()).unwrap(), 120);
    }
}
