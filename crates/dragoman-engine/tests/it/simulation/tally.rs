//! What has happened in some worlds: what never happens proves nothing.

use std::collections::BTreeMap;

use dragoman_core::ports::{Happened, Store};

use super::block_on;
use super::chronicle::{Chronicle, Heard};
use super::plan::Plan;

#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<&'static str, usize>);

/// All this has to happen.
const EXPECTED: [&str; 25] = [
    "accepted",
    "crashes",
    "cursors that were stopped",
    "dead letters",
    "delivered",
    "departed",
    "expired",
    "failed",
    "held",
    "POSTs",
    "POSTs of struggling providers that were taken",
    "POSTs that were lost",
    "POSTs that were refused",
    "POSTs that were taken",
    "read",
    "received",
    "repeated events",
    "resent",
    "resolved_failed",
    "resolved_sent",
    "retried",
    "sent",
    "submitted",
    "unknown",
    "withdrawn",
];

impl Tally {
    pub(super) fn of(plan: &Plan, chronicle: &Chronicle, truth: &dyn Store) -> Self {
        let mut tally = Self::default();
        tally.add_up("crashes", plan.crashes as usize);
        for happened in block_on(truth.events_after(0, usize::MAX)).unwrap() {
            if let Happened::Message(event, _) = happened {
                tally.add_up(event.what.word(), 1);
            }
        }
        for subscription in &plan.subscriptions {
            let dead = block_on(truth.dead_letters(subscription.id, 0, usize::MAX));
            tally.add_up("dead letters", dead.unwrap().len());
        }
        let seen = chronicle.seen();
        tally.add_up("cursors that were stopped", seen.stopped);
        for post in &seen.posts {
            tally.add_up("POSTs", 1);
            let word = match (post.taken, post.heard) {
                (true, Heard::Struggled(_)) => "POSTs of struggling providers that were taken",
                (true, Heard::Nothing | Heard::Refused) => "POSTs that were taken",
                (false, Heard::Nothing) => "POSTs that were lost",
                (false, Heard::Refused | Heard::Struggled(_)) => "POSTs that were refused",
            };
            tally.add_up(word, 1);
        }
        for told in seen.told.values() {
            let mut seqs: Vec<i64> = told.iter().map(|told| told.seq).collect();
            let all = seqs.len();
            seqs.sort_unstable();
            seqs.dedup();
            tally.add_up("repeated events", all - seqs.len());
        }
        tally
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (word, count) in &other.0 {
            self.add_up(word, *count);
        }
    }

    pub(super) fn assert_everything_happened(&self) {
        let missing = EXPECTED.iter();
        let missing = missing.filter(|word| self.0.get(*word).is_none_or(|count| *count == 0));
        let missing: Vec<_> = missing.collect();
        assert!(missing.is_empty(), "never: {missing:?}, of {self:?}");
    }

    fn add_up(&mut self, word: &'static str, count: usize) {
        *self.0.entry(word).or_default() += count;
    }
}
