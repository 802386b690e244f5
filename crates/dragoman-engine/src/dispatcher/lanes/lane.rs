//! The lane of one conversation.

use std::collections::hash_map::Entry;

use dragoman_core::message::Priority;

use crate::dispatcher::items::List;
use crate::dispatcher::numbers::Numbers;
use crate::dispatcher::recipients::{Recipients, UNKNOWN};

/// The waiting messages of one conversation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lane {
    pub(super) list: List,
    pub(super) length: u32,
    /// Of the recipient's address.
    pub(super) digest: u64,
    pub(super) state: State,
    /// How many of its messages run: more than one only when two addresses turned out to be one
    /// conversation, or without an order.
    pub(super) running: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Neither in a ring nor asleep.
    Resting,
    /// Stands in the ring of this priority.
    Ready(Priority),
    /// Waits for its moment.
    Sleeping,
    /// Waits for the store's answer.
    Asking,
}

/// The lane of a conversation; new when it has none. A recipient who was not known may be by now.
pub(super) fn open<'a>(
    lanes: &'a mut Numbers<i64, Lane>,
    recipients: &mut Recipients,
    conversation: i64,
    digest: u64,
) -> &'a mut Lane {
    let lane = match lanes.entry(conversation) {
        Entry::Occupied(lane) => lane.into_mut(),
        Entry::Vacant(place) => {
            recipients.hold(digest);
            place.insert(Lane {
                list: List::EMPTY,
                length: 0,
                digest,
                state: State::Resting,
                running: 0,
            })
        }
    };
    if lane.digest == UNKNOWN && digest != UNKNOWN {
        recipients.let_go(UNKNOWN);
        recipients.hold(digest);
        lane.digest = digest;
    }
    lane
}
