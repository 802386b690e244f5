//! What memory answers, without the disk.

use std::collections::HashMap;

use dragoman_core::ports::{Counts, Doubt, Due, Queued, Reference, Telling};
use dragoman_core::{Address, Id, State};

use super::SqliteStore;
use super::acquaintances::{Acquaintance, Hearing};
use super::commons::Commons;
use crate::index::key;
use crate::index::people::People;

/// How many messages are looked up before others may have the index: a deep queue has aged.
const CHUNK: usize = 1024;

/// The queue of a channel, oldest first. A deep one reads the disk for a while.
pub(super) fn queued(commons: &Commons, channel: Id) -> Vec<Queued> {
    let rows = waiting_of(commons, channel);
    let mut queued = Vec::with_capacity(rows.len());
    for some in rows.chunks(CHUNK) {
        let index = commons.index();
        queued.extend(some.iter().filter_map(|row| {
            // It may have left the queue in between.
            let waiting = index.waiting.get(row)?;
            let outcome = index.outcomes.get(row)?;
            (waiting.state == State::Queued).then_some(Queued {
                message: outcome.id(*row),
                conversation: outcome.conversation,
                priority: outcome.priority?,
                due_at: waiting.due_at,
                expires_at: outcome.expires_at,
                starts: waiting.starts,
                after: waiting.wish,
            })
        }));
    }
    queued
}

/// The messages of a channel that are in doubt, oldest first, without what their bodies say.
pub(super) fn doubts(commons: &Commons, channel: Id, limit: usize) -> Vec<Doubt> {
    let index = commons.index();
    let Some(row) = index.rows.get(&channel) else {
        return Vec::new();
    };
    let waiting = index.waiting.iter();
    let unknown =
        waiting.filter(|(_, waiting)| waiting.channel == *row && waiting.state == State::Unknown);
    let doubts = unknown.filter_map(|(row, waiting)| {
        let outcome = index.outcomes.get(row)?;
        Some(Doubt {
            message: outcome.id(*row),
            account: index.id(outcome.account)?,
            channel,
            attempt: waiting.attempt?,
            since: waiting.due_at,
            on_unknown: None,
        })
    });
    doubts.take(limit).collect()
}

fn waiting_of(commons: &Commons, channel: Id) -> Vec<i64> {
    let index = commons.index();
    let Some(channel) = index.rows.get(&channel) else {
        return Vec::new();
    };
    let waiting = index.waiting.iter();
    waiting
        .filter(|(_, waiting)| waiting.channel == *channel && waiting.state == State::Queued)
        .map(|(row, _)| *row)
        .collect()
}

impl SqliteStore {
    /// What was heard from somebody, and whether they have opted out.
    pub(super) fn heard_from(&self, channel: Id, address: &Address) -> Option<Hearing> {
        let acquaintances = self.commons.acquaintances();
        match acquaintances.recall(channel, address) {
            Some(known) => Some(known.hearing),
            None => self.heard_by_the_index(channel, address),
        }
    }

    /// The same when they are not at hand; from now on they are, unless the answer hangs on other
    /// contacts as well.
    fn heard_by_the_index(&self, channel: Id, address: &Address) -> Option<Hearing> {
        let account = self.commons.catalog().channel(channel)?.account;
        let index = self.commons.index();
        let account = index.rows.get(&account)?;
        let contact = index.addresses.get(&(*account, address.clone()))?;
        let acquaintances = self.commons.acquaintances();
        let stamp = acquaintances.stamp(*contact);
        let (survivor, person) = index.acquainted(*contact)?;
        // Who has opted out may never have been talked to on this channel.
        let row = index.rows.get(&channel);
        let heard = row.map(|row| index.heard(&person, *row));
        let hearing = (heard.unwrap_or_default(), person.contact.is_opted_out());
        if survivor == *contact && person.merged.is_empty() {
            let known = Acquaintance {
                contact: survivor,
                person: person.into_owned(),
                hearing,
                stamp,
            };
            acquaintances.keep(channel, address, known);
        }
        Some(hearing)
    }

    pub(super) fn named(&self, channel: Id, provider_id: &str) -> Option<Reference> {
        let index = self.commons.index();
        let key = key::of_provider_id(channel, provider_id);
        let row = index.provider_ids.get(&key)?;
        let outcome = index.outcomes.get(&row)?;
        Some(Reference {
            message: outcome.id(*row),
            author: outcome.author(),
        })
    }

    pub(super) fn due(&self, subscription: Id) -> (i64, Vec<Due>) {
        let catalog = self.commons.catalog();
        let mut subscriptions = catalog.subscriptions.iter();
        let found = subscriptions.find(|known| known.id == subscription);
        let since = found.map_or(0, |found| found.since);
        let index = self.commons.index();
        let Some(row) = index.rows.get(&subscription) else {
            return (since, Vec::new());
        };
        let exceptions = index.exceptions.iter();
        let mut due: Vec<Due> = exceptions
            .filter(|((of, _), _)| of == row)
            .map(|(_, exception)| exception.due)
            .collect();
        due.sort_unstable_by_key(|due| due.seq);
        let cursor = index.cursors.get(row).copied().unwrap_or(since);
        (cursor.max(since), due)
    }

    pub(super) fn told_so_far(&self, subscription: Id) -> Telling {
        let (cursor, due) = self.due(subscription);
        let index = self.commons.index();
        let row = index.rows.get(&subscription);
        Telling {
            cursor,
            due: due.len(),
            failing_since: row.and_then(|row| index.failing.get(row).copied()),
        }
    }

    pub(super) fn counted(&self) -> Counts {
        let mut claimed: HashMap<i64, u64> = HashMap::new();
        for channel in self.commons.claims().values() {
            *claimed.entry(*channel).or_default() += 1;
        }
        let index = self.commons.index();
        let mut unsettled = Vec::new();
        for ((channel, state), count) in &index.counts {
            let Some(id) = index.id(*channel) else {
                continue;
            };
            let mut count = *count;
            if *state == State::Queued
                && let Some(claimed) = claimed.get(channel)
            {
                count = count.saturating_sub(*claimed);
                unsettled.push((id, State::Claimed, *claimed));
            }
            if count > 0 {
                unsettled.push((id, *state, count));
            }
        }
        unsettled.sort_unstable_by_key(|(channel, state, _)| (*channel, *state as u8));
        let milestones = self.commons.milestones().counts();
        let reached = milestones.iter().filter_map(|((channel, state), count)| {
            let channel = index.id(*channel)?;
            Some((channel, *state, *count))
        });
        let mut reached: Vec<_> = reached.collect();
        reached.sort_unstable_by_key(|(channel, state, _)| (*state as u8, *channel));
        let (commits, verbs) = self.commons.work();
        Counts {
            unsettled,
            reached,
            commits,
            verbs,
        }
    }
}
