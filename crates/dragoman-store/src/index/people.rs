//! Contacts as people: one that proved to be another is that other.

use std::borrow::Cow;
use std::sync::Arc;

use dragoman_core::contact::{Customer, Talk};
use dragoman_core::window::Heard;
use dragoman_core::{Id, MessageId};

use super::Index;
use super::entry::{Ends, Fate, Person, Thread};

/// Where contacts are looked up: in what is committed, or in what a batch makes of it.
pub(crate) trait People {
    /// The contact in this row, whatever has become of it.
    fn find_person(&self, contact: i64) -> Option<Cow<'_, Arc<Person>>>;

    /// The id of the message in this row.
    fn find_message(&self, row: i64) -> Option<MessageId>;

    /// The last messages under this key of [`Ends`].
    fn find_ends(&self, key: i64) -> Option<Cow<'_, Ends>>;

    /// The public id of a row of `ids`.
    fn find_id(&self, row: i64) -> Option<Id>;

    /// The last message of a conversation; 0 before the first.
    fn end_of(&self, conversation: i64) -> i64 {
        let ends = self.find_ends(Ends::key(conversation));
        ends.map_or(0, |ends| ends.of(conversation))
    }

    /// Who the contact in this row is by now, and in which row.
    fn survivor(&self, contact: i64) -> Option<(i64, Cow<'_, Arc<Person>>)> {
        let mut row = contact;
        loop {
            let person = self.find_person(row)?;
            match person.fate {
                Fate::MergedInto(older) => row = older,
                Fate::Known | Fate::Forgotten => return Some((row, person)),
            }
        }
    }

    /// The same, unless they were forgotten.
    fn acquainted(&self, contact: i64) -> Option<(i64, Cow<'_, Arc<Person>>)> {
        let survivor = self.survivor(contact);
        survivor.filter(|(_, person)| person.fate == Fate::Known)
    }

    /// All who proved to be somebody, also those who had proved to be one of these.
    fn merged(&self, person: &Person) -> Vec<Cow<'_, Arc<Person>>> {
        let mut merged = Vec::new();
        let mut rows = person.merged.clone();
        while let Some(row) = rows.pop() {
            if let Some(other) = self.find_person(row) {
                rows.extend(&other.merged);
                merged.push(other);
            }
        }
        merged
    }

    /// What was heard from somebody on a channel, in whichever of their conversations.
    fn heard(&self, person: &Person, channel: i64) -> Heard {
        let heard_by = |person: &Person| person.on(channel).map(|head| head.heard);
        let merged = self.merged(person);
        let others = merged.iter().filter_map(|other| heard_by(other));
        others.fold(heard_by(person).unwrap_or_default(), later)
    }

    /// All conversations of somebody, also those that ended when contacts proved to be one.
    fn threads(&self, person: &Person) -> Vec<Thread> {
        let merged = self.merged(person);
        let others = merged.iter().flat_map(|merged| &merged.conversations);
        let heads = person.conversations.iter().chain(others);
        let numbers = heads.map(|head| head.conversation.number);
        let thread = |conversation| Thread {
            conversation,
            last: self.end_of(conversation),
        };
        numbers.map(thread).collect()
    }

    /// Who the contact in this row is by now, as it is told; `None` once they were forgotten.
    fn customer(&self, contact: i64) -> Option<Customer> {
        let (_, person) = self.acquainted(contact)?;
        let heads = person.conversations.iter();
        let mut talks: Vec<Talk> = heads
            .filter_map(|head| {
                Some(Talk {
                    channel: self.find_id(head.channel)?,
                    conversation: head.conversation.clone(),
                    last: self.find_message(self.end_of(head.conversation.number)),
                    heard: self.heard(&person, head.channel),
                })
            })
            .collect();
        talks.sort_unstable_by_key(|talk| std::cmp::Reverse(talk.conversation.number));
        Some(Customer {
            contact: Arc::clone(&person.contact),
            talks,
        })
    }
}

impl People for Index {
    fn find_person(&self, contact: i64) -> Option<Cow<'_, Arc<Person>>> {
        self.people.get(&contact)
    }

    fn find_message(&self, row: i64) -> Option<MessageId> {
        self.outcomes.get(&row).map(|outcome| outcome.id(row))
    }

    fn find_ends(&self, key: i64) -> Option<Cow<'_, Ends>> {
        self.ends.get(&key)
    }

    fn find_id(&self, row: i64) -> Option<Id> {
        self.id(row)
    }
}

fn later(one: Heard, other: Heard) -> Heard {
    Heard {
        last_inbound: one.last_inbound.max(other.last_inbound),
        last_referral: one.last_referral.max(other.last_referral),
    }
}

#[cfg(test)]
#[path = "people_tests.rs"]
mod tests;
