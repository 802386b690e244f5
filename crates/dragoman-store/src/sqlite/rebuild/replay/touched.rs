//! Rows that were changed in place: what the shelf holds of them may be old.

use std::borrow::Cow;
use std::sync::Arc;

use rusqlite::{Connection, Row};

use super::people::{self, AddressRow, ContactRow};
use crate::index::entry::{Head, add_address};
use crate::index::{Index, key};
use crate::record::Unreadable;
use crate::sqlite::batch::Touched;
use crate::sqlite::rows::ReadError;

/// Reads again what was touched after the mark.
pub(super) fn run(connection: &Connection, index: &mut Index, mark: i64) -> Result<(), ReadError> {
    let query = "SELECT kind, row FROM touched WHERE id > ?1 ORDER BY id";
    let mut statement = connection.prepare(query)?;
    let mut rows = statement.query([mark])?;
    while let Some(touched) = rows.next()? {
        let (kind, row): (i64, i64) = (touched.get(0)?, touched.get(1)?);
        match Touched::from_number(kind) {
            Some(Touched::Contact) => contact(connection, index, row)?,
            Some(Touched::Conversation) => conversation(connection, index, row)?,
            Some(Touched::Message) => message(index, row),
            None => return Err(Unreadable::new("note", format!("no kind {kind}")).into()),
        }
    }
    Ok(())
}

/// It is gone. Its keys may stay behind: they name nothing.
fn message(index: &mut Index, row: i64) {
    let Some(outcome) = index.outcomes.get(&row).map(Cow::into_owned) else {
        return;
    };
    index.outcomes.remove(row);
    if let Some(provider_id) = &outcome.provider_id
        && let Some(channel) = index.ids.get(&outcome.channel)
    {
        let key = key::of_provider_id(*channel, provider_id);
        if index
            .provider_ids
            .get(&key)
            .is_some_and(|named| *named == row)
        {
            index.provider_ids.remove(key);
        }
    }
}

/// What the index does not have yet is read on the walk.
fn contact(connection: &Connection, index: &mut Index, row: i64) -> Result<(), ReadError> {
    let query = "SELECT id, public, name, created_at, profile, profile_version, merged_into,
             deleted_at
         FROM contacts WHERE id = ?1";
    let Some(found) = one(connection, query, row, people::contact)? else {
        return Ok(());
    };
    let ContactRow {
        mut contact, fate, ..
    } = found;
    let Some(person) = index.people.edit(row).map(Arc::make_mut) else {
        return Ok(());
    };
    let addresses = addresses(connection, row)?;
    for known in &addresses {
        add_address(&mut contact, known.address.clone());
    }
    let before = std::mem::replace(&mut person.contact, Arc::new(contact));
    person.fate = fate;
    people::take_in(index, row, fate);
    let account = account_of(connection, row)?;
    for address in &before.addresses {
        let key = (account, address.clone());
        if index.addresses.get(&key).is_some_and(|owner| *owner == row) {
            index.addresses.remove(key);
        }
    }
    for known in addresses {
        index.addresses.put((known.account, known.address), row);
    }
    Ok(())
}

fn addresses(connection: &Connection, contact: i64) -> Result<Vec<AddressRow>, ReadError> {
    let query = "SELECT id, account, contact, kind, scope, address
         FROM addresses WHERE contact = ?1 ORDER BY id";
    let mut statement = connection.prepare_cached(query)?;
    let mut rows = statement.query([contact])?;
    let mut addresses = Vec::new();
    while let Some(row) = rows.next()? {
        addresses.push(people::address(row)?);
    }
    Ok(addresses)
}

fn account_of(connection: &Connection, contact: i64) -> rusqlite::Result<i64> {
    let mut statement = connection.prepare_cached("SELECT account FROM contacts WHERE id = ?1")?;
    statement.query_row([contact], |row| row.get(0))
}

fn conversation(connection: &Connection, index: &mut Index, row: i64) -> Result<(), ReadError> {
    let query =
        "SELECT id, public, channel, contact, user, team, created_at, funnel, bot, closed_at
         FROM conversations WHERE id = ?1";
    let Some(found) = one(connection, query, row, people::conversation)? else {
        return Ok(());
    };
    let Some(mut head) = taken(index, found.contact, row) else {
        return Ok(());
    };
    head.conversation = found.head.conversation;
    if let Some(person) = index.people.edit(found.contact) {
        Arc::make_mut(person).conversations.push(head);
    }
    Ok(())
}

/// Takes a conversation from its contact, or from one that proved to be that contact.
fn taken(index: &mut Index, contact: i64, number: i64) -> Option<Head> {
    let mut rows = vec![contact];
    while let Some(row) = rows.pop() {
        if let Some(person) = index.people.edit(row).map(Arc::make_mut) {
            if let Some(head) = person.take(number) {
                return Some(head);
            }
            rows.extend(&person.merged);
        }
    }
    None
}

fn one<T>(
    connection: &Connection,
    query: &str,
    row: i64,
    read: fn(&Row<'_>) -> Result<T, ReadError>,
) -> Result<Option<T>, ReadError> {
    let mut statement = connection.prepare_cached(query)?;
    let mut found = statement.query([row])?;
    found.next()?.map(read).transpose()
}
