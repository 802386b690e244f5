//! What must not be stale when a message is kept: judged inside the commit, before anything is
//! written.

use dragoman_core::Refusal;
use dragoman_core::ports::{Acceptance, StoreError};

use super::repeat;
use crate::sqlite::batch::Batch;

/// Answers the first message of a repetition; `None` for a message that is to be kept, whose
/// caller now waits for it.
///
/// # Errors
/// [`StoreError::KeyReused`], [`StoreError::TooLate`] or [`StoreError::Refused`].
pub(crate) fn judge(batch: &Batch<'_>, acceptance: &Acceptance) -> Result<Option<i64>, StoreError> {
    let admitted = &acceptance.admitted;
    if let Some(key) = admitted.key() {
        // A repetition comes before everything else. It writes nothing, so its caller may have
        // left; and it hears what the first call heard, whatever has changed since.
        let first = repeat::first_message(batch, key, acceptance.machine)?;
        if first.is_some() {
            return Ok(first);
        }
    } else if let Some(duplicate) = admitted.duplicate() {
        // A new key says that this is another message, however much it looks like one before.
        let first = repeat::first_twin(batch, duplicate, acceptance.machine);
        if first.is_some() {
            return Ok(first);
        }
    }
    if !acceptance.patience.serve() {
        return Err(StoreError::TooLate);
    }
    // What has failed already goes to no channel and waits in no queue.
    if admitted.failure().is_none() {
        let refusal = stale(batch, acceptance).map_or(Ok(()), Err);
        refusal.map_err(StoreError::Refused)?;
    }
    Ok(None)
}

/// Why the channel does not take the message, if it does not.
fn stale(batch: &Batch<'_>, acceptance: &Acceptance) -> Option<Refusal> {
    let (tenant, channel) = (acceptance.admitted.tenant(), acceptance.admitted.channel());
    let found = batch.catalog.channel_of(tenant, channel);
    if !found.is_some_and(|channel| channel.enabled) {
        return Some(Refusal::ChannelDisabled);
    }
    if acceptance.departure.is_some() {
        return None;
    }
    if batch.queued(channel) >= acceptance.queue_limit {
        return Some(Refusal::QueueFull);
    }
    let is_full = batch.has_queued(tenant.id(), acceptance.account_limit);
    is_full.then_some(Refusal::AccountFull)
}
