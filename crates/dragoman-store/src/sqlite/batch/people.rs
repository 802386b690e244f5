//! Contacts and their conversations, as the batch has changed them.

use std::borrow::Cow;
use std::sync::Arc;

use dragoman_core::contact::Contact;
use dragoman_core::{Id, MessageId};

use super::Batch;
use crate::index::entry::{Ends, Head, Person, Place};
use crate::index::people::People;
use crate::sqlite::acquaintances::Acquaintance;

impl Batch<'_> {
    /// Who the contact in this row is by now.
    pub(crate) fn person(&self, contact: i64) -> Cow<'_, Arc<Person>> {
        let (_, person) = self
            .survivor(contact)
            .expect("contacts are never taken away");
        person
    }

    /// Whether somebody is still as they stood: in what is committed, and in this batch.
    pub(crate) fn still_knows(&self, known: &Acquaintance) -> bool {
        self.acquaintances.holds(known.stamp) && !self.draft.people.has(&known.contact)
    }

    /// The contact in this very row.
    pub(crate) fn edit_person(&mut self, contact: i64) -> &mut Person {
        let people = &mut self.draft.people;
        let person = people.edit(&self.index.people, &contact);
        Arc::make_mut(person.expect("contacts are never taken away"))
    }

    pub(crate) fn edit_contact(&mut self, contact: i64) -> &mut Contact {
        Arc::make_mut(&mut self.edit_person(contact).contact)
    }

    pub(crate) fn edit_head(&mut self, place: Place) -> &mut Head {
        self.edit_person(place.contact)
            .on_mut(place.channel)
            .expect("conversations are never taken away")
    }

    /// A conversation goes on with a message. Answers the one before, 0 at its beginning.
    pub(crate) fn go_on(&mut self, conversation: i64, message: i64) -> i64 {
        let key = Ends::key(conversation);
        let ends = self.draft.ends.edit_or_default(&self.index.ends, key);
        ends.go_on(conversation, message)
    }
}

impl People for Batch<'_> {
    fn find_person(&self, contact: i64) -> Option<Cow<'_, Arc<Person>>> {
        self.draft.people.look(&self.index.people, &contact)
    }

    fn find_message(&self, row: i64) -> Option<MessageId> {
        self.outcome(row).map(|outcome| outcome.id(row))
    }

    fn find_ends(&self, key: i64) -> Option<Cow<'_, Ends>> {
        self.draft.ends.look(&self.index.ends, &key)
    }

    fn find_id(&self, row: i64) -> Option<Id> {
        let id = self.draft.ids.look(&self.index.ids, &row);
        id.map(Cow::into_owned)
    }
}
