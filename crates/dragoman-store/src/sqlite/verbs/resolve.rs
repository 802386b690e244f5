//! What counts for a message whose attempt's answer was lost.

use dragoman_core::State;
use dragoman_core::doubt::{Resolution, Resolver};
use dragoman_core::event::What;
use dragoman_core::ports::{Decided, Decision, Queued};

use super::history::History;
use crate::index::entry::{Outcome, Waiting};
use crate::sqlite::batch::Batch;

/// Records a decision, if the message is still in doubt.
pub(crate) fn run(batch: &mut Batch<'_>, decision: Decision) -> rusqlite::Result<Decided> {
    let message = decision.message.row();
    let Some(outcome) = own(batch, &decision) else {
        return Ok(Decided::Missing);
    };
    let attempt = decision.attempt;
    if !outcome.fold.is_doubtful() || attempt.is_some() && outcome.fold.attempt != attempt {
        return Ok(Decided::NotInDoubt);
    }
    match decision.resolution {
        Resolution::Hold if History::of(batch, message)?.is_held() => return Ok(Decided::Held),
        Resolution::Hold => {}
        Resolution::Resend => return resend(batch, &outcome, decision),
        Resolution::Sent | Resolution::Failed | Resolution::Final => batch.dequeue(message)?,
    }
    happened(batch, decision)?;
    Ok(Decided::Done)
}

fn own(batch: &Batch<'_>, decision: &Decision) -> Option<Outcome> {
    let outcome = batch.outcome_of(decision.message)?;
    let own = outcome.is_outbound() && batch.id_of(outcome.account) == decision.account;
    own.then(|| outcome.into_owned())
}

/// Queues it again. The token of the attempt before stays good: whatever proof comes of it takes
/// the message out of the queue again.
fn resend(
    batch: &mut Batch<'_>,
    outcome: &Outcome,
    decision: Decision,
) -> rusqlite::Result<Decided> {
    let message = decision.message.row();
    if outcome.expires_at <= decision.now {
        return Ok(Decided::Late);
    }
    let history = History::of(batch, message)?;
    if decision.by == Resolver::Policy && history.was_resent() {
        return Ok(Decided::Resent);
    }
    let Some(priority) = outcome.priority else {
        return Ok(Decided::Missing);
    };
    // What only counted as failed has left the queue, and goes its channel's way after a restart.
    let waiting = batch.waiting(message);
    let queued = Waiting {
        channel: outcome.channel,
        state: State::Queued,
        due_at: decision.now,
        starts: history.starts(),
        attempt: None,
        wish: waiting.and_then(|waiting| waiting.wish),
    };
    if waiting.is_some() {
        batch.requeue(message, queued)?;
    } else {
        batch.enqueue(message, queued)?;
    }
    happened(batch, decision)?;
    let again = Queued {
        message: decision.message,
        conversation: outcome.conversation,
        priority,
        due_at: queued.due_at,
        expires_at: outcome.expires_at,
        starts: queued.starts,
        after: queued.wish,
    };
    Ok(Decided::Again(batch.id_of(outcome.channel), again))
}

fn happened(batch: &mut Batch<'_>, decision: Decision) -> rusqlite::Result<()> {
    let what = What::Resolved {
        resolution: decision.resolution,
        by: decision.by,
    };
    batch.happened(decision.message.row(), what, decision.now)
}
