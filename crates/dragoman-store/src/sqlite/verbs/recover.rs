//! What the last process left in flight.

use dragoman_core::event::What;
use dragoman_core::{State, Timestamp};

use super::files;
use crate::index::entry::Waiting;
use crate::sqlite::batch::Batch;

/// Makes unknown what was in flight: its POST may have been written. Answers how many there were.
/// Tries to fetch files have ended too, so that what they may have left is known to be all.
pub(crate) fn run(batch: &mut Batch<'_>, at: Timestamp) -> rusqlite::Result<usize> {
    let waiting = batch.index.waiting.iter();
    let doubted: Vec<(i64, Waiting)> = waiting
        .filter(|(_, waiting)| waiting.state == State::InFlight)
        .map(|(message, waiting)| (*message, *waiting))
        .collect();
    for (message, waiting) in &doubted {
        batch.requeue(*message, waiting.doubted(at))?;
        let reason = "crash".into();
        batch.happened(*message, What::Unknown { reason }, at)?;
    }
    files::nothing_comes_late(batch)?;
    Ok(doubted.len())
}
