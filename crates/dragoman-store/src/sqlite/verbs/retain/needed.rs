//! What a sweep must leave alone.

use std::collections::{HashMap, HashSet};

use super::news::Old;
use crate::index::entry::Outcome;
use crate::sqlite::batch::Batch;
use crate::sqlite::verbs::fetching;

/// What others still need of messages, as the batch sees it.
pub(super) struct Needed {
    /// Account → up to this event all its enabled subscriptions have heard everything.
    told: HashMap<i64, i64>,
    /// Messages with a delivery that is due again.
    due: HashSet<i64>,
    /// News with one.
    due_news: HashSet<i64>,
    /// Messages whose file is still to be fetched. They are announced afterwards, and that is
    /// soon: if they went before, somebody would never hear what was answered with success.
    unfetched: HashSet<i64>,
}

impl Needed {
    pub(super) fn of(batch: &Batch<'_>) -> rusqlite::Result<Self> {
        let mut told = HashMap::new();
        for subscription in &batch.catalog.subscriptions {
            if !subscription.enabled {
                continue;
            }
            let Some(account) = batch.known_row(subscription.account) else {
                continue;
            };
            let row = batch.known_row(subscription.id);
            let cursor = row.and_then(|row| batch.draft.cursors.look(&batch.index.cursors, &row));
            let heard = cursor.map_or(subscription.since, |at| (*at).max(subscription.since));
            let least = told.entry(account).or_insert(heard);
            *least = heard.min(*least);
        }
        let (mut due, mut due_news) = (HashSet::new(), HashSet::new());
        for exception in batch.draft.exceptions.all(&batch.index.exceptions) {
            match exception.due.message {
                Some(message) => due.insert(message.row()),
                None => due_news.insert(exception.due.seq),
            };
        }
        Ok(Self {
            told,
            due,
            due_news,
            unfetched: fetching::messages(batch)?,
        })
    }

    /// Whether somebody needs what a message says.
    pub(super) fn body(&self, batch: &Batch<'_>, message: i64) -> bool {
        let untold = |outcome: &Outcome| self.is_untold(outcome);
        self.is_waited_for(batch, message)
            || batch.outcome(message).is_some_and(|known| untold(&known))
    }

    /// Whether somebody needs any row of a message: that includes whoever gives the next number.
    pub(super) fn whole(&self, batch: &Batch<'_>, message: i64) -> bool {
        let counters = &batch.counters;
        let is_newest = |outcome: &Outcome| {
            message == counters.message
                || outcome.last_event == counters.event
                || counters.log != 0 && outcome.last_delivery == counters.log
        };
        let needed = |outcome: &Outcome| is_newest(outcome) || self.is_untold(outcome);
        self.is_waited_for(batch, message)
            || batch.outcome(message).is_some_and(|known| needed(&known))
    }

    /// Whether somebody needs a piece of news: that includes whoever gives the next number.
    pub(super) fn news(&self, batch: &Batch<'_>, old: Old) -> bool {
        let counters = &batch.counters;
        let is_newest =
            old.seq == counters.event || counters.log != 0 && old.last_try == counters.log;
        let told = self.told.get(&old.account);
        is_newest || self.due_news.contains(&old.seq) || told.is_some_and(|told| old.seq > *told)
    }

    fn is_waited_for(&self, batch: &Batch<'_>, message: i64) -> bool {
        batch.waiting(message).is_some()
            || self.due.contains(&message)
            || self.unfetched.contains(&message)
    }

    fn is_untold(&self, outcome: &Outcome) -> bool {
        let told = self.told.get(&outcome.account);
        told.is_some_and(|told| outcome.last_event > *told)
    }
}
