//! What the writer decides by and readers ask first: the derived index of the log.
//!
//! It answers what would otherwise need a random page of the main file: the fold of a message,
//! heads of conversations, keys, provider's ids, addresses. Everything in it can be made again
//! from the log, which is done at start. It lives in memory alone; nothing outside this module and
//! the writer's [`draft`] knows that.

pub(crate) mod draft;
pub(crate) mod entry;
pub(crate) mod key;

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::Arc;

use dragoman_core::message::{Body, Contact, Stored};
use dragoman_core::{Address, Id, MessageId, State};

use draft::{Changes, Draft};
use entry::{Exception, Head, Kept, Orphan, Outcome, Waiting, key_lives};
use key::Key;

/// The most idempotency keys that one commit forgets: more than one can bring, so that forgetting
/// keeps up.
const FORGOTTEN: usize = 4096;

/// What is committed.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Public id → row of `ids`.
    pub(crate) rows: HashMap<Id, i64>,
    /// The reverse.
    pub(crate) ids: HashMap<i64, Id>,
    /// Message → what became of it.
    pub(crate) outcomes: HashMap<i64, Outcome>,
    /// Message → its row of the queue, while it is not settled.
    pub(crate) waiting: HashMap<i64, Waiting>,
    /// Idempotency key → message.
    pub(crate) keys: HashMap<Key, Kept>,
    /// Message → its idempotency key: the oldest are forgotten first. Follows `keys`.
    keys_by_age: BTreeMap<i64, Key>,
    /// Channel and provider's id → message.
    pub(crate) provider_ids: HashMap<Key, i64>,
    /// Contact → who it is.
    pub(crate) people: HashMap<i64, Contact>,
    /// Account and address → contact.
    pub(crate) addresses: HashMap<(i64, Address), i64>,
    /// Conversation → where it stands.
    pub(crate) heads: HashMap<i64, Head>,
    /// Channel and contact → conversation.
    pub(crate) conversations: HashMap<(i64, i64), i64>,
    /// Statuses whose message is not known yet.
    pub(crate) orphans: HashMap<i64, Orphan>,
    /// Channel and provider's id → those statuses.
    pub(crate) orphans_of: HashMap<Key, Vec<i64>>,
    /// Subscription → up to where it has everything.
    pub(crate) cursors: HashMap<i64, i64>,
    /// Subscription and event → a delivery that is due again.
    pub(crate) exceptions: HashMap<(i64, i64), Exception>,
    /// Channel and state → how many messages wait. Follows `waiting`.
    pub(crate) counts: HashMap<(i64, State), u64>,
}

impl Index {
    /// Takes in what a commit has made durable. Answers the messages whose place in the queue
    /// changed.
    pub(crate) fn absorb(&mut self, draft: Draft) -> Vec<i64> {
        absorb(&mut self.rows, draft.rows);
        absorb(&mut self.ids, draft.ids);
        absorb(&mut self.outcomes, draft.outcomes);
        absorb(&mut self.provider_ids, draft.provider_ids);
        absorb(&mut self.people, draft.people);
        absorb(&mut self.addresses, draft.addresses);
        absorb(&mut self.heads, draft.heads);
        absorb(&mut self.conversations, draft.conversations);
        absorb(&mut self.orphans, draft.orphans);
        absorb(&mut self.orphans_of, draft.orphans_of);
        absorb(&mut self.cursors, draft.cursors);
        absorb(&mut self.exceptions, draft.exceptions);
        absorb(&mut self.counts, draft.counts);
        for (key, kept) in draft.keys.into_iter() {
            if let Some(kept) = kept {
                self.keep_key(key, kept);
            }
        }
        self.forget_keys(draft.newest);
        let moved = draft.waiting.keys().copied().collect();
        absorb(&mut self.waiting, draft.waiting);
        moved
    }

    /// Keeps an idempotency key for its life.
    pub(crate) fn keep_key(&mut self, key: Key, kept: Kept) {
        self.keys_by_age.insert(kept.message, key);
        self.keys.insert(key, kept);
    }

    /// Forgets idempotency keys whose life is over when this message, the newest, is made.
    fn forget_keys(&mut self, newest: i64) {
        let now = MessageId::from_parts(newest, 0).at();
        for _ in 0..FORGOTTEN {
            let oldest = self.keys_by_age.first_entry();
            let Some(over) = oldest.filter(|oldest| !key_lives(*oldest.key(), now)) else {
                return;
            };
            let (message, key) = over.remove_entry();
            // It may name a younger message by now.
            if self
                .keys
                .get(&key)
                .is_some_and(|kept| kept.message == message)
            {
                self.keys.remove(&key);
            }
        }
    }

    /// The message with this id, if it exists: row and outcome. A wrong tail is "not found".
    pub(crate) fn message(&self, id: MessageId) -> Option<&Outcome> {
        self.outcomes
            .get(&id.row())
            .filter(|outcome| outcome.tail == id.tail())
    }

    /// The public id of a row of `ids`.
    pub(crate) fn id(&self, row: i64) -> Option<Id> {
        self.ids.get(&row).copied()
    }

    /// A message as it is read back.
    pub(crate) fn stored(&self, row: i64, body: Body) -> Option<Stored> {
        let outcome = self.outcomes.get(&row)?;
        let head = self.heads.get(&outcome.conversation)?;
        let contact = self.people.get(&head.contact)?;
        let provider_id = match &body {
            Body::Inbound(inbound) => Some(inbound.provider_id.clone()),
            Body::Outbound(_) => outcome.provider_id.clone(),
        };
        Some(Stored {
            id: outcome.id(row),
            account: self.id(outcome.account)?,
            channel: self.id(outcome.channel)?,
            conversation: head.conversation.clone(),
            contact: contact.clone(),
            body,
            fold: outcome.fold,
            provider_id,
        })
    }
}

fn absorb<K: Eq + Hash, V>(table: &mut HashMap<K, V>, changes: Changes<K, V>) {
    for (key, change) in changes.into_iter() {
        match change {
            Some(value) => table.insert(key, value),
            None => table.remove(&key),
        };
    }
}

/// A page of messages, each once.
pub(crate) type Page = HashMap<i64, Arc<Stored>>;

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
