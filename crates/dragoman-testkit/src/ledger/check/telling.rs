//! What the webhook receiver was told.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use dragoman_core::State;

use crate::ledger::{Ledgers, RECEIVED, StoreRow, Told, Violation};

/// R22: where the message stands, the receiver has heard at least once.
pub(super) fn not_told(store: &[StoreRow], told: &[Told]) -> Vec<Violation> {
    let told: HashSet<(&str, &str)> = told
        .iter()
        .map(|told| (told.id.as_str(), told.status.as_str()))
        .collect();
    let reported = store
        .iter()
        .filter(|row| matches!(row.state, State::Sent | State::Delivered | State::Read));
    reported
        .filter(|row| !told.contains(&(row.id.as_str(), row.state.word())))
        .map(|row| Violation::NotTold {
            id: row.id.clone(),
            state: row.state,
        })
        .collect()
}

/// R18: each message of a customer's was told.
pub(super) fn not_heard(heard: &[String], told: &[Told]) -> Vec<Violation> {
    let told: HashSet<&str> = told
        .iter()
        .filter(|told| told.status == RECEIVED)
        .map(|told| told.id.as_str())
        .collect();
    let missing = heard.iter().filter(|id| !told.contains(id.as_str()));
    missing
        .map(|id| Violation::HeardNotTold { id: id.clone() })
        .collect()
}

/// R18 and R22: what happened once is one event, however often it is told.
pub(super) fn two_events(told: &[Told]) -> Vec<Violation> {
    let mut events = BTreeMap::<(&str, &str), BTreeSet<&str>>::new();
    for told in told {
        if let Some(event) = &told.event {
            let of_this = events.entry((&told.id, &told.status)).or_default();
            of_this.insert(event);
        }
    }
    let doubled = events.into_iter().filter(|(_, events)| events.len() > 1);
    doubled
        .map(|((id, status), events)| Violation::TwoEvents {
            id: id.to_owned(),
            status: status.to_owned(),
            events: events.into_iter().map(str::to_owned).collect(),
        })
        .collect()
}

/// R22: nothing is told that is not kept.
pub(super) fn unkept(ledgers: &Ledgers, told: &[Told]) -> Vec<Violation> {
    let messages = ledgers.store.iter().map(|row| row.id.as_str());
    let kept: HashSet<&str> = messages
        .chain(ledgers.heard.iter().map(String::as_str))
        .collect();
    let unkept: BTreeSet<&str> = told
        .iter()
        .map(|told| told.id.as_str())
        .filter(|id| !kept.contains(id))
        .collect();
    unkept
        .into_iter()
        .map(|id| Violation::ToldUnkept { id: id.to_owned() })
        .collect()
}
