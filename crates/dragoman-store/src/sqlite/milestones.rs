//! How far messages came since the start, channel by channel.

use std::sync::{Mutex, MutexGuard};

use dragoman_core::State;
use dragoman_core::event::What;
use foldhash::HashMap;

use crate::index::Index;
use crate::index::draft::Draft;
use crate::index::happening::Happening;

/// Row of a channel and what its messages came to → how often.
type Reached = HashMap<(i64, State), u64>;

/// Counts what is committed.
#[derive(Debug, Default)]
pub(crate) struct Milestones(Mutex<Reached>);

impl Milestones {
    /// Counts what a commit has made durable, before the index has it.
    pub(crate) fn count(&self, draft: &Draft, index: &Index) {
        let reached = draft.events.iter().filter_map(|happening| match happening {
            Happening::Event(event) => Some((event.message.row(), milestone(&event.what)?)),
            Happening::News(_) => None,
        });
        let mut counts = self.counts();
        for (message, state) in reached {
            if let Some(outcome) = draft.outcomes.look(&index.outcomes, &message) {
                *counts.entry((outcome.channel, state)).or_default() += 1;
            }
        }
    }

    /// The counts as they stand.
    pub(crate) fn counts(&self) -> MutexGuard<'_, Reached> {
        self.0.lock().expect("nobody panics while counting")
    }
}

/// The state that is worth counting. Whether it was repeated has been judged before.
const fn milestone(what: &What) -> Option<State> {
    match what {
        What::Submitted { .. } => Some(State::Submitted),
        What::Sent { .. } => Some(State::Sent),
        What::Delivered { .. } => Some(State::Delivered),
        What::Read { .. } => Some(State::Read),
        What::Failed { .. } => Some(State::Failed),
        What::Accepted
        | What::Departed { .. }
        | What::Withdrawn { .. }
        | What::Retried { .. }
        | What::Unknown { .. }
        | What::Expired
        | What::Cancelled
        | What::Dead
        | What::Resolved { .. }
        | What::Arrived
        | What::Received
        | What::Undownloaded(_)
        | What::NotAssigned(_)
        | What::Noted
        | What::Erased => None,
    }
}
