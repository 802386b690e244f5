//! What the pipeline cannot work without: messages that wait, and how many are under way.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use dragoman_core::id::next_row;
use dragoman_core::message::{Claim, Ready};
use dragoman_core::ports::Acceptance;
use dragoman_core::{Id, MessageId};

#[derive(Debug, Default)]
pub(super) struct Shelf {
    last_row: AtomicI64,
    in_flight: AtomicU64,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    claims: HashMap<MessageId, Claim>,
    of_channel: HashMap<Id, u64>,
}

impl Shelf {
    /// A new id, by the law of the real store.
    pub(super) fn next_message(&self, acceptance: &Acceptance) -> MessageId {
        let [tail, ..] = acceptance.random;
        let next = |last| Some(next_row(last, acceptance.machine));
        let order = Ordering::Relaxed;
        let last = self.last_row.fetch_update(order, order, next);
        let row = last.map_or(0, |last| next_row(last, acceptance.machine));
        MessageId::from_parts(row, tail as i64)
    }

    pub(super) fn waiting(&self, channel: Id) -> u64 {
        self.lock().of_channel.get(&channel).copied().unwrap_or(0)
    }

    pub(super) fn put(&self, claim: Claim) {
        let mut waiting = self.lock();
        *waiting.of_channel.entry(claim.channel).or_default() += 1;
        waiting.claims.insert(claim.message, claim);
    }

    pub(super) fn look(&self, messages: &[MessageId]) -> Vec<Claim> {
        let waiting = self.lock();
        let found = messages
            .iter()
            .filter_map(|message| waiting.claims.get(message));
        found.cloned().collect()
    }

    /// A message that waited departs.
    pub(super) fn take(&self, ready: &Ready) {
        let mut waiting = self.lock();
        if let Some(claim) = waiting.claims.remove(&ready.claim().message)
            && let Some(count) = waiting.of_channel.get_mut(&claim.channel)
        {
            *count -= 1;
        }
        drop(waiting);
        self.depart();
    }

    pub(super) fn depart(&self) {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
    }

    /// A message that was under way has arrived somewhere.
    pub(super) fn end(&self) {
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
    }

    /// How many wait, and how many are under way.
    pub(super) fn counts(&self) -> (u64, u64) {
        let waiting = self.lock().of_channel.values().sum();
        (waiting, self.in_flight.load(Ordering::Relaxed))
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting
            .lock()
            .expect("nobody panics while holding the shelf")
    }
}
