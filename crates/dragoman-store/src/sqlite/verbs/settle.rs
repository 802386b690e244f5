//! How an attempt ended.

use dragoman_core::event::What;
use dragoman_core::outcome::{Attempt, Receipt, Settlement};
use dragoman_core::{MessageId, State, Timestamp};

use super::bind::{self, Proof};
use crate::index::entry::Waiting;
use crate::sqlite::batch::Batch;

/// Records the end of an attempt, or why there is none. Answers whether it changed anything.
pub(crate) fn run(
    batch: &mut Batch<'_>,
    message: MessageId,
    attempt: Attempt,
    settlement: Settlement,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let Some(outcome) = batch.outcome_of(message) else {
        return Ok(false);
    };
    let unbound = outcome.is_outbound() && outcome.provider_id.is_none();
    let row = message.row();
    let waiting = batch.waiting(row).filter(|w| is_of(w, attempt));
    match (settlement, waiting) {
        // A receipt is evidence, however late it comes: what the provider has taken is not sent
        // again.
        (Settlement::Submitted(receipt), _) if unbound => take(batch, row, attempt, receipt, now),
        (Settlement::Submitted(_), _) | (_, None) => Ok(false),
        (Settlement::Retry { failure, due_at }, Some(waiting)) => {
            batch.requeue(row, waiting.queued(due_at))?;
            let what = What::Retried {
                attempt,
                failure,
                due_at,
            };
            changed(batch, row, what, now)
        }
        (Settlement::Unknown(reason), Some(waiting)) => {
            if waiting.state != State::InFlight {
                return Ok(false);
            }
            batch.requeue(row, waiting.doubted(now))?;
            changed(batch, row, What::Unknown { reason }, now)
        }
        (Settlement::Failed(failure), Some(_)) => {
            end(batch, row, What::Failed { failure, raw: None }, now)
        }
        (Settlement::Expired, Some(_)) => end(batch, row, What::Expired, now),
        (Settlement::Cancelled, Some(_)) => end(batch, row, What::Cancelled, now),
        (Settlement::Dead, Some(_)) => end(batch, row, What::Dead, now),
    }
}

/// Whether the queue still waits for the end of this very attempt; without one, for the first byte
/// of any.
fn is_of(waiting: &Waiting, attempt: Attempt) -> bool {
    match attempt {
        Some(_) => waiting.attempt == attempt,
        None => waiting.state == State::Queued,
    }
}

fn take(
    batch: &mut Batch<'_>,
    message: i64,
    attempt: Attempt,
    receipt: Receipt,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let proof = Proof {
        attempt,
        provider_id: receipt.provider_id,
        recipient: receipt.recipient,
    };
    bind::submitted(batch, message, proof, now)?;
    Ok(true)
}

fn end(batch: &mut Batch<'_>, message: i64, what: What, now: Timestamp) -> rusqlite::Result<bool> {
    batch.dequeue(message)?;
    changed(batch, message, what, now)
}

fn changed(
    batch: &mut Batch<'_>,
    message: i64,
    what: What,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    batch.happened(message, what, now)?;
    Ok(true)
}
