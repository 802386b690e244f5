//! Contacts as the other rooms know them.

use std::cmp::Reverse;
use std::sync::Arc;

use dragoman_core::contact::{Customer, Talk};

use super::Index;
use super::entry::Head;

impl Index {
    /// The customer of this row as they stand; `None` when there is none.
    pub(crate) fn customer(&self, row: i64) -> Option<Customer> {
        let person = self.people.get(&row)?;
        let heads = person.conversations.iter();
        let mut talks: Vec<Talk> = heads.filter_map(|head| self.talk(head)).collect();
        talks.sort_by_key(|talk| Reverse(talk.conversation.number));
        Some(Customer {
            contact: Arc::clone(&person.contact),
            talks,
        })
    }

    fn talk(&self, head: &Head) -> Option<Talk> {
        let last = self.outcomes.get(&head.last);
        Some(Talk {
            channel: self.id(head.channel)?,
            conversation: head.conversation.clone(),
            last: last.map(|outcome| outcome.id(head.last)),
            heard: head.heard,
        })
    }
}
