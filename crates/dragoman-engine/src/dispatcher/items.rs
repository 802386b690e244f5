//! Waiting messages, packed: a list per lane, threaded through one array.

use dragoman_core::message::Priority;
use dragoman_core::order::After;
use dragoman_core::{MessageId, Timestamp};

/// No item.
pub(super) const NONE: u32 = u32::MAX;

/// Stands where nothing waits: younger than any message.
const NOBODY: MessageId = MessageId::from_parts((1 << 60) - 1, 0);

/// A message that waits: 40 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) message: MessageId,
    pub(super) conversation: i64,
    pub(super) expires_at: Timestamp,
    pub(super) priority: Priority,
    /// What it waits for, where that differs from its channel's way.
    pub(super) after: Option<After>,
    next: u32,
}

impl Item {
    pub(super) const fn new(
        message: MessageId,
        conversation: i64,
        expires_at: Timestamp,
        priority: Priority,
    ) -> Self {
        Self {
            message,
            conversation,
            expires_at,
            priority,
            after: None,
            next: NONE,
        }
    }

    /// With this wish.
    #[must_use]
    pub(super) const fn wishing(self, after: Option<After>) -> Self {
        Self { after, ..self }
    }
}

/// Where a message is put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Behind everything of the same or a higher priority.
    Behind,
    /// Before those of the same.
    Before,
    /// Where it stood when it was accepted, whatever the priorities.
    ByAge,
}

/// The ends of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct List {
    head: u32,
    tail: u32,
}

impl List {
    pub(super) const EMPTY: Self = Self {
        head: NONE,
        tail: NONE,
    };
}

/// All items of a channel. A free place has [`Timestamp::NEVER`] as expiry, so that a sweep passes
/// over it.
#[derive(Debug)]
pub(super) struct Items {
    places: Vec<Item>,
    free: Vec<u32>,
}

impl Items {
    pub(super) const fn new() -> Self {
        Self {
            places: Vec::new(),
            free: Vec::new(),
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    pub(super) fn first(&self, list: List) -> Option<&Item> {
        self.places.get(list.head as usize)
    }

    /// Puts a message in.
    pub(super) fn insert(&mut self, list: &mut List, item: Item, place: Place) {
        let stays_ahead = |other: &Item| match place {
            Place::Behind => other.priority <= item.priority,
            Place::Before => other.priority < item.priority,
            Place::ByAge => other.message < item.message,
        };
        let mut before = NONE;
        if list.tail != NONE && stays_ahead(&self.places[list.tail as usize]) {
            before = list.tail;
        } else {
            let mut at = list.head;
            while at != NONE && stays_ahead(&self.places[at as usize]) {
                before = at;
                at = self.places[at as usize].next;
            }
        }
        let place = self.place(item);
        let next = self.link(list, before, place);
        self.places[place as usize].next = next;
        if next == NONE {
            list.tail = place;
        }
    }

    /// Makes `before` (or the head) point to `place`; returns what it pointed to.
    fn link(&mut self, list: &mut List, before: u32, place: u32) -> u32 {
        let pointer = match before {
            NONE => &mut list.head,
            _ => &mut self.places[before as usize].next,
        };
        std::mem::replace(pointer, place)
    }

    pub(super) fn pop(&mut self, list: &mut List) -> Option<Item> {
        let item = *self.first(*list)?;
        self.release(list.head);
        list.head = item.next;
        if list.head == NONE {
            list.tail = NONE;
        }
        Some(item)
    }

    /// Takes one message out of the middle.
    pub(super) fn remove(&mut self, list: &mut List, message: MessageId) -> Option<Item> {
        let (mut before, mut at) = (NONE, list.head);
        while at != NONE {
            let item = self.places[at as usize];
            if item.message == message {
                self.link(list, before, item.next);
                if item.next == NONE {
                    list.tail = before;
                }
                self.release(at);
                return Some(item);
            }
            (before, at) = (at, item.next);
        }
        None
    }

    /// Takes everything out, in its order.
    pub(super) fn drain(&mut self, list: &mut List) -> Vec<Item> {
        std::iter::from_fn(|| self.pop(list)).collect()
    }

    /// The message before this one in its list.
    pub(super) fn before(&self, list: List, message: MessageId) -> Option<MessageId> {
        let mut before = None;
        let mut at = list.head;
        while at != NONE {
            let item = self.places[at as usize];
            if item.message == message {
                return before;
            }
            (before, at) = (Some(item.message), item.next);
        }
        None
    }

    /// Everything whose time ran out.
    pub(super) fn expired(&self, now: Timestamp) -> Vec<Item> {
        let is_late = |item: &&Item| item.expires_at <= now;
        self.places.iter().filter(is_late).copied().collect()
    }

    /// The message that was accepted first. Looks at every one.
    pub(super) fn oldest(&self) -> Option<&Item> {
        let oldest = self.places.iter().min_by_key(|item| item.message);
        oldest.filter(|oldest| oldest.message != NOBODY)
    }

    fn place(&mut self, item: Item) -> u32 {
        if let Some(place) = self.free.pop() {
            self.places[place as usize] = item;
            return place;
        }
        self.places.push(item);
        u32::try_from(self.places.len() - 1).expect("a queue is bounded far below 2^32")
    }

    fn release(&mut self, place: u32) {
        self.places[place as usize].expires_at = Timestamp::NEVER;
        self.places[place as usize].message = NOBODY;
        self.free.push(place);
        if self.free.len() == self.places.len() {
            // The backlog is gone: give its memory back.
            (self.places, self.free) = (Vec::new(), Vec::new());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn item(number: i64, priority: Priority) -> Item {
        let message = MessageId::from_parts(number, 0);
        Item::new(message, 1, Timestamp::from_seconds(number), priority)
    }

    fn rows(items: &mut Items, list: &mut List) -> Vec<i64> {
        std::iter::from_fn(|| items.pop(list))
            .map(|item| item.message.row())
            .collect()
    }

    #[test]
    fn a_lane_is_first_in_first_out_within_a_priority() {
        let (mut items, mut list) = (Items::new(), List::EMPTY);
        items.insert(&mut list, item(1, Priority::Bulk), Place::Behind);
        items.insert(&mut list, item(2, Priority::Normal), Place::Behind);
        items.insert(&mut list, item(3, Priority::Bulk), Place::Behind);
        items.insert(&mut list, item(4, Priority::High), Place::Behind);
        items.insert(&mut list, item(5, Priority::Normal), Place::Behind);
        items.insert(&mut list, item(6, Priority::Normal), Place::Before);
        assert_eq!(rows(&mut items, &mut list), [4, 6, 2, 5, 1, 3]);
        assert_eq!((items.len(), list.head), (0, NONE));
    }

    #[test]
    fn what_is_taken_out_leaves_the_others_in_order() {
        let (mut items, mut list) = (Items::new(), List::EMPTY);
        for number in 1..=4 {
            items.insert(&mut list, item(number, Priority::Normal), Place::Behind);
        }
        for number in [4, 1] {
            let message = MessageId::from_parts(number, 0);
            assert!(items.remove(&mut list, message).is_some());
            assert!(items.remove(&mut list, message).is_none());
        }
        items.insert(&mut list, item(5, Priority::Normal), Place::Behind);
        let late = items.expired(Timestamp::from_seconds(3));
        assert_eq!(late.iter().map(|item| item.message.row()).sum::<i64>(), 5);
        assert_eq!(rows(&mut items, &mut list), [2, 3, 5]);
    }

    #[test]
    fn the_oldest_is_who_was_accepted_first_of_those_who_wait() {
        let (mut items, mut list) = (Items::new(), List::EMPTY);
        let oldest = |items: &Items| items.oldest().map(|item| item.message.row());
        assert_eq!(oldest(&items), None);
        items.insert(&mut list, item(1, Priority::Bulk), Place::Behind);
        items.insert(&mut list, item(2, Priority::High), Place::Behind);
        assert_eq!(oldest(&items), Some(1));
        let message = MessageId::from_parts(1, 0);
        assert!(items.remove(&mut list, message).is_some());
        assert_eq!(oldest(&items), Some(2));
        assert_eq!(rows(&mut items, &mut list), [2]);
        assert_eq!(oldest(&items), None);
    }

    #[test]
    fn an_item_is_small() {
        assert!(size_of::<Item>() <= 40);
    }
}
