//! Folds the write-ahead log back into the main file, beside the writer.
//!
//! Without it the writer does this itself inside a commit, every 64 MB, and everybody waits.

use std::io;
use std::sync::mpsc::{self, SyncSender, TrySendError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

/// The pause after a checkpoint.
const PAUSE: Duration = Duration::from_millis(50);

/// Tells the thread that there is something to fold back.
pub(crate) struct Notice(SyncSender<()>);

impl Notice {
    /// A commit has been written.
    pub(crate) fn give(&self) {
        match self.0.try_send(()) {
            // Told already; or it ended, and then the writer folds back by itself.
            Ok(()) | Err(TrySendError::Full(()) | TrySendError::Disconnected(())) => {}
        }
    }
}

/// Starts the thread. It ends when the notice is dropped.
///
/// # Errors
/// The thread cannot be started.
pub(crate) fn start(connection: Connection) -> io::Result<(Notice, JoinHandle<()>)> {
    let (notice, notices) = mpsc::sync_channel(1);
    let thread = std::thread::Builder::new().name("store-checkpoint".to_owned());
    let folding = move || {
        while notices.recv().is_ok() {
            let checkpoint = "PRAGMA wal_checkpoint(PASSIVE)";
            if let Err(error) = connection.query_row(checkpoint, [], |_| Ok(())) {
                tracing::warn!(%error, "cannot fold the write-ahead log back");
            }
            std::thread::sleep(PAUSE);
        }
    };
    Ok((Notice(notice), thread.spawn(folding)?))
}
