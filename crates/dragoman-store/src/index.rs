//! What the writer decides by and readers ask first: the derived index of the log.
//!
//! It answers what would otherwise need a random page of the main file: the fold of a message,
//! heads of conversations, keys, provider's ids, addresses. Everything in it can be made again
//! from the log. What grows with messages or customers is [`Layered`]: young in memory, aged on the
//! [`shelf`], where a look-up costs as much as the rest of a verb. So what is asked for together
//! stands together, and an accept asks twice. Nothing outside this module, its thread and the
//! writer's [`draft`] knows that.

pub(crate) mod codec;
pub(crate) mod draft;
pub(crate) mod entry;
pub(crate) mod generation;
pub(crate) mod happening;
pub(crate) mod key;
pub(crate) mod layered;
pub(crate) mod mark;
pub(crate) mod people;
pub(crate) mod shelf;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::Arc;

use dragoman_core::message::{Body, Stored};
use dragoman_core::{Address, Id, MessageId, State, Timestamp};
use foldhash::{HashMap, HashMapExt};

use draft::{Changes, Draft};
use entry::{Ends, Exception, Kept, Orphan, Outcome, Person, Waiting};
use generation::Generation;
use key::Key;
use layered::{Layer, Layered};
use mark::Mark;
use people::People;
use shelf::{Alarm, Files, Shelf};

/// What is committed.
#[derive(Debug)]
pub(crate) struct Index {
    /// Public id → row of `ids`.
    pub(crate) rows: HashMap<Id, i64>,
    /// The reverse.
    pub(crate) ids: HashMap<i64, Id>,
    /// Message → what became of it.
    pub(crate) outcomes: Layered<i64, Outcome>,
    /// Message → its row of the queue, while it is not settled.
    pub(crate) waiting: BTreeMap<i64, Waiting>,
    /// Idempotency key → message. Those whose life is over may still be here.
    pub(crate) keys: Layered<Key, Kept>,
    /// Channel and provider's id → message.
    pub(crate) provider_ids: Layered<Key, i64>,
    /// Contact → who it is, and where their conversations stand.
    pub(crate) people: Layered<i64, Arc<Person>>,
    /// Account and address → contact.
    pub(crate) addresses: Layered<(i64, Address), i64>,
    /// Conversations that began one after another → the last message of each.
    pub(crate) ends: Layered<i64, Ends>,
    /// Statuses whose message is not known yet.
    pub(crate) orphans: HashMap<i64, Orphan>,
    /// Channel and provider's id → those statuses.
    pub(crate) orphans_of: HashMap<Key, Vec<i64>>,
    /// Subscription → up to where it has everything.
    pub(crate) cursors: HashMap<i64, i64>,
    /// Subscription → when the first try failed since the last one that did not.
    pub(crate) failing: HashMap<i64, Timestamp>,
    /// Subscription and event → a delivery that is due again.
    pub(crate) exceptions: HashMap<(i64, i64), Exception>,
    /// Channel and state → how many messages wait. Follows `waiting`.
    pub(crate) counts: HashMap<(i64, State), u64>,
    /// What of the log is in here.
    pub(crate) mark: Mark,
    /// What of it is on the shelf.
    pub(crate) shelved: Mark,
    /// `None` where there is no shelf.
    alarm: Option<Arc<Alarm>>,
}

impl Index {
    /// An index without a shelf: it stays in memory.
    pub(crate) fn in_memory() -> Self {
        Self::over(None, Mark::default())
    }

    /// What this shelf holds, up to its mark.
    pub(crate) fn on(shelf: &Shelf, mark: Mark) -> Self {
        Self::over(Some(shelf), mark)
    }

    fn over(shelf: Option<&Shelf>, mark: Mark) -> Self {
        Self {
            rows: HashMap::new(),
            ids: HashMap::new(),
            outcomes: Layered::over(shelf, Files::outcomes),
            waiting: BTreeMap::new(),
            keys: Layered::over(shelf, Files::keys),
            provider_ids: Layered::over(shelf, Files::provider_ids),
            people: Layered::over(shelf, Files::people),
            addresses: Layered::over(shelf, Files::addresses),
            ends: Layered::over(shelf, Files::ends),
            orphans: HashMap::new(),
            orphans_of: HashMap::new(),
            cursors: HashMap::new(),
            failing: HashMap::new(),
            exceptions: HashMap::new(),
            counts: HashMap::new(),
            mark,
            shelved: mark,
            alarm: shelf.map(Shelf::alarm),
        }
    }

    /// Takes in what a commit has made durable. Answers the messages whose place in the queue
    /// changed.
    pub(crate) fn absorb(&mut self, draft: &mut Draft) -> Vec<i64> {
        absorb(&mut self.rows, &mut draft.rows);
        absorb(&mut self.ids, &mut draft.ids);
        self.outcomes.absorb(&mut draft.outcomes);
        self.keys.absorb(&mut draft.keys);
        self.provider_ids.absorb(&mut draft.provider_ids);
        self.people.absorb(&mut draft.people);
        self.addresses.absorb(&mut draft.addresses);
        self.ends.absorb(&mut draft.ends);
        absorb(&mut self.orphans, &mut draft.orphans);
        absorb(&mut self.orphans_of, &mut draft.orphans_of);
        absorb(&mut self.cursors, &mut draft.cursors);
        absorb(&mut self.failing, &mut draft.failing);
        absorb(&mut self.exceptions, &mut draft.exceptions);
        absorb(&mut self.counts, &mut draft.counts);
        self.mark = draft.mark;
        let moved = draft.waiting.keys().copied().collect();
        for (message, change) in draft.waiting.drain() {
            match change {
                Some(waiting) => self.waiting.insert(message, waiting),
                None => self.waiting.remove(&message),
            };
        }
        moved
    }

    /// How many messages are young; or people, where those are more: many may be made known to
    /// whom nobody has written.
    pub(crate) fn young(&self) -> usize {
        self.outcomes.young().max(self.people.young())
    }

    /// Ends the young generation, and answers it for the shelf; `None` when nothing is young.
    pub(crate) fn freeze(&mut self) -> Option<Generation> {
        (self.young() > 0).then(|| Generation {
            outcomes: self.outcomes.freeze(),
            keys: self.keys.freeze(),
            provider_ids: self.provider_ids.freeze(),
            people: self.people.freeze(),
            addresses: self.addresses.freeze(),
            ends: self.ends.freeze(),
            mark: self.mark,
        })
    }

    /// The shelf has the frozen generation, up to this mark.
    pub(crate) fn let_go(&mut self, shelved: Mark) {
        for layer in self.layers() {
            layer.let_go();
        }
        self.shelved = shelved;
    }

    /// Gives the shelf up: what was aged is not found any more.
    pub(crate) fn leave_shelf(&mut self) {
        for layer in self.layers() {
            layer.leave_shelf();
        }
    }

    fn layers(&mut self) -> [&mut dyn Layer; 6] {
        [
            &mut self.outcomes,
            &mut self.keys,
            &mut self.provider_ids,
            &mut self.people,
            &mut self.addresses,
            &mut self.ends,
        ]
    }

    /// Raised when what it has answered may not be believed; `None` where nothing can fail.
    pub(crate) fn alarm(&self) -> Option<Arc<Alarm>> {
        self.alarm.clone()
    }

    /// A conversation goes on with a message.
    pub(crate) fn go_on(&mut self, conversation: i64, message: i64) {
        let key = Ends::key(conversation);
        let ends = self.ends.get(&key).map(Cow::into_owned);
        let mut ends = ends.unwrap_or_default();
        ends.go_on(conversation, message);
        self.ends.put(key, ends);
    }

    /// The message with this id, if it exists: row and outcome. A wrong tail is "not found".
    pub(crate) fn message(&self, id: MessageId) -> Option<Cow<'_, Outcome>> {
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
        let (_, person) = self.survivor(outcome.contact)?;
        let head = person.on(outcome.channel)?;
        let provider_id = match &body {
            Body::Inbound(inbound) => Some(inbound.provider_id.clone()),
            Body::Note(_) => None,
            Body::Outbound(_) => outcome.provider_id.as_deref().map(Into::into),
        };
        Some(Stored {
            id: outcome.id(row),
            account: self.id(outcome.account)?,
            channel: self.id(outcome.channel)?,
            conversation: head.conversation.clone(),
            contact: person.contact.clone(),
            body,
            fold: outcome.fold,
            provider_id,
        })
    }
}

fn absorb<K: Eq + Hash, V>(table: &mut HashMap<K, V>, changes: &mut Changes<K, V>) {
    for (key, change) in changes.drain() {
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
