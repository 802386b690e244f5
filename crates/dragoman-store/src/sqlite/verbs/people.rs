//! Contacts, their addresses and their conversations: found, or made.

use std::borrow::Cow;

use dragoman_core::message::{Contact, Conversation};
use dragoman_core::{Address, Id, Timestamp};
use rusqlite::params;

use crate::index::entry::{self, Head};
use crate::record::address::columns;
use crate::sqlite::batch::{Batch, Touched};

/// The contact that has one of these addresses; made when nobody has. Addresses that nobody has
/// are added to it; those that another contact has stay there.
pub(crate) fn contact(
    batch: &mut Batch<'_>,
    account: i64,
    addresses: &[Address],
    at: Timestamp,
    random: u128,
) -> rusqlite::Result<i64> {
    let known = addresses
        .iter()
        .find_map(|address| by_address(batch, account, address));
    let contact = match known {
        Some(contact) => contact,
        None => make_contact(batch, account, at, random)?,
    };
    for address in addresses {
        add_address(batch, account, contact, address)?;
    }
    Ok(contact)
}

/// Gives a contact an address, unless somebody has it.
pub(crate) fn add_address(
    batch: &mut Batch<'_>,
    account: i64,
    contact: i64,
    address: &Address,
) -> rusqlite::Result<()> {
    if by_address(batch, account, address).is_some() {
        return Ok(());
    }
    batch.counters.address += 1;
    let (kind, scope, value) = columns(address);
    batch.sql(
        "INSERT INTO addresses (id, account, contact, kind, scope, address)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![batch.counters.address, account, contact, kind, scope, value],
    )?;
    let key = (account, address.clone());
    batch.draft.addresses.put(key, contact);
    if let Some(known) = batch.draft.people.edit(&batch.index.people, &contact) {
        entry::add_address(known, address.clone());
    }
    Ok(())
}

/// Gives a contact without a name the one that the customer chose.
pub(crate) fn name(batch: &mut Batch<'_>, contact: i64, name: &str) -> rusqlite::Result<()> {
    if name.is_empty() || batch.contact(contact).name.is_some() {
        return Ok(());
    }
    batch.sql(
        "UPDATE contacts SET name = ?2 WHERE id = ?1",
        params![contact, name],
    )?;
    batch.touch(Touched::Contact, contact)?;
    if let Some(known) = batch.draft.people.edit(&batch.index.people, &contact) {
        known.name = Some(name.into());
    }
    Ok(())
}

/// The conversation of a contact on a channel; made when there is none.
pub(crate) fn conversation(
    batch: &mut Batch<'_>,
    (account, channel, contact): (i64, i64, i64),
    at: Timestamp,
    random: u128,
) -> rusqlite::Result<i64> {
    let known = &batch.index.conversations;
    if let Some(number) = batch.draft.conversations.look(known, &(channel, contact)) {
        return Ok(number.into_owned());
    }
    batch.counters.conversation += 1;
    let number = batch.counters.conversation;
    let id = Id::fresh(at, random);
    batch.sql(
        "INSERT INTO conversations (id, public, account, channel, contact, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            number,
            id.as_u128().to_be_bytes(),
            account,
            channel,
            contact,
            at.millis()
        ],
    )?;
    let conversation = Conversation {
        number,
        id,
        user: None,
        team: None,
        created_at: at,
    };
    let head = Head {
        contact,
        conversation,
        last: 0,
        heard: Default::default(),
    };
    batch.draft.heads.put(number, head);
    batch.draft.conversations.put((channel, contact), number);
    Ok(number)
}

fn by_address(batch: &Batch<'_>, account: i64, address: &Address) -> Option<i64> {
    let key = (account, address.clone());
    batch
        .draft
        .addresses
        .look(&batch.index.addresses, &key)
        .map(Cow::into_owned)
}

fn make_contact(
    batch: &mut Batch<'_>,
    account: i64,
    at: Timestamp,
    random: u128,
) -> rusqlite::Result<i64> {
    batch.counters.contact += 1;
    let row = batch.counters.contact;
    let id = Id::fresh(at, random);
    batch.sql(
        "INSERT INTO contacts (id, public, account, created_at) VALUES (?1, ?2, ?3, ?4)",
        params![row, id.as_u128().to_be_bytes(), account, at.millis()],
    )?;
    let contact = Contact {
        id,
        name: None,
        addresses: Vec::new(),
        created_at: at,
    };
    batch.draft.people.put(row, contact);
    Ok(row)
}
