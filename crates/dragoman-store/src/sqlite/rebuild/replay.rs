//! Walks the tables that grow, from the mark to their ends, in the order in which it happened.
//!
//! Each row calls for those that it speaks of: an event for its message, a message for its
//! conversation, that for its contact. So at every instant a mark names what the index holds, and
//! a generation can age. What was changed in place is read as it is by now: of rows up to the mark
//! before the walk, of later ones on it.

mod messages;
mod people;
mod touched;

use dragoman_core::{MessageId, Timestamp};
use rusqlite::Connection;

use super::cursor::Cursor;
use crate::index::Index;
use crate::index::mark::Mark;
use crate::sqlite::batch::Counters;
use crate::sqlite::fitting::Fitting;
use crate::sqlite::open::OpenError;
use messages::{EventRow, KeyRow, MessageRow, TryRow};
use people::{AddressRow, ContactRow, ConversationRow};

/// So many conversations or contacts are read before a generation may age.
const PEOPLE: i64 = 1024;

/// What was read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Read {
    pub(crate) messages: u64,
    pub(crate) events: u64,
    /// When the last thing happened, read or not.
    pub(super) last_event: Timestamp,
}

/// Brings the index from its mark to the end of the log.
pub(super) fn run(
    connection: &Connection,
    index: &mut Index,
    counters: &Counters,
    fitting: Option<&Fitting>,
) -> Result<Read, OpenError> {
    let mark = index.mark;
    // First, so that what is read next finds people as they are by now.
    touched::run(connection, index, mark.touched)?;
    let mut contacts = connection.prepare(people::CONTACTS)?;
    let mut addresses = connection.prepare(people::ADDRESSES)?;
    let mut conversations = connection.prepare(people::CONVERSATIONS)?;
    let mut messages = connection.prepare(messages::MESSAGES)?;
    let mut keys = connection.prepare(messages::KEYS)?;
    let mut events = connection.prepare(messages::EVENTS)?;
    let mut tries = connection.prepare(messages::TRIES)?;
    let mut walk = Walk {
        contacts: Cursor::open(&mut contacts, [mark.contact], people::contact)?,
        addresses: Cursor::open(&mut addresses, [mark.address], people::address)?,
        conversations: Cursor::open(
            &mut conversations,
            [mark.conversation],
            people::conversation,
        )?,
        messages: Cursor::open(&mut messages, [mark.message], messages::message)?,
        keys: Cursor::open(&mut keys, [mark.message], messages::key)?,
        events: Cursor::open(&mut events, [mark.event], messages::event)?,
        tries: Cursor::open(&mut tries, [mark.delivery], messages::attempted)?,
        newest: MessageId::from_parts(counters.message, 0).at(),
        read: Read {
            last_event: last_event(connection)?,
            ..Read::default()
        },
        index,
        fitting,
    };
    walk.finish()?;
    let read = walk.read;
    drop(walk);
    index.mark = counters.mark();
    Ok(read)
}

fn last_event(connection: &Connection) -> rusqlite::Result<Timestamp> {
    let query = "SELECT max(at) FROM (
        SELECT * FROM (SELECT at FROM events ORDER BY seq DESC LIMIT 1)
        UNION ALL SELECT * FROM (SELECT at FROM news ORDER BY seq DESC LIMIT 1))";
    let at: Option<i64> = connection.query_row(query, [], |row| row.get(0))?;
    Ok(at.map(Timestamp::from_millis).unwrap_or_default())
}

struct Walk<'s> {
    contacts: Cursor<'s, ContactRow>,
    addresses: Cursor<'s, AddressRow>,
    conversations: Cursor<'s, ConversationRow>,
    messages: Cursor<'s, MessageRow>,
    keys: Cursor<'s, KeyRow>,
    events: Cursor<'s, EventRow>,
    tries: Cursor<'s, TryRow>,
    /// When the newest message was made.
    newest: Timestamp,
    read: Read,
    index: &'s mut Index,
    fitting: Option<&'s Fitting>,
}

impl Walk<'_> {
    fn finish(&mut self) -> Result<(), OpenError> {
        while let Some(event) = self.events.next_if(|_| true)? {
            self.messages_up_to(event.message)?;
            self.tries_before(event.seq)?;
            self.happened(event);
            self.age()?;
        }
        self.messages_up_to(i64::MAX)?;
        self.people()?;
        self.tries_before(i64::MAX)?;
        Ok(())
    }

    /// Those of whom no message speaks: there may be many.
    fn people(&mut self) -> Result<(), OpenError> {
        let mut last = self.mark().conversation;
        while !self.conversations.is_over() {
            last += PEOPLE;
            self.conversations_up_to(last)?;
            self.age()?;
        }
        let mut last = self.mark().contact;
        while !self.contacts.is_over() {
            last += PEOPLE;
            self.contacts_up_to(last)?;
            self.age()?;
        }
        // Addresses that people got later.
        self.contacts_up_to(i64::MAX)?;
        Ok(())
    }

    /// Brings a whole generation to the shelf.
    fn age(&mut self) -> Result<(), OpenError> {
        match self.fitting {
            Some(fitting) if self.index.young() >= fitting.generation => {
                fitting.bring(self.index)?;
            }
            Some(_) | None => {}
        }
        Ok(())
    }

    fn mark(&mut self) -> &mut Mark {
        &mut self.index.mark
    }
}
