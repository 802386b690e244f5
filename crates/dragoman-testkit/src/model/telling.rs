//! What subscriptions have heard.

use std::collections::BTreeMap;

use dragoman_core::catalog::Subscription;
use dragoman_core::ports::{Attempted, AttemptedDelivery, DeadLetter, Delivered, Due, Telling};
use dragoman_core::{Id, Raw, Timestamp};

use super::state::{Kept, State};

/// As many bytes of an answer are kept.
const ANSWER: usize = 1024;

/// How far a subscription has come.
#[derive(Default)]
pub(super) struct Listener {
    cursor: Option<i64>,
    due: BTreeMap<i64, Due>,
    dead: BTreeMap<i64, DeadLetter>,
    failing_since: Option<Timestamp>,
}

impl State {
    pub(super) fn deliveries(&self, subscription: Id) -> (i64, Vec<Due>) {
        let since = self.subscription(subscription).map_or(0, |one| one.since);
        let Some(listener) = self.listeners.get(&subscription) else {
            return (since, Vec::new());
        };
        let cursor = listener.cursor.unwrap_or(since).max(since);
        (cursor, listener.due.values().copied().collect())
    }

    pub(super) fn telling(&self, subscription: Id) -> Telling {
        let (cursor, due) = self.deliveries(subscription);
        let listener = self.listeners.get(&subscription);
        Telling {
            cursor,
            due: due.len(),
            failing_since: listener.and_then(|listener| listener.failing_since),
        }
    }

    pub(super) fn delivered(
        &mut self,
        subscription: Id,
        cursor: i64,
        tries: Vec<AttemptedDelivery>,
    ) {
        let is_known = self.subscription(subscription).is_some();
        for tried in tries {
            let is_there = self.is_there(&tried);
            if is_known {
                let listener = self.listeners.entry(subscription).or_default();
                listener.follow(&tried);
                if is_there && tried.then == Attempted::Exhausted {
                    listener.bury(&tried);
                }
            }
            // What was overtaken was not tried.
            if is_there && tried.then != Attempted::Overtaken {
                let answer = tried.answer.as_ref().map(beginning);
                self.tries
                    .push((subscription, AttemptedDelivery { answer, ..tried }));
            }
        }
        if let Some(since) = self.subscription(subscription).map(|one| one.since) {
            let listener = self.listeners.entry(subscription).or_default();
            let before = listener.cursor.unwrap_or(since);
            listener.cursor = Some(before.max(cursor));
        }
    }

    pub(super) fn dead_letters(
        &self,
        subscription: Id,
        after: i64,
        limit: usize,
    ) -> Vec<DeadLetter> {
        let Some(listener) = self.listeners.get(&subscription) else {
            return Vec::new();
        };
        let dead = listener.dead.range(after + 1..).take(limit);
        dead.map(|(_, dead)| *dead).collect()
    }

    pub(super) fn rewind(&mut self, subscription: Id, cursor: i64) {
        let Some(since) = self.subscription(subscription).map(|one| one.since) else {
            return;
        };
        let Some(listener) = self.listeners.get_mut(&subscription) else {
            return;
        };
        let Some(stands) = listener.cursor else {
            return;
        };
        let cursor = cursor.max(since).min(stands);
        listener.cursor = Some(cursor);
        listener.due.retain(|seq, _| *seq <= cursor);
        listener.dead.retain(|seq, _| *seq <= cursor);
    }

    pub(super) fn last_event_before(&self, at: Timestamp) -> i64 {
        let last = self.log.iter().rposition(|kept| kept.at() < at);
        last.map_or(0, |place| place as i64 + 1)
    }

    pub(super) fn last_deliveries(&self, subscriptions: &[Id], limit: usize) -> Vec<Delivered> {
        let newest = self.tries.iter().rev();
        let theirs = newest.filter(|(subscription, _)| subscriptions.contains(subscription));
        let delivered = theirs.map(|(subscription, tried)| Delivered {
            subscription: *subscription,
            happened: self.kept(tried.seq).and_then(|kept| self.told(kept)),
            tried: tried.clone(),
        });
        delivered.take(limit).collect()
    }

    /// Whether what a try delivers is known.
    fn is_there(&self, tried: &AttemptedDelivery) -> bool {
        match tried.message {
            Some(message) => self.line(message).is_some(),
            None => matches!(self.kept(tried.seq), Some(Kept::News(..))),
        }
    }

    fn kept(&self, seq: i64) -> Option<&Kept> {
        self.log.get(usize::try_from(seq).ok()?.checked_sub(1)?)
    }

    fn subscription(&self, id: Id) -> Option<&Subscription> {
        self.catalog.subscriptions.iter().find(|one| one.id == id)
    }
}

impl Listener {
    fn follow(&mut self, tried: &AttemptedDelivery) {
        let AttemptedDelivery { seq, message, .. } = *tried;
        let mut keep = |due_at, tries| {
            let due = Due {
                seq,
                message,
                due_at,
                tries,
            };
            self.due.insert(seq, due);
        };
        match tried.then {
            Attempted::Done => {
                self.due.remove(&seq);
                self.failing_since = None;
            }
            Attempted::Again { due_at, tries } => {
                keep(due_at, tries);
                self.failing_since = self.failing_since.or(Some(tried.at));
            }
            Attempted::Exhausted => {
                self.due.remove(&seq);
            }
            Attempted::Overtaken => {
                keep(tried.at, 0);
                self.dead.remove(&seq);
            }
        }
    }

    /// What is given up is a dead letter.
    fn bury(&mut self, tried: &AttemptedDelivery) {
        let dead = DeadLetter {
            seq: tried.seq,
            message: tried.message,
            at: tried.at,
            status: tried.status,
        };
        self.dead.insert(tried.seq, dead);
    }
}

fn beginning(answer: &Raw) -> Raw {
    let text = answer.as_str();
    Raw::new(&text[..text.floor_char_boundary(ANSWER)])
}
