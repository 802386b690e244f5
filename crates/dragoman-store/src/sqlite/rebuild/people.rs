//! Contacts, their addresses and their conversations.

use dragoman_core::message::{Contact, Conversation};
use dragoman_core::window::Heard;

use super::Log;
use super::columns::{id, optional_id, time};
use crate::index::entry::{Head, add_address};
use crate::record::{self, Unreadable};
use crate::sqlite::rows::ReadError;

impl Log<'_> {
    pub(super) fn contacts(&mut self) -> Result<(), ReadError> {
        let query = "SELECT id, public, name, created_at FROM contacts ORDER BY id";
        self.each(query, |log, row| {
            let contact = Contact {
                id: id(row, 1)?,
                name: row.get(2)?,
                addresses: Vec::new(),
                created_at: time(row, 3)?,
            };
            log.counters.contact = row.get(0)?;
            log.index.people.insert(log.counters.contact, contact);
            Ok(())
        })
    }

    pub(super) fn addresses(&mut self) -> Result<(), ReadError> {
        let query = "SELECT id, account, contact, kind, scope, address FROM addresses ORDER BY id";
        self.each(query, |log, row| {
            log.counters.address = row.get(0)?;
            let (scope, value): (String, String) = (row.get(4)?, row.get(5)?);
            let address = record::address::from_columns(row.get(3)?, &scope, &value)
                .ok_or_else(|| Unreadable::new("address", "it is none"))?;
            let contact = row.get(2)?;
            if let Some(known) = log.index.people.get_mut(&contact) {
                add_address(known, address.clone());
            }
            log.index.addresses.insert((row.get(1)?, address), contact);
            Ok(())
        })
    }

    pub(super) fn conversations(&mut self) -> Result<(), ReadError> {
        let query = "SELECT id, public, channel, contact, user, team, created_at
                     FROM conversations ORDER BY id";
        self.each(query, |log, row| {
            let number = row.get(0)?;
            let conversation = Conversation {
                number,
                id: id(row, 1)?,
                user: optional_id(row, 4)?,
                team: optional_id(row, 5)?,
                created_at: time(row, 6)?,
            };
            let contact = row.get(3)?;
            let head = Head {
                contact,
                conversation,
                last: 0,
                heard: Heard::default(),
            };
            log.index.heads.insert(number, head);
            log.index
                .conversations
                .insert((row.get(2)?, contact), number);
            log.counters.conversation = number;
            Ok(())
        })
    }
}
