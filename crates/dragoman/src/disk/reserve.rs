//! A file that takes up room for as long as there is some.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::FallocateFlags;

/// Its name in the data directory.
const NAME: &str = "reserve";

/// Given up when the disk is full, so that what is under way can still be written down.
#[derive(Debug)]
pub(super) struct Reserve {
    file: PathBuf,
    size: u64,
}

impl Reserve {
    pub(super) fn new(folder: &Path, size: u64) -> Self {
        Self {
            file: folder.join(NAME),
            size,
        }
    }

    /// How much of it is held, in bytes.
    pub(super) fn held(&self) -> u64 {
        fs::metadata(&self.file).map_or(0, |file| file.len())
    }

    /// How much it holds when nothing is wrong, in bytes.
    pub(super) const fn size(&self) -> u64 {
        self.size
    }

    /// Makes it, or makes it as large as it should be.
    pub(super) fn take(&self) -> io::Result<()> {
        if self.held() == self.size {
            return Ok(());
        }
        self.give()?;
        if self.size == 0 {
            return Ok(());
        }
        let mut options = OpenOptions::new();
        let file = options.write(true).create_new(true).mode(0o600);
        let file = file.open(&self.file)?;
        let taken = rustix::fs::fallocate(&file, FallocateFlags::empty(), 0, self.size);
        taken.map_err(|error| {
            // Half of it would be taken for the whole. The error that is reported is the first one.
            let _ = self.give();
            error.into()
        })
    }

    /// Gives its room to others.
    pub(super) fn give(&self) -> io::Result<()> {
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}
