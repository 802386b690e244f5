//! What the last process left in flight.

use dragoman_core::event::What;
use dragoman_core::{State, Timestamp};

use crate::index::entry::Waiting;
use crate::sqlite::batch::Batch;

/// Makes unknown what was in flight: its POST may have been written. Answers how many there were.
pub(crate) fn run(batch: &mut Batch<'_>, at: Timestamp) -> rusqlite::Result<usize> {
    let waiting = batch.index.waiting.iter();
    let doubted: Vec<(i64, Waiting)> = waiting
        .filter(|(_, waiting)| waiting.state == State::InFlight)
        .map(|(message, waiting)| (*message, *waiting))
        .collect();
    for (message, waiting) in &doubted {
        let unknown = Waiting {
            state: State::Unknown,
            ..*waiting
        };
        batch.requeue(*message, unknown)?;
        let reason = "crash".into();
        batch.happened(*message, What::Unknown { reason }, at)?;
    }
    Ok(doubted.len())
}
