//! Where the messages stand in the end.

use std::collections::{BTreeMap, HashSet};

use dragoman_core::State;

use super::Attempts;
use crate::ledger::{Rules, StoreRow, Violation};

/// R7: a message is counted once.
pub(super) fn stored_twice(store: &[StoreRow]) -> Vec<Violation> {
    let mut seen = HashSet::new();
    let twice = store.iter().filter(|row| !seen.insert(row.id.as_str()));
    twice
        .map(|row| Violation::StoredTwice { id: row.id.clone() })
        .collect()
}

/// R7 and R9: everything has settled, and the store says of each message what the provider says.
pub(super) fn states(store: &[StoreRow], attempts: &BTreeMap<&str, Attempts>) -> Vec<Violation> {
    let judged = store.iter().filter_map(|row| {
        let is_taken = attempts
            .get(row.id.as_str())
            .is_some_and(|made| made.taken > 0);
        let (id, state) = (row.id.clone(), row.state);
        match state {
            State::Queued | State::Claimed | State::InFlight => {
                Some(Violation::NotSettled { id, state })
            }
            State::Submitted | State::Sent | State::Delivered | State::Read => {
                (!is_taken).then_some(Violation::HiddenDoubt { id, state })
            }
            // A provider may take a message and report its failure later; see `failures`.
            State::Failed => None,
            State::Expired
            | State::Cancelled
            | State::Dead
            | State::Unknown
            | State::Unresolved => is_taken.then_some(Violation::NotHealed { id, state }),
        }
    });
    judged.collect()
}

/// R7: a message fails because the provider says so, or by a rule that the test knows of.
pub(super) fn failures(
    store: &[StoreRow],
    attempts: &BTreeMap<&str, Attempts>,
    rules: &Rules<'_>,
) -> Option<Violation> {
    let was_asked = |id: &str| {
        attempts
            .get(id)
            .is_some_and(|made| made.taken + made.refused > 0)
    };
    let failed = store.iter().filter(|row| row.state == State::Failed);
    let ids: Vec<String> = failed
        .filter(|row| !was_asked(&row.id))
        .map(|row| row.id.clone())
        .collect();
    (ids.len() > rules.own_failures).then_some(Violation::FailedUnasked { ids })
}

/// R8: a kill leaves at most what was under way in doubt. Messages that the provider itself left
/// unanswered are in doubt by its fault.
pub(super) fn doubt(
    store: &[StoreRow],
    attempts: &BTreeMap<&str, Attempts>,
    rules: &Rules<'_>,
) -> Vec<Violation> {
    let by_provider = |row: &&StoreRow| {
        attempts
            .get(row.id.as_str())
            .is_some_and(|made| made.dropped > 0)
    };
    let unknown = store
        .iter()
        .filter(|row| row.state == State::Unknown)
        .filter(|row| !by_provider(row))
        .count();
    let too_much = |unknown: usize, allowed: usize| {
        (unknown > allowed).then_some(Violation::TooMuchDoubt { unknown, allowed })
    };
    let after_kills = rules.doubted.iter();
    after_kills
        .filter_map(|doubted| too_much(*doubted, rules.concurrency))
        .chain(too_much(unknown, rules.doubted.iter().sum()))
        .collect()
}
