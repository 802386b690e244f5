//! Tells everybody that the shelf failed.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::{fs, io};

/// Raised once, when the shelf cannot be read or written. Who has decided by the index looks at it
/// afterwards: a raised alarm means that the decision may be wrong.
#[derive(Debug)]
pub(crate) struct Alarm {
    raised: AtomicBool,
    /// Tells the next start not to trust the shelf.
    note: PathBuf,
}

impl Alarm {
    /// The alarm of the shelf in this folder.
    pub(super) fn of(dir: &Path) -> Self {
        Self {
            raised: AtomicBool::new(false),
            note: dir.join("doubt"),
        }
    }

    pub(crate) fn raise(&self, why: &dyn Display) {
        if self.raised.swap(true, Ordering::AcqRel) {
            return;
        }
        tracing::error!(%why, "the index failed: it is made again at the next start");
        if let Err(error) = self.leave_note() {
            tracing::error!(%error, "cannot leave a note that the index failed");
        }
    }

    pub(crate) fn is_raised(&self) -> bool {
        self.raised.load(Ordering::Acquire)
    }

    /// The next process does not trust the shelf, unless the note is taken away.
    pub(super) fn leave_note(&self) -> io::Result<()> {
        fs::write(&self.note, [])
    }

    pub(super) fn take_note_away(&self) -> io::Result<()> {
        fs::remove_file(&self.note)
    }

    pub(super) fn has_note(&self) -> bool {
        self.note.exists()
    }
}
