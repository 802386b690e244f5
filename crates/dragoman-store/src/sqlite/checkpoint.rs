//! Folds the write-ahead log back into the main file, beside the writer.
//!
//! Without it the writer does this itself inside a commit, every 64 MB, and everybody waits.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, SyncSender, TrySendError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use super::commons::Commons;

/// The pause after a checkpoint. Each syncs both files beside the writer's own syncs, and folds back
/// again the pages that every commit writes; what a second of writing leaves is soon folded back.
const PAUSE: Duration = Duration::from_millis(200);

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

/// Starts the thread. It ends when the notice is dropped, or when it cannot fold back: what a failed
/// flush has left on the disk nobody knows, so that a second one proves nothing, and the store has
/// failed. A full disk is no such thing: the log still has everything, and the store is latched.
///
/// # Errors
/// The thread cannot be started.
pub(crate) fn start(
    connection: Connection,
    commons: Arc<Commons>,
) -> io::Result<(Notice, JoinHandle<()>)> {
    let (notice, notices) = mpsc::sync_channel(1);
    let thread = std::thread::Builder::new().name("store-checkpoint".to_owned());
    let folding = move || {
        while notices.recv().is_ok() {
            let checkpoint = "PRAGMA wal_checkpoint(PASSIVE)";
            if let Err(error) = connection.query_row(checkpoint, [], |_| Ok(())) {
                tracing::error!(%error, "cannot fold the write-ahead log back");
                commons.health().suffer(&error);
                if !commons.health().is_well() {
                    return;
                }
            }
            std::thread::sleep(PAUSE);
        }
    };
    Ok((Notice(notice), thread.spawn(folding)?))
}
