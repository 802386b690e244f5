//! The mark of a departure, and taking it back.

use dragoman_core::event::What;
use dragoman_core::id::AttemptId;
use dragoman_core::{MessageId, State, Timestamp};

use crate::index::entry::Waiting;
use crate::sqlite::batch::Batch;

/// Marks the departure of an attempt, if the message still waits and its time has not run out.
pub(crate) fn begin(
    batch: &mut Batch<'_>,
    message: MessageId,
    attempt: AttemptId,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let Some(outcome) = batch.outcome_of(message) else {
        return Ok(false);
    };
    let expired = now > outcome.expires_at;
    let waiting = batch.waiting(message.row());
    let Some(waiting) = waiting.filter(|w| w.state == State::Queued && !expired) else {
        return Ok(false);
    };
    let departed = Waiting {
        state: State::InFlight,
        starts: waiting.starts + 1,
        attempt: Some(attempt),
        ..waiting
    };
    batch.requeue(message.row(), departed)?;
    batch.happened(message.row(), What::Departed { attempt }, now)?;
    Ok(true)
}

/// Takes a departure back whose POST was never started; nothing, when that attempt is over.
pub(crate) fn withdraw(
    batch: &mut Batch<'_>,
    message: MessageId,
    attempt: AttemptId,
    now: Timestamp,
) -> rusqlite::Result<()> {
    if batch.outcome_of(message).is_none() {
        return Ok(());
    }
    let waiting = batch.waiting(message.row());
    let under_way = |w: &Waiting| w.state == State::InFlight && w.attempt == Some(attempt);
    let Some(waiting) = waiting.filter(under_way) else {
        return Ok(());
    };
    let back = Waiting {
        state: State::Queued,
        starts: waiting.starts.saturating_sub(1),
        attempt: None,
        ..waiting
    };
    batch.requeue(message.row(), back)?;
    batch.happened(message.row(), What::Withdrawn { attempt }, now)
}
