//! What those who follow the log are told, as it is committed.

use dragoman_core::event::Event;
use dragoman_core::news::News;

/// One number of the count that events and news share.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    /// To a message.
    Event(Event),
    /// To somebody. Rare, and so no reason for events to be larger.
    News(Box<OfSomebody>),
}

/// News, and whom to look up to tell it.
#[derive(Clone, Debug)]
pub(crate) struct OfSomebody {
    /// What happened.
    pub(crate) news: News,
    /// The contact that it is about; `None` when it is about no customer.
    pub(crate) contact: Option<i64>,
}

impl Happening {
    /// Its sequence number.
    pub(crate) const fn seq(&self) -> i64 {
        match self {
            Self::Event(event) => event.seq,
            Self::News(told) => told.news.seq,
        }
    }

    /// The message that it is about, if it is about one.
    pub(crate) const fn message(&self) -> Option<i64> {
        match self {
            Self::Event(event) => Some(event.message.row()),
            Self::News(_) => None,
        }
    }
}
