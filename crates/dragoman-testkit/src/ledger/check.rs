//! The comparison of the ledgers.

mod accepting;
mod attempts;
mod ending;
mod reporting;
mod sending;
mod telling;

use std::collections::HashSet;

use super::{Ledgers, Rules, Violation};
use attempts::Attempts;

/// Every promise that the ledgers show to be broken; empty when all are kept. The gateway must
/// have come to rest before they were read.
pub fn check(ledgers: &Ledgers, rules: &Rules<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    let stored: HashSet<&str> = ledgers.store.iter().map(|row| row.id.as_str()).collect();
    let attempts = Attempts::by_message(&ledgers.upstream);

    found.extend(accepting::promises(&ledgers.client, &stored));
    found.extend(accepting::keys(&ledgers.client));
    found.extend(accepting::reused(&ledgers.client));
    found.extend(accepting::unanswered(&ledgers.client, &ledgers.store));
    found.extend(ending::stored_twice(&ledgers.store));
    found.extend(sending::tokens(&ledgers.upstream));
    found.extend(sending::sent_twice(&attempts));
    found.extend(sending::sent_unstored(&attempts, &stored));
    found.extend(sending::too_fast(&ledgers.upstream, rules));
    found.extend(ending::states(&ledgers.store, &attempts));
    found.extend(ending::failures(&ledgers.store, &attempts, rules));
    found.extend(ending::doubt(&ledgers.store, &attempts, rules));
    found.extend(reporting::forgotten(ledgers));
    found.extend(reporting::states(ledgers));
    found.extend(reporting::heard_twice(&ledgers.heard));
    found.extend(reporting::went_back(&ledgers.seen));
    if let Some(told) = &ledgers.told {
        found.extend(telling::not_told(&ledgers.store, told));
        found.extend(telling::not_heard(&ledgers.heard, told));
        found.extend(telling::two_events(told));
        found.extend(telling::unkept(ledgers, told));
    }
    found
}
