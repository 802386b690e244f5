//! Contacts, their addresses and their conversations: found, or made.

use std::borrow::Cow;
use std::sync::Arc;

use dragoman_core::contact::{Bot, Contact, Conversation};
use dragoman_core::window::Heard;
use dragoman_core::{Address, Id, Timestamp};
use rusqlite::params;

use crate::index::entry::{self, Head, Person, Place};
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
    let owners: Vec<Option<i64>> = addresses
        .iter()
        .map(|address| by_address(batch, account, address))
        .collect();
    let contact = match owners.iter().flatten().next() {
        Some(contact) => *contact,
        None => make_contact(batch, account, at, random)?,
    };
    for (address, owner) in addresses.iter().zip(owners) {
        // The same one may stand there twice.
        let is_new = owner.is_none() && !batch.person(contact).contact.addresses.contains(address);
        if is_new {
            give_address(batch, account, contact, address)?;
        }
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
    match by_address(batch, account, address) {
        Some(_) => Ok(()),
        None => give_address(batch, account, contact, address),
    }
}

fn give_address(
    batch: &mut Batch<'_>,
    account: i64,
    contact: i64,
    address: &Address,
) -> rusqlite::Result<()> {
    batch.counters.address += 1;
    let (kind, scope, value) = columns(address);
    batch.sql(
        "INSERT INTO addresses (id, account, contact, kind, scope, address)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![batch.counters.address, account, contact, kind, scope, value],
    )?;
    let key = (account, address.clone());
    batch.draft.addresses.put(key, contact);
    entry::add_address(batch.edit_contact(contact), address.clone());
    Ok(())
}

/// Gives a contact without a name the one that the customer chose.
pub(crate) fn name(batch: &mut Batch<'_>, contact: i64, name: &str) -> rusqlite::Result<()> {
    if name.is_empty() || batch.person(contact).contact.name.is_some() {
        return Ok(());
    }
    batch.sql(
        "UPDATE contacts SET name = ?2 WHERE id = ?1",
        params![contact, name],
    )?;
    batch.touch(Touched::Contact, contact)?;
    batch.edit_contact(contact).name = Some(name.into());
    Ok(())
}

/// The conversation of a contact on a channel; made when there is none.
pub(crate) fn conversation(
    batch: &mut Batch<'_>,
    place: Place,
    at: Timestamp,
    random: u128,
) -> rusqlite::Result<i64> {
    if let Some(known) = batch.person(place.contact).on(place.channel) {
        return Ok(known.conversation.number);
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
            place.account,
            place.channel,
            place.contact,
            at.millis()
        ],
    )?;
    let conversation = Conversation {
        number,
        id,
        user: None,
        team: None,
        funnel: None,
        bot: Bot::Idle,
        created_at: at,
        closed_at: None,
    };
    batch.edit_person(place.contact).conversations.push(Head {
        channel: place.channel,
        conversation,
        last: 0,
        heard: Heard::default(),
    });
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
        profile: None,
    };
    let person = Person {
        contact: Arc::new(contact),
        conversations: Vec::new(),
    };
    batch.draft.people.put(row, Arc::new(person));
    Ok(row)
}
