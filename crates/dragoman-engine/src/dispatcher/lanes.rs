//! A channel's waiting messages by conversation.
//!
//! A conversation's waiting messages are its lane. At most one message of a lane runs, unless its
//! channel knows no order; a lane that must wait (a retry, a throttled recipient, the status of the
//! message before) sleeps in a heap and never holds the others up.

mod lane;
mod looking_back;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::Duration;

use dragoman_core::order::{After, Order};
use dragoman_core::{MessageId, Timestamp};

use self::lane::{Lane, State, open};
use super::items::{Item, Items, Place};
use super::numbers::Numbers;
use super::pairs::Pairs;
use super::recipients::Recipients;
use super::rings::Rings;
use super::schedule::{Turn, Waiting};
use super::setbacks::Setbacks;
use super::waits::{GivenUp, Leave, Question, Waits};

/// As many messages of one conversation may wait.
const LANE_LIMIT: u32 = 1000;

/// All lanes of a channel.
#[derive(Debug)]
pub(super) struct Lanes {
    items: Items,
    lanes: Numbers<i64, Lane>,
    rings: Rings,
    /// Lanes that wait for a moment; an entry counts only while its lane sleeps.
    sleeping: BinaryHeap<Reverse<(Duration, i64)>>,
    retries: Retries,
    recipients: Recipients,
    order: Order,
    waits: Waits,
    /// The recipients of lanes that are full.
    crowded: Numbers<u64, ()>,
    /// What has left its lane for good, and whom it would have gone to.
    given_up: Vec<(Question, GivenUp)>,
}

/// Messages that have failed before.
type Retries = HashMap<MessageId, Retry>;

/// A message that has failed before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Retry {
    /// Not before this.
    pub(super) due: Duration,
    pub(super) setbacks: Setbacks,
    /// The provider was not reached: due as soon as it is back.
    pub(super) missed: bool,
}

impl Lanes {
    pub(super) fn new(order: Order) -> Self {
        Self {
            items: Items::new(),
            lanes: Numbers::default(),
            rings: Rings::new(),
            sleeping: BinaryHeap::new(),
            retries: Retries::new(),
            recipients: Recipients::default(),
            order,
            waits: Waits::default(),
            crowded: Numbers::default(),
            given_up: Vec::new(),
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.items.len()
    }

    /// The message that has waited for the longest time, and when it expires. Looks at every one.
    pub(super) fn oldest(&self) -> Option<(MessageId, Timestamp)> {
        let oldest = self.items.oldest();
        oldest.map(|item| (item.message, item.expires_at))
    }

    /// Whether some lane may be ready.
    pub(super) fn has_ready(&self) -> bool {
        !self.rings.is_empty()
    }

    /// Whether a message with this wish need not wait for others to this recipient.
    pub(super) fn is_free(&self, digest: u64, wish: Option<After>) -> bool {
        match self.order.of(wish) {
            After::Nothing => true,
            _ if self.order.looks_back(wish) => false,
            After::Answer | After::Sent | After::Delivered => self.recipients.is_free(digest),
        }
    }

    /// Whether as many messages wait for some recipient as may.
    pub(super) fn has_crowds(&self) -> bool {
        !self.crowded.is_empty()
    }

    /// Whether as many messages wait for this recipient as may.
    pub(super) fn is_crowded(&self, digest: u64) -> bool {
        self.crowded.contains_key(&digest)
    }

    /// How long what waits for this recipient has to wait for reasons of its own. Looks at every
    /// lane.
    pub(super) fn wait(&self, digest: u64, pairs: &Pairs, now: Duration) -> Duration {
        let lane = self.lanes.values().find(|lane| lane.digest == digest);
        let head = lane.and_then(|lane| self.items.first(lane.list));
        head.map_or(Duration::ZERO, |head| {
            due(head, &self.retries, pairs, now).saturating_sub(now)
        })
    }

    /// Adds a message: behind its likes, or with `retry` before them.
    pub(super) fn insert(
        &mut self,
        waiting: Waiting,
        digest: u64,
        retry: Option<Retry>,
        pairs: &Pairs,
        now: Duration,
    ) {
        if let Some(retry) = retry {
            self.retries.insert(waiting.message, retry);
        }
        let item = Item::new(
            waiting.message,
            waiting.conversation,
            waiting.expires_at,
            waiting.priority,
        )
        .wishing(waiting.after);
        let place = place(&self.order, &item, retry.is_some());
        let lane = open(
            &mut self.lanes,
            &mut self.recipients,
            waiting.conversation,
            digest,
        );
        self.items.insert(&mut lane.list, item, place);
        lane.length += 1;
        self.settle(waiting.conversation, pairs, now);
    }

    /// Holds a recipient whose conversation is not known yet, for a message that is being accepted.
    pub(super) fn reserve(&mut self, digest: u64) {
        self.recipients.reserve(digest);
    }

    /// Lets go of it: the message runs by now, or never will.
    pub(super) fn release(&mut self, digest: u64, pairs: &Pairs, now: Duration) {
        if let Some(conversation) = self.recipients.release(digest) {
            self.settle(conversation, pairs, now);
        }
    }

    /// A message of this conversation runs that was never in a lane.
    pub(super) fn run(&mut self, conversation: i64, digest: u64) {
        let lane = open(&mut self.lanes, &mut self.recipients, conversation, digest);
        lane.running += 1;
        if self.order.of(None) != After::Nothing {
            lane.state = State::Resting;
        }
    }

    /// The next message that may be sent; its lane then runs.
    pub(super) fn next(&mut self, pairs: &Pairs, now: Duration) -> Option<Turn> {
        loop {
            let (priority, conversation) = self.rings.next()?;
            let Some(lane) = self.lanes.get_mut(&conversation) else {
                continue;
            };
            if lane.state != State::Ready(priority) {
                continue;
            }
            lane.state = State::Resting;
            let head = self.items.first(lane.list)?;
            if due(head, &self.retries, pairs, now) > now {
                self.settle(conversation, pairs, now);
                continue;
            }
            let item = self.items.pop(&mut lane.list)?;
            lane.running += 1;
            lane.length -= 1;
            let follows = self.items.first(lane.list);
            let overtakes = follows.is_some_and(|next| self.order.of(next.after) == After::Nothing);
            let retry = self.retries.remove(&item.message);
            if overtakes || !self.crowded.is_empty() {
                self.settle(conversation, pairs, now);
            }
            return Some(Turn {
                waiting: Waiting {
                    message: item.message,
                    conversation,
                    priority: item.priority,
                    expires_at: item.expires_at,
                    after: item.after,
                },
                setbacks: retry.map_or_else(Setbacks::default, |retry| retry.setbacks),
            });
        }
    }

    /// A message of this conversation no longer runs.
    pub(super) fn end(&mut self, conversation: i64, pairs: &Pairs, now: Duration) {
        if let Some(lane) = self.lanes.get_mut(&conversation) {
            lane.running = lane.running.saturating_sub(1);
        }
        self.settle(conversation, pairs, now);
    }

    /// When the next lane wakes, after [`Lanes::wake`].
    pub(super) fn wakes_at(&self) -> Option<Duration> {
        self.sleeping.peek().map(|Reverse((due, _))| *due)
    }

    /// What failed because the provider could not be reached need not wait any longer.
    pub(super) fn wake_missed(&mut self, pairs: &Pairs, now: Duration) {
        let missed: Vec<MessageId> = self
            .retries
            .iter_mut()
            .filter(|(_, retry)| retry.missed && retry.due > now)
            .map(|(message, retry)| {
                retry.due = now;
                *message
            })
            .collect();
        if missed.is_empty() {
            return;
        }
        let heads = self.lanes.iter().filter_map(|(conversation, lane)| {
            let head = self.items.first(lane.list)?.message;
            missed.contains(&head).then_some(*conversation)
        });
        for conversation in heads.collect::<Vec<_>>() {
            self.settle(conversation, pairs, now);
        }
    }

    /// Takes out what has waited too long.
    pub(super) fn expire(
        &mut self,
        wall: Timestamp,
        pairs: &Pairs,
        now: Duration,
    ) -> Vec<MessageId> {
        let expired = self.items.expired(wall);
        for item in &expired {
            self.remove(item.message, item.conversation, pairs, now);
        }
        expired.iter().map(|item| item.message).collect()
    }

    /// Takes out one message, wherever it waits.
    pub(super) fn remove(
        &mut self,
        message: MessageId,
        conversation: i64,
        pairs: &Pairs,
        now: Duration,
    ) {
        if let Some(lane) = self.lanes.get_mut(&conversation)
            && self.items.remove(&mut lane.list, message).is_some()
        {
            lane.length -= 1;
            self.retries.remove(&message);
            self.settle(conversation, pairs, now);
        }
    }

    /// Puts a lane where it belongs: a ring, the heap, or nowhere.
    fn settle(&mut self, conversation: i64, pairs: &Pairs, now: Duration) {
        while let Some(given_up) = self.arrange(conversation, pairs, now) {
            let Some(lane) = self.lanes.get_mut(&conversation) else {
                return;
            };
            let Some(item) = self.items.pop(&mut lane.list) else {
                return;
            };
            lane.length -= 1;
            let head = Question {
                conversation,
                message: item.message,
            };
            self.given_up.push((head, given_up));
        }
    }

    /// The same, unless the head has to be given up first.
    fn arrange(&mut self, conversation: i64, pairs: &Pairs, now: Duration) -> Option<GivenUp> {
        let lane = self.lanes.get_mut(&conversation)?;
        if lane.length >= LANE_LIMIT {
            self.crowded.insert(lane.digest, ());
        } else if !self.crowded.is_empty() {
            self.crowded.remove(&lane.digest);
        }
        let head = self.items.first(lane.list).copied();
        let after = head.map_or(After::Answer, |head| self.order.of(head.after));
        if after != After::Nothing
            && (lane.running > 0 || self.recipients.rests(lane.digest, conversation))
        {
            lane.state = State::Resting;
            return None;
        }
        let Some(head) = head else {
            if lane.running > 0 {
                lane.state = State::Resting;
                return None;
            }
            self.recipients.let_go(lane.digest);
            self.lanes.remove(&conversation);
            self.waits.forget(conversation);
            return None;
        };
        let mut due = due(&head, &self.retries, pairs, now);
        // What has left once has waited for that.
        if self.order.looks_back(head.after) && !self.retries.contains_key(&head.message) {
            let question = Question {
                conversation,
                message: head.message,
            };
            match self.waits.leave(question, after, &self.order, now) {
                Leave::Now => {}
                Leave::Later(at) => due = due.max(at),
                Leave::OnceAnswered => {
                    lane.state = State::Asking;
                    return None;
                }
                Leave::Never(given_up) => return Some(given_up),
            }
        }
        if due > now {
            lane.state = State::Sleeping;
            self.sleeping.push(Reverse((due, conversation)));
        } else if lane.state != State::Ready(head.priority) {
            lane.state = State::Ready(head.priority);
            self.rings.push(head.priority, conversation);
        }
        None
    }

    /// Wakes the lanes whose moment has come.
    pub(super) fn wake(&mut self, pairs: &Pairs, now: Duration) {
        while let Some(Reverse((due, conversation))) = self.sleeping.peek().copied() {
            if due > now {
                return;
            }
            self.sleeping.pop();
            let lane = self.lanes.get(&conversation);
            if lane.is_some_and(|lane| lane.state == State::Sleeping) {
                self.settle(conversation, pairs, now);
            }
        }
    }
}

/// From when on the head of a lane may be sent.
fn due(head: &Item, retries: &Retries, pairs: &Pairs, now: Duration) -> Duration {
    let free_at = pairs.free_at(head.conversation, now);
    let retry = retries.get(&head.message);
    retry.map_or(free_at, |retry| retry.due.max(free_at))
}

/// Where a message of a channel with this order is put in.
fn place(order: &Order, item: &Item, is_retry: bool) -> Place {
    match order.of(item.after) {
        // A retry holds nobody up.
        After::Nothing => Place::Behind,
        After::Answer if is_retry => Place::Before,
        After::Answer => Place::Behind,
        After::Sent | After::Delivered => Place::ByAge,
    }
}
