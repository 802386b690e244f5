//! What the writer and everybody else share.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

use dragoman_core::State;
use dragoman_core::catalog::Catalog;
use dragoman_core::message::{Body, Stored};
use foldhash::HashMap;
use tokio::sync::watch;

use super::acquaintances::Acquaintances;
use super::health::Health;
use super::milestones::Milestones;
use super::recent::Recent;
use crate::index::Index;
use crate::index::draft::Draft;
use crate::index::generation::Generation;
use crate::index::happening::Happening;
use crate::index::shelf::Alarm;

/// The committed truth. Only the writer changes it, after its commit; the thread of the shelf moves
/// it from memory to the disk, and claims alone are made by anybody, because they are never written.
///
/// Whoever holds the index must not ask for the claims: the order is claims, then index.
#[derive(Debug)]
pub(crate) struct Commons {
    index: RwLock<Index>,
    /// Of the index's shelf: looked at by every call, which so need not wait for the index.
    alarm: Option<Arc<Alarm>>,
    catalog: watch::Sender<Arc<Catalog>>,
    recent: Mutex<Recent>,
    /// Claimed message → its channel.
    claims: Mutex<HashMap<i64, i64>>,
    last_event: watch::Sender<i64>,
    /// How often bytes of files became litter since the start.
    litter: watch::Sender<u64>,
    health: Health,
    milestones: Milestones,
    acquaintances: Acquaintances,
    commits: AtomicU64,
    verbs: AtomicU64,
}

impl Commons {
    pub(crate) fn new(index: Index, catalog: Catalog, last_event: i64) -> Self {
        Self {
            alarm: index.alarm(),
            index: RwLock::new(index),
            catalog: watch::Sender::new(Arc::new(catalog)),
            recent: Mutex::new(Recent::after(last_event)),
            claims: Mutex::default(),
            last_event: watch::Sender::new(last_event),
            litter: watch::Sender::new(0),
            health: Health::default(),
            milestones: Milestones::default(),
            acquaintances: Acquaintances::default(),
            commits: AtomicU64::new(0),
            verbs: AtomicU64::new(0),
        }
    }

    pub(crate) fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.index
            .read()
            .expect("the writer does not panic while it publishes")
    }

    /// Whether what the index has answered so far may be believed. Never waits.
    pub(crate) fn is_sound(&self) -> bool {
        self.alarm.as_ref().is_none_or(|alarm| !alarm.is_raised())
    }

    fn index_to_change(&self) -> RwLockWriteGuard<'_, Index> {
        self.index
            .write()
            .expect("nobody panics while he changes the index")
    }

    /// Ends the young generation of the index; `None` when nothing is young.
    pub(crate) fn freeze(&self) -> Option<Generation> {
        self.index_to_change().freeze()
    }

    /// The shelf has the frozen generation.
    pub(crate) fn let_go(&self, shelved: Generation) {
        // The entries are dropped when others may have the index again.
        self.index_to_change().let_go(shelved.mark);
    }

    /// Gives up the files of the shelf.
    pub(crate) fn leave_shelf(&self) {
        self.index_to_change().leave_shelf();
    }

    pub(crate) fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent
            .lock()
            .expect("nobody panics while holding recent events")
    }

    pub(crate) fn claims(&self) -> MutexGuard<'_, HashMap<i64, i64>> {
        self.claims
            .lock()
            .expect("nobody panics while holding the claims")
    }

    pub(crate) fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.catalog.borrow())
    }

    pub(crate) fn catalogs(&self) -> watch::Receiver<Arc<Catalog>> {
        self.catalog.subscribe()
    }

    pub(crate) fn last_event(&self) -> i64 {
        *self.last_event.borrow()
    }

    pub(crate) fn events(&self) -> watch::Receiver<i64> {
        self.last_event.subscribe()
    }

    pub(crate) fn litter(&self) -> watch::Receiver<u64> {
        self.litter.subscribe()
    }

    /// Whether the store keeps what it is given.
    pub(crate) const fn health(&self) -> &Health {
        &self.health
    }

    /// Commits since the start, and the verbs in them.
    pub(crate) fn work(&self) -> (u64, u64) {
        (
            self.commits.load(Ordering::Relaxed),
            self.verbs.load(Ordering::Relaxed),
        )
    }

    /// How far messages came since the start.
    pub(crate) const fn milestones(&self) -> &Milestones {
        &self.milestones
    }

    /// Those who are written to again and again.
    pub(crate) const fn acquaintances(&self) -> &Acquaintances {
        &self.acquaintances
    }

    /// Makes visible what a commit of so many verbs has made durable, and empties the draft.
    pub(crate) fn publish(&self, draft: &mut Draft, verbs: u64) {
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.verbs.fetch_add(verbs, Ordering::Relaxed);
        let index = self.index();
        self.milestones.count(draft, &index);
        // Nobody has asked for those who are new.
        let changed = draft.people.keys();
        let stirred: Vec<i64> = changed
            .copied()
            .filter(|row| *row <= index.mark.contact)
            .collect();
        drop(index);
        let last_event = draft.events.last().map(Happening::seq);
        let catalog = draft.catalog.take();
        let littered = std::mem::take(&mut draft.littered);
        let mut recent = self.recent();
        recent.remember(draft.events.drain(..), draft.bodies.drain(..));
        recent.forget(std::mem::take(&mut draft.gone));
        drop(recent);
        let moved = self.index_to_change().absorb(draft);
        for contact in stirred {
            self.acquaintances.stir(contact);
        }
        let mut claims = self.claims();
        for message in moved {
            claims.remove(&message);
        }
        drop(claims);
        // Those who are woken find everything else in its place.
        if let Some(catalog) = catalog {
            self.catalog.send_replace(catalog);
        }
        if let Some(seq) = last_event {
            self.last_event.send_replace(seq);
        }
        if littered {
            self.litter.send_modify(|count| *count += 1);
        }
    }

    /// A message as it stands, with the claim that only memory knows of.
    pub(crate) fn stored(&self, row: i64, body: Body) -> Option<Stored> {
        let mut stored = self.index().stored(row, body)?;
        if stored.fold.state == State::Queued && self.claims().contains_key(&row) {
            stored.fold.state = State::Claimed;
        }
        Some(stored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whether_the_index_is_sound_is_known_while_it_changes() {
        let commons = Commons::new(Index::in_memory(), Catalog::default(), 0);
        let changing = commons.index_to_change();
        assert!(commons.is_sound());
        drop(changing);
    }
}
