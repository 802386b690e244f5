//! Rows that were changed in place: what the shelf holds of them may be old.

use std::borrow::Cow;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};

use crate::index::{Index, key};
use crate::record::Unreadable;
use crate::sqlite::batch::Touched;
use crate::sqlite::rebuild::columns::optional_id;
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

fn contact(connection: &Connection, index: &mut Index, row: i64) -> Result<(), ReadError> {
    let mut statement = connection.prepare_cached("SELECT name FROM contacts WHERE id = ?1")?;
    let name: Option<Option<Box<str>>> = statement
        .query_row([row], |found| found.get(0))
        .optional()?;
    if let Some(name) = name
        && let Some(person) = index.people.edit(row)
    {
        Arc::make_mut(&mut Arc::make_mut(person).contact).name = name;
    }
    Ok(())
}

fn conversation(connection: &Connection, index: &mut Index, row: i64) -> Result<(), ReadError> {
    let query = "SELECT user, team, channel, contact FROM conversations WHERE id = ?1";
    let mut statement = connection.prepare_cached(query)?;
    let mut found = statement.query([row])?;
    let Some(found) = found.next()? else {
        return Ok(());
    };
    let (user, team) = (optional_id(found, 0)?, optional_id(found, 1)?);
    let (channel, contact): (i64, i64) = (found.get(2)?, found.get(3)?);
    let person = index.people.edit(contact).map(Arc::make_mut);
    if let Some(head) = person.and_then(|person| person.on_mut(channel)) {
        (head.conversation.user, head.conversation.team) = (user, team);
    }
    Ok(())
}
