//! What ages together.

use std::sync::Arc;

use dragoman_core::Address;

use super::entry::{Kept, Outcome, Person};
use super::key::Key;
use super::layered::{Young, emptied};
use super::mark::Mark;

/// Each table's entries, and the mark that holds with them.
pub(crate) struct Generation {
    pub(crate) outcomes: Arc<Young<i64, Outcome>>,
    pub(crate) keys: Arc<Young<Key, Kept>>,
    pub(crate) provider_ids: Arc<Young<Key, i64>>,
    pub(crate) people: Arc<Young<i64, Arc<Person>>>,
    pub(crate) addresses: Arc<Young<(i64, Address), i64>>,
    pub(crate) mark: Mark,
}

impl Generation {
    /// What is left when the index has let go of it: memory for another one.
    pub(crate) fn emptied(self) -> Spare {
        Spare {
            outcomes: emptied(self.outcomes),
            keys: emptied(self.keys),
            provider_ids: emptied(self.provider_ids),
            people: emptied(self.people),
            addresses: emptied(self.addresses),
        }
    }
}

/// Each table's memory, with nothing in it.
pub(crate) struct Spare {
    pub(crate) outcomes: Young<i64, Outcome>,
    pub(crate) keys: Young<Key, Kept>,
    pub(crate) provider_ids: Young<Key, i64>,
    pub(crate) people: Young<i64, Arc<Person>>,
    pub(crate) addresses: Young<(i64, Address), i64>,
}
