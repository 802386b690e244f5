//! Contacts, their addresses and their conversations.

use std::sync::Arc;

use dragoman_core::Address;
use dragoman_core::contact::{Contact, Conversation};
use dragoman_core::window::Heard;
use rusqlite::Row;

use super::Walk;
use crate::index::Index;
use crate::index::codec::people::bot;
use crate::index::entry::{Fate, Head, Person, add_address};
use crate::record::profile::ProfileRecord;
use crate::record::{self, Unreadable};
use crate::sqlite::columns::{id, optional_id, optional_time, time};
use crate::sqlite::rows::ReadError;

pub(super) const CONTACTS: &str =
    "SELECT id, public, name, created_at, profile, profile_version, merged_into, deleted_at
     FROM contacts WHERE id > ?1 ORDER BY id";

pub(super) const ADDRESSES: &str = "SELECT id, account, contact, kind, scope, address
     FROM addresses WHERE id > ?1 ORDER BY id";

pub(super) const CONVERSATIONS: &str =
    "SELECT id, public, channel, contact, user, team, created_at, funnel, bot, closed_at
     FROM conversations WHERE id > ?1 ORDER BY id";

pub(super) struct ContactRow {
    pub(super) id: i64,
    /// Without addresses.
    pub(super) contact: Contact,
    pub(super) fate: Fate,
}

pub(super) struct AddressRow {
    id: i64,
    pub(super) account: i64,
    contact: i64,
    pub(super) address: Address,
}

pub(super) struct ConversationRow {
    pub(super) contact: i64,
    /// Nothing was said in it yet.
    pub(super) head: Head,
}

pub(super) fn contact(row: &Row<'_>) -> Result<ContactRow, ReadError> {
    let profile: Option<String> = row.get(4)?;
    let profile = match profile {
        Some(json) => {
            let version = row.get(5)?;
            let profile = record::from_json::<ProfileRecord, _>("profile", version, &json)?;
            Some(Arc::new(profile))
        }
        None => None,
    };
    Ok(ContactRow {
        id: row.get(0)?,
        contact: Contact {
            id: id(row, 1)?,
            name: row.get(2)?,
            addresses: Vec::new(),
            created_at: time(row, 3)?,
            profile,
        },
        fate: match (row.get(6)?, optional_time(row, 7)?) {
            (Some(older), _) => Fate::MergedInto(older),
            (None, Some(_)) => Fate::Forgotten,
            (None, None) => Fate::Known,
        },
    })
}

pub(super) fn address(row: &Row<'_>) -> Result<AddressRow, ReadError> {
    let (scope, value): (String, String) = (row.get(4)?, row.get(5)?);
    let address = record::address::from_columns(row.get(3)?, &scope, &value);
    Ok(AddressRow {
        id: row.get(0)?,
        account: row.get(1)?,
        contact: row.get(2)?,
        address: address.ok_or_else(|| Unreadable::new("address", "it is none"))?,
    })
}

pub(super) fn conversation(row: &Row<'_>) -> Result<ConversationRow, ReadError> {
    let number: u8 = row.get(8)?;
    let why = || Unreadable::new("conversation", format!("no bot {number}"));
    let conversation = Conversation {
        number: row.get(0)?,
        id: id(row, 1)?,
        user: optional_id(row, 4)?,
        team: optional_id(row, 5)?,
        funnel: optional_id(row, 7)?,
        bot: bot(number).ok_or_else(why)?,
        created_at: time(row, 6)?,
        closed_at: optional_time(row, 9)?,
    };
    Ok(ConversationRow {
        contact: row.get(3)?,
        head: Head {
            channel: row.get(2)?,
            conversation,
            heard: Heard::default(),
        },
    })
}

/// A contact that proved to be another is one more id of that.
pub(super) fn take_in(index: &mut Index, contact: i64, fate: Fate) {
    if let Fate::MergedInto(older) = fate
        && let Some(person) = index.people.edit(older)
    {
        Arc::make_mut(person).take_in(contact);
    }
}

impl Walk<'_> {
    pub(super) fn conversations_up_to(&mut self, last: i64) -> Result<(), ReadError> {
        let is_wanted = |next: &ConversationRow| next.head.conversation.number <= last;
        while let Some(ConversationRow { contact, head }) = self.conversations.next_if(is_wanted)? {
            self.contacts_up_to(contact)?;
            self.mark().conversation = head.conversation.number;
            if let Some(person) = self.index.people.edit(contact) {
                Arc::make_mut(person).conversations.push(head);
            }
        }
        Ok(())
    }

    pub(super) fn contacts_up_to(&mut self, last: i64) -> Result<(), ReadError> {
        while let Some(row) = self.contacts.next_if(|next| next.id <= last)? {
            let ContactRow { id, contact, fate } = row;
            let person = Person {
                fate,
                ..Person::new(contact)
            };
            self.index.people.put(id, Arc::new(person));
            take_in(self.index, id, fate);
            self.mark().contact = id;
        }
        self.addresses()
    }

    /// The addresses of contacts that are known by now.
    fn addresses(&mut self) -> Result<(), ReadError> {
        let known = self.mark().contact;
        while let Some(row) = self.addresses.next_if(|next| next.contact <= known)? {
            if let Some(person) = self.index.people.edit(row.contact) {
                let contact = &mut Arc::make_mut(person).contact;
                // Where the contact was changed in place, all its addresses were read with that.
                if !contact.addresses.contains(&row.address) {
                    add_address(Arc::make_mut(contact), row.address.clone());
                }
            }
            let key = (row.account, row.address);
            self.index.addresses.put(key, row.contact);
            self.mark().address = row.id;
        }
        Ok(())
    }
}
