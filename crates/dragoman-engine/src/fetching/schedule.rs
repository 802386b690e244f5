//! When a fetch that has failed is tried again.

use std::time::Duration;

use dragoman_core::Timestamp;
use dragoman_core::file::{Fetch, Fetched, Wanted};
use dragoman_core::outcome::{Again, NotTaken};

/// The pauses after the first failure, the second, and so on: together nine and a half minutes.
const PAUSES: [Duration; 6] = [
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(20),
    Duration::from_secs(60),
    Duration::from_secs(180),
    Duration::from_secs(300),
];
/// A message is announced no later than about this after it came, unless nobody has tried.
const PATIENCE: Duration = Duration::from_secs(600);
/// The same while only the picture of an advertisement is not here.
const PATIENCE_FOR_ADVERTISEMENTS: Duration = Duration::from_secs(60);
/// A file that was tried for this often may be given up because it is late.
const ENOUGH: u32 = 3;

/// What becomes of a fetch whose try has failed at `now`. `machine` is the time by the machine's
/// clock, by which messages are named.
pub(super) fn after_failure(
    fetch: &Fetch,
    not_taken: NotTaken,
    now: Timestamp,
    machine: Timestamp,
) -> Fetched {
    let planned = usize::try_from(fetch.tries).ok();
    let planned = planned.and_then(|tries| PAUSES.get(tries).copied());
    let pause = match (not_taken.again, planned) {
        (Again::Never, _) | (_, None) => None,
        (Again::Backoff, Some(planned)) => Some(planned),
        (Again::After(asked), Some(planned)) => Some(asked.clamp(planned, PAUSES[5])),
    };
    let tries = fetch.tries.saturating_add(1);
    match pause {
        Some(pause) if tries < ENOUGH || !is_late(fetch, machine.plus(pause)) => Fetched::Again {
            due_at: now.plus(pause),
        },
        Some(_) | None => Fetched::Missing(not_taken.failure),
    }
}

/// Whether a fetch may be tried. What would wait for longer than anything waits was put off by a
/// clock that has been set back since.
pub(super) fn is_due(due_at: Timestamp, now: Timestamp) -> bool {
    due_at.since(now).is_zero() || due_at.since(now) > PAUSES[5]
}

/// Whether the message has waited too long for its file.
pub(super) fn is_late(fetch: &Fetch, machine: Timestamp) -> bool {
    let patience = match fetch.wanted {
        Wanted::File(_) => PATIENCE,
        Wanted::Advertisement(_) => PATIENCE_FOR_ADVERTISEMENTS,
    };
    machine.since(fetch.message.at()) > patience
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
