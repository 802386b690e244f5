//! Everything that is kept.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use dragoman_core::catalog::{Catalog, Change, Channel, Sending, cascade};
use dragoman_core::event::{Event, What};
use dragoman_core::id::{AttemptId, next_row};
use dragoman_core::inbound::Status;
use dragoman_core::message::{Body, Outbound, Stored};
use dragoman_core::news::{self, News, StaffNews, Tidings};
use dragoman_core::ports::{AttemptedDelivery, Happened, Quarantined};
use dragoman_core::state::{Fold, State as Stands};
use dragoman_core::submission::IdempotencyKey;
use dragoman_core::{Id, MessageId, Timestamp};

use super::people::Person;
use super::telling::Listener;
use crate::SeededRandom;

/// What is committed, and the claims, which no restart survives.
pub(super) struct State {
    pub(super) catalog: Arc<Catalog>,
    /// Every line of every conversation, in the order in which they came.
    pub(super) lines: BTreeMap<MessageId, Line>,
    pub(super) claims: BTreeSet<MessageId>,
    /// What happened. The number of each is one more than its place.
    pub(super) log: Vec<Kept>,
    pub(super) keys: HashMap<[u8; 16], (IdempotencyKey, MessageId)>,
    /// By what a message looks like: the last one that does.
    pub(super) twins: HashMap<[u8; 16], MessageId>,
    pub(super) people: Vec<Person>,
    pub(super) conversations: i64,
    pub(super) provider_ids: HashMap<(Id, Box<str>), MessageId>,
    /// Statuses of messages that are not known, by channel.
    pub(super) orphans: Vec<(Id, Status)>,
    pub(super) listeners: BTreeMap<Id, Listener>,
    pub(super) tries: Vec<(Id, AttemptedDelivery)>,
    pub(super) quarantine: Vec<Quarantined>,
    pub(super) heartbeat: Option<Timestamp>,
    /// The last instant that was heard of.
    latest: Timestamp,
    pub(super) random: SeededRandom,
}

impl Default for State {
    fn default() -> Self {
        Self {
            catalog: Arc::default(),
            lines: BTreeMap::new(),
            claims: BTreeSet::new(),
            log: Vec::new(),
            keys: HashMap::new(),
            twins: HashMap::new(),
            people: Vec::new(),
            conversations: 0,
            provider_ids: HashMap::new(),
            orphans: Vec::new(),
            listeners: BTreeMap::new(),
            tries: Vec::new(),
            quarantine: Vec::new(),
            heartbeat: None,
            latest: Timestamp::default(),
            random: SeededRandom::new(0),
        }
    }
}

/// A line of a conversation.
pub(super) struct Line {
    pub(super) account: Id,
    pub(super) channel: Id,
    /// The place of the contact.
    pub(super) contact: usize,
    pub(super) conversation: i64,
    pub(super) body: Body,
    /// It was accepted and failed in the same commit.
    pub(super) refused: bool,
    pub(super) fold: Fold,
    pub(super) provider_id: Option<Box<str>>,
    /// Its entry of the queue.
    pub(super) waiting: Option<Waiting>,
    pub(super) last_event: i64,
}

impl Line {
    pub(super) fn outbound(&self) -> Option<&Arc<Outbound>> {
        match &self.body {
            Body::Outbound(body) => Some(body),
            Body::Inbound(_) | Body::Note(_) => None,
        }
    }
}

/// An entry of the queue.
#[derive(Clone, Copy)]
pub(super) struct Waiting {
    /// Queued, in flight or unknown.
    pub(super) state: Stands,
    /// Not before this; of an unknown one since when it is.
    pub(super) due_at: Timestamp,
    pub(super) starts: u32,
    pub(super) attempt: Option<AttemptId>,
}

/// Something that happened.
pub(super) enum Kept {
    Event(Event),
    /// With the place of the contact that it is about.
    News(News, Option<usize>),
}

impl Kept {
    pub(super) const fn at(&self) -> Timestamp {
        match self {
            Self::Event(event) => event.at,
            Self::News(news, _) => news.at,
        }
    }
}

impl State {
    pub(super) fn restart(&mut self) {
        self.claims.clear();
        let (at, departed) = (self.latest, self.all_that_stand(Stands::InFlight));
        for message in departed {
            let waiting = self.line_mut(message).waiting.as_mut();
            let waiting = waiting.expect("it stands in the queue");
            (waiting.state, waiting.due_at) = (Stands::Unknown, at);
            let reason = "crash".into();
            self.happened(message, What::Unknown { reason }, at);
        }
    }

    fn all_that_stand(&self, so: Stands) -> Vec<MessageId> {
        let lines = self.lines.iter();
        let standing = lines.filter(|(_, line)| line.waiting.is_some_and(|w| w.state == so));
        standing.map(|(message, _)| *message).collect()
    }

    pub(super) fn last_event(&self) -> i64 {
        self.log.len() as i64
    }

    pub(super) fn heard(&mut self, now: Timestamp) {
        self.latest = self.latest.max(now);
    }

    /// The line with this id, when there is one.
    pub(super) fn line(&self, message: MessageId) -> Option<&Line> {
        self.lines.get(&message)
    }

    /// For callers who have seen the line.
    pub(super) fn line_mut(&mut self, message: MessageId) -> &mut Line {
        self.lines
            .get_mut(&message)
            .expect("the caller has seen the message")
    }

    /// The next id, higher than all before.
    pub(super) fn next_message(&self, machine: Timestamp, random: u128) -> MessageId {
        let last = self.lines.last_key_value();
        let last = last.map_or(0, |(message, _)| message.row());
        let tail = i64::try_from(random >> 66).expect("62 bits fit");
        MessageId::from_parts(next_row(last, machine), tail)
    }

    /// Writes an event and folds it in. Whatever happens to a message ends the claim on it.
    pub(super) fn happened(&mut self, message: MessageId, what: What, at: Timestamp) {
        self.heard(at);
        self.claims.remove(&message);
        let seq = self.last_event() + 1;
        let line = self.line_mut(message);
        line.last_event = seq;
        if line.outbound().is_some() {
            line.fold.apply(&what, at);
        }
        let account = line.account;
        self.log.push(Kept::Event(Event {
            seq,
            account,
            message,
            at,
            what,
        }));
    }

    /// When an event that is in the log happened.
    pub(super) fn time_of(&self, seq: i64) -> Timestamp {
        let place = usize::try_from(seq - 1).expect("events count from one");
        self.log[place].at()
    }

    /// Writes what happened to somebody.
    pub(super) fn news(
        &mut self,
        account: Id,
        what: Tidings,
        contact: Option<usize>,
        at: Timestamp,
    ) {
        self.heard(at);
        let news = News {
            seq: self.last_event() + 1,
            account,
            at,
            what,
        };
        self.log.push(Kept::News(news, contact));
    }

    /// What happened to a message, in order.
    pub(super) fn story(&self, message: MessageId) -> impl DoubleEndedIterator<Item = &Event> {
        self.log.iter().filter_map(move |kept| match kept {
            Kept::Event(event) if event.message == message => Some(event),
            Kept::Event(_) | Kept::News(..) => None,
        })
    }

    pub(super) fn stored(&self, message: MessageId) -> Option<Stored> {
        let line = self.line(message)?;
        let person = &self.people[line.contact];
        let mut fold = line.fold;
        if fold.state == Stands::Queued && self.claims.contains(&message) {
            fold.state = Stands::Claimed;
        }
        Some(Stored {
            id: message,
            account: line.account,
            channel: line.channel,
            conversation: person.on(line.channel)?.conversation.clone(),
            contact: Arc::clone(&person.contact),
            body: line.body.clone(),
            fold,
            provider_id: line.provider_id.clone(),
        })
    }

    pub(super) fn told(&self, kept: &Kept) -> Option<Happened> {
        Some(match kept {
            Kept::Event(event) => {
                let stored = self.stored(event.message)?;
                Happened::Message(event.clone(), Arc::new(stored))
            }
            Kept::News(news, contact) => {
                let customer = contact.map(|contact| Arc::new(self.customer(contact)));
                Happened::News(news.clone(), customer)
            }
        })
    }

    /// Changes slow data, with what that brings with it.
    pub(super) fn change(&mut self, changes: Vec<Change>) {
        if changes.is_empty() {
            return;
        }
        let mut catalog = Catalog::clone(&self.catalog);
        for change in changes {
            for change in cascade(&catalog, change) {
                for told in news::of_change(&catalog, &change) {
                    let (whose, at) = (whose(&told), self.latest);
                    self.news(whose, Tidings::Staff(told), None, at);
                }
                if let Change::RemoveSubscription(gone) = &change {
                    self.listeners.remove(gone);
                }
                catalog.apply(change);
            }
        }
        self.catalog = Arc::new(catalog);
    }

    /// Nothing is sent any more, until somebody lets go.
    pub(super) fn hold_every_channel(&mut self) {
        let channels = self.catalog.channels.iter();
        let free = channels.filter(|channel| channel.sending.held.is_none());
        let held = free.map(|channel| {
            Change::Channel(Channel {
                sending: Sending {
                    held: Some("store_regression".into()),
                    ..channel.sending.clone()
                },
                ..channel.clone()
            })
        });
        self.change(held.collect());
    }
}

const fn whose(told: &StaffNews) -> Id {
    match told {
        StaffNews::Status(user)
        | StaffNews::Session(user, _)
        | StaffNews::Membership(user, _, _) => user.account,
    }
}
