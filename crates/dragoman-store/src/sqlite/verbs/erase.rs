//! Takes back what was said.

use dragoman_core::event::What;
use dragoman_core::{MessageId, Tenant, Timestamp};

use super::answers;
use super::emptying::{self, Left};
use crate::sqlite::batch::Batch;

/// Takes away what a message of this account says; one that waits is cancelled first. Answers
/// whether there is one.
pub(crate) fn run(
    batch: &mut Batch<'_>,
    account: Tenant,
    message: MessageId,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let account = batch.known_row(account.id());
    let owner = batch.outcome_of(message).map(|outcome| outcome.account);
    if owner.is_none() || owner != account {
        return Ok(false);
    }
    erase(batch, message.row(), Left::Addresses, now)?;
    Ok(true)
}

/// An attempt that is in flight goes on with its own copy of what it sends, and is not tried
/// again.
pub(crate) fn erase(
    batch: &mut Batch<'_>,
    message: i64,
    left: Left,
    now: Timestamp,
) -> rusqlite::Result<()> {
    if batch.waiting(message).is_some() {
        batch.dequeue(message)?;
        batch.happened(message, What::Cancelled, now)?;
    }
    if emptying::run(batch, message, left)? {
        batch.draft.gone.body(message);
        batch.happened(message, What::Erased, now)?;
    }
    answers::forget_of_message(batch, message)
}
