//! Whether the store keeps what it is given: it does, it does not for a while, or never again.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use dragoman_core::ports::Latch;
use rusqlite::ErrorCode;
use tokio::sync::watch;

/// How the store does. The writer and the checkpoints say what went wrong; the vigil says when it is
/// over.
#[derive(Debug, Default)]
pub(crate) struct Health {
    failed: AtomicBool,
    latch: watch::Sender<Option<Latch>>,
    /// The disk was full since somebody last asked.
    stumbled: AtomicBool,
    /// Batches that the writer has begun.
    begun: AtomicU64,
    /// Batches that it has come to the end of.
    ended: AtomicU64,
    full: AtomicU64,
    stalled: AtomicU64,
    slow: AtomicU64,
}

/// What has been in the way of commits since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Troubles {
    /// How often the store was latched because the disk was full.
    pub full: u64,
    /// How often it was latched because no commit had ended for long.
    pub stalled: u64,
    /// Commits that took longer than they ever should.
    pub slow: u64,
}

impl Health {
    /// Whether it will keep anything again without a new start.
    pub(crate) fn is_well(&self) -> bool {
        !self.failed.load(Ordering::Acquire)
    }

    /// From now on nothing is kept: a commit failed, and what it has left on the disk is only
    /// known after a new start.
    pub(crate) fn fail(&self) {
        self.failed.store(true, Ordering::Release);
    }

    /// Why nothing is taken for now.
    pub(crate) fn latched(&self) -> Option<Latch> {
        *self.latch.borrow()
    }

    /// Told whenever that changes.
    pub(crate) fn latches(&self) -> watch::Receiver<Option<Latch>> {
        self.latch.subscribe()
    }

    /// The database could not write. A full disk is told apart from all else: SQLite has then not
    /// written the end of the commit, so that it is as if it had never begun.
    pub(crate) fn suffer(&self, error: &rusqlite::Error) {
        if is_full(error) {
            self.stumbled.store(true, Ordering::Release);
            self.latch(Latch::Full);
        } else {
            self.fail();
        }
    }

    /// Nothing is taken from now on, until [`Health::recover`].
    pub(crate) fn latch(&self, why: Latch) {
        let is_news = self.latch.send_if_modified(|latch| {
            // A disk that is full says more than one that is slow.
            let is_known = *latch == Some(why) || *latch == Some(Latch::Full);
            if !is_known {
                *latch = Some(why);
            }
            !is_known
        });
        if !is_news {
            return;
        }
        let count = match why {
            Latch::Full => &self.full,
            Latch::Slow => &self.stalled,
        };
        count.fetch_add(1, Ordering::Relaxed);
        tracing::error!(%why, "the store takes nothing for now");
    }

    /// Everything is taken again.
    pub(crate) fn recover(&self) {
        if self.latch.send_replace(None).is_some() {
            tracing::info!("the store takes everything again");
        }
    }

    /// Whether the disk was full since this was last asked.
    pub(crate) fn has_stumbled(&self) -> bool {
        self.stumbled.swap(false, Ordering::AcqRel)
    }

    /// The writer is busy until the guard is dropped.
    pub(crate) fn busy(&self) -> Busy<'_> {
        self.begun.fetch_add(1, Ordering::AcqRel);
        Busy(self)
    }

    /// The number of the batch that the writer is busy with, if it is.
    pub(crate) fn under_way(&self) -> Option<u64> {
        let ended = self.ended.load(Ordering::Acquire);
        let begun = self.begun.load(Ordering::Acquire);
        (begun > ended).then_some(begun)
    }

    /// A commit takes too long.
    pub(crate) fn drag(&self) {
        self.slow.fetch_add(1, Ordering::Relaxed);
        tracing::warn!("a commit takes unusually long: the disk is slow");
    }

    pub(crate) fn troubles(&self) -> Troubles {
        Troubles {
            full: self.full.load(Ordering::Relaxed),
            stalled: self.stalled.load(Ordering::Relaxed),
            slow: self.slow.load(Ordering::Relaxed),
        }
    }
}

/// The writer works on a batch.
pub(crate) struct Busy<'a>(&'a Health);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::AcqRel);
    }
}

/// Whether there was no room for what was to be written.
pub(crate) fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DiskFull)
}
