//! A status that brings back the token of an attempt, and what that says about ourselves.

use dragoman_core::id::AttemptId;
use dragoman_core::inbound::Status;
use dragoman_core::ports::{Proven, Recorded};
use dragoman_core::{Id, State};

use super::history::History;
use crate::sqlite::batch::Batch;

/// Whose attempt a status speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Echo {
    /// It has no token, or that of a message which nobody knows.
    None,
    /// The token of another channel's message: not believed.
    Foreign,
    /// This message's.
    Ours(i64, AttemptId),
}

/// A token is only believed on the channel that its message was sent by.
pub(crate) fn of(batch: &Batch<'_>, channel: Id, status: &Status) -> Echo {
    let Some(token) = status.token else {
        return Echo::None;
    };
    match batch.outcome_of(token.message) {
        Some(outcome) if outcome.is_outbound() => {
            if batch.id_of(outcome.channel) == channel {
                Echo::Ours(token.message.row(), token.attempt)
            } else {
                Echo::Foreign
            }
        }
        Some(_) | None => Echo::None,
    }
}

/// Notes an echo that nobody would expect: of an attempt that was refused, of one before another,
/// or of one that was never heard of.
pub(crate) fn note(
    batch: &Batch<'_>,
    message: i64,
    attempt: AttemptId,
    status: &Status,
    recorded: &mut Recorded,
) -> rusqlite::Result<()> {
    let Some(outcome) = batch.outcome(message) else {
        return Ok(());
    };
    let waiting = batch.waiting(message);
    let is_bound = outcome.provider_id.as_deref() == Some(&*status.provider_id);
    if is_bound || waiting.is_some_and(|waiting| waiting.attempt == Some(attempt)) {
        return Ok(());
    }
    let proven = Proven {
        message: outcome.id(message),
        conversation: outcome.conversation,
    };
    if !History::of(batch, message)?.knows(attempt) {
        recorded.regressed.push(proven);
    } else if waiting.is_some_and(|waiting| waiting.state == State::Queued) {
        recorded.late.push(proven);
    }
    Ok(())
}
