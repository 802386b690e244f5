//! What the provider has reported, against what is stored.

use std::collections::{BTreeMap, HashMap};

use dragoman_core::State;

use crate::ledger::{Ledgers, Reported, StoreRow, Tidings, Violation};

/// R16: a webhook that was answered with 200 is kept.
pub(super) fn forgotten(ledgers: &Ledgers) -> Vec<Violation> {
    let rows: HashMap<&str, &StoreRow> = ledgers
        .store
        .iter()
        .map(|row| (row.id.as_str(), row))
        .collect();
    let is_kept = |reported: &Reported| match reported.what {
        Tidings::Received => ledgers.heard.contains(&reported.id),
        Tidings::Status(status) => rows
            .get(reported.id.as_str())
            .is_some_and(|row| row.statuses.contains(&status)),
    };
    let taken = ledgers.reported.iter().filter(|reported| reported.taken);
    let lost = taken.filter(|reported| !is_kept(reported));
    lost.map(|reported| Violation::Forgotten {
        id: reported.id.clone(),
        what: reported.what,
    })
    .collect()
}

/// R17: whatever the order was, the state is the highest that was reported. A report whose answer
/// the provider did not hear may be kept and may not be.
pub(super) fn states(ledgers: &Ledgers) -> Vec<Violation> {
    let mut reported = BTreeMap::<&str, Statuses>::new();
    for report in &ledgers.reported {
        if let Tidings::Status(status) = report.what {
            let of_message = reported.entry(&report.id).or_default();
            of_message.any.push(status);
            if report.taken {
                of_message.highest = of_message.highest.max(rank(status));
            }
        }
    }
    let wrong = ledgers.store.iter().filter(|row| {
        let statuses = reported.get(row.id.as_str());
        statuses.is_some_and(|statuses| !statuses.allow(row.state))
    });
    wrong
        .map(|row| Violation::NotAsReported {
            id: row.id.clone(),
            state: row.state,
        })
        .collect()
}

/// What was reported of one message.
#[derive(Default)]
struct Statuses {
    any: Vec<State>,
    /// The highest rank of those that were taken.
    highest: u8,
}

impl Statuses {
    fn allow(&self, state: State) -> bool {
        let is_reported = self.any.contains(&state);
        rank(state) >= self.highest && (is_reported || rank(state) == 0)
    }
}

/// How far a status says that the message has come; 0 for what no provider reports.
const fn rank(state: State) -> u8 {
    match state {
        State::Queued
        | State::Claimed
        | State::InFlight
        | State::Submitted
        | State::Expired
        | State::Cancelled
        | State::Dead
        | State::Unknown
        | State::Unresolved => 0,
        State::Sent => 1,
        State::Failed => 2,
        State::Delivered => 3,
        State::Read => 4,
    }
}

/// R18: a message of a customer's is kept once.
pub(super) fn heard_twice(heard: &[String]) -> Vec<Violation> {
    let mut times = BTreeMap::<&str, usize>::new();
    for id in heard {
        *times.entry(id).or_default() += 1;
    }
    let twice = times.into_iter().filter(|(_, times)| *times > 1);
    twice
        .map(|(id, times)| Violation::HeardTwice {
            id: id.to_owned(),
            times,
        })
        .collect()
}

/// R19: no look at a message shows less than the look before.
pub(super) fn went_back(seen: &[StoreRow]) -> Vec<Violation> {
    let mut last = HashMap::<&str, State>::new();
    let mut found = Vec::new();
    for look in seen {
        let before = last.insert(&look.id, look.state);
        if let Some(before) = before.filter(|before| rank(look.state) < rank(*before)) {
            found.push(Violation::WentBack {
                id: look.id.clone(),
                from: before,
                to: look.state,
            });
        }
    }
    found
}
