//! Contacts and their addresses: found, made, or found to be one.

mod conversation;
mod merge;
mod saving;

use std::borrow::Cow;
use std::sync::Arc;

use dragoman_core::contact::{Contact, Profile};
use dragoman_core::news::{ContactNews, Tidings};
use dragoman_core::ports::Moment;
use dragoman_core::{Address, Id, Raw, Tenant, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

pub(crate) use conversation::{begin, conversation, take_up};
pub(crate) use saving::{save, save_conversation};

use crate::index::entry::{self, Person};
use crate::index::people::People;
use crate::record::address::columns;
use crate::sqlite::batch::Batch;

/// The half of an id that is made of the request, where one is made of an idempotency key.
const REQUEST: u128 = u64::MAX as u128;

/// Somebody who writes or is written to, and who may be new.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    /// Row of `ids`.
    pub(crate) account: i64,
    /// Every address that was shown.
    pub(crate) addresses: &'a [Address],
    /// The name that they chose.
    pub(crate) name: Option<&'a str>,
    /// The id that they have if they are new.
    pub(crate) id: Id,
    /// When.
    pub(crate) at: Moment,
}

/// The contact who has this address.
pub(crate) fn reached_at(
    batch: &Batch<'_>,
    account: Tenant,
    address: &Address,
) -> Option<(i64, Arc<Person>)> {
    let account = batch.known_row(account.id())?;
    let contact = owner(batch, account, address)?;
    Some((contact, batch.person(contact).into_owned()))
}

/// The row of the contact with this public id, whatever has become of it.
pub(crate) fn row(connection: &Connection, account: i64, id: Id) -> rusqlite::Result<Option<i64>> {
    let query = "SELECT id FROM contacts WHERE account = ?1 AND public = ?2";
    let mut statement = connection.prepare_cached(query)?;
    let found = statement.query_row(params![account, id.as_u128().to_be_bytes()], |row| {
        row.get(0)
    });
    found.optional()
}

/// Whether the id was made of an idempotency key of which another contact's was made, too, by a call
/// with another request. Ids of one key begin with the same half.
pub(crate) fn is_of_another_request(
    connection: &Connection,
    account: i64,
    id: Id,
) -> rusqlite::Result<bool> {
    if !id.shares_key(id) {
        return Ok(false);
    }
    let (first, last) = (id.as_u128() & !REQUEST, id.as_u128() | REQUEST);
    let query = "SELECT 1 FROM contacts
                 WHERE account = ?1 AND public BETWEEN ?2 AND ?3 AND public <> ?4";
    let [first, last, own] = [first, last, id.as_u128()].map(u128::to_be_bytes);
    let mut statement = connection.prepare_cached(query)?;
    statement.exists(params![account, first, last, own])
}

/// The contact with this public id, by what has become of it.
pub(crate) fn by_id(
    batch: &Batch<'_>,
    account: Tenant,
    id: Id,
) -> rusqlite::Result<Option<(i64, Arc<Person>)>> {
    let Some(account) = batch.known_row(account.id()) else {
        return Ok(None);
    };
    let known = row(batch.connection, account, id)?.and_then(|row| batch.acquainted(row));
    Ok(known.map(|(row, person)| (row, person.into_owned())))
}

/// The contact who has one of these addresses; made when nobody has. Those who have one each are
/// one and the same, and addresses that nobody has are theirs.
pub(crate) fn recognise(batch: &mut Batch<'_>, caller: &Caller<'_>) -> rusqlite::Result<i64> {
    let Caller { account, at, .. } = *caller;
    let mut known = None;
    let mut unknown = Vec::new();
    for address in caller.addresses {
        known = match (known, owner(batch, account, address)) {
            (Some(one), Some(other)) => Some(merge::run(batch, account, [one, other], at.now)?),
            (one, Some(other)) => one.or(Some(other)),
            (one, None) => {
                unknown.push(address);
                one
            }
        };
    }
    let Some(contact) = known else {
        return make(batch, caller);
    };
    let named = take_name(batch, contact, caller.name)?;
    for address in &unknown {
        give_address(batch, account, contact, address)?;
    }
    if named || !unknown.is_empty() {
        tell(
            batch,
            (account, contact),
            None,
            ContactNews::Updated,
            at.now,
        )?;
    }
    Ok(contact)
}

/// Makes a contact of somebody who is not known.
pub(crate) fn make(batch: &mut Batch<'_>, caller: &Caller<'_>) -> rusqlite::Result<i64> {
    batch.counters.contact += 1;
    let row = batch.counters.contact;
    let name = caller.name.filter(|name| !name.is_empty());
    batch.sql(
        "INSERT INTO contacts (id, public, account, name, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            row,
            caller.id.as_u128().to_be_bytes(),
            caller.account,
            name,
            caller.at.now.millis()
        ],
    )?;
    let contact = Contact {
        id: caller.id,
        name: name.map(Into::into),
        addresses: Vec::new(),
        created_at: caller.at.now,
        profile: None,
    };
    batch.draft.people.put(row, Arc::new(Person::new(contact)));
    for address in caller.addresses {
        give_address(batch, caller.account, row, address)?;
    }
    let who = (caller.account, row);
    tell(batch, who, None, ContactNews::Created, caller.at.now)?;
    Ok(row)
}

/// A contact has this address too, and is whoever else has it. Answers who they are by then.
pub(crate) fn learn(
    batch: &mut Batch<'_>,
    (account, contact): (i64, i64),
    address: &Address,
    now: Timestamp,
) -> rusqlite::Result<i64> {
    match owner(batch, account, address) {
        Some(other) => merge::run(batch, account, [contact, other], now),
        None => {
            give_address(batch, account, contact, address)?;
            tell(batch, (account, contact), None, ContactNews::Updated, now)?;
            Ok(contact)
        }
    }
}

/// Tells what happened to a contact, in their conversation on a channel where it is about one.
pub(crate) fn tell(
    batch: &mut Batch<'_>,
    (account, contact): (i64, i64),
    channel: Option<i64>,
    what: ContactNews,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let news = Tidings::Contact {
        contact: batch.person(contact).contact.id,
        channel: channel.map(|row| batch.id_of(row)),
        what,
    };
    batch.news(account, news, Some(contact), now)
}

fn owner(batch: &Batch<'_>, account: i64, address: &Address) -> Option<i64> {
    let key = (account, address.clone());
    batch
        .draft
        .addresses
        .look(&batch.index.addresses, &key)
        .map(Cow::into_owned)
}

/// Nothing, where the contact has the address already: the same one may be shown twice.
fn give_address(
    batch: &mut Batch<'_>,
    account: i64,
    contact: i64,
    address: &Address,
) -> rusqlite::Result<()> {
    if batch.person(contact).contact.addresses.contains(address) {
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
    entry::add_address(batch.edit_contact(contact), address.clone());
    Ok(())
}

/// Keeps what the provider tells of the keys of the customer's device.
pub(crate) fn know_keys(batch: &mut Batch<'_>, contact: i64, told: &Raw) -> rusqlite::Result<()> {
    let known = batch.person(contact).contact.profile.clone();
    if known.as_ref().and_then(|known| known.identity.as_ref()) == Some(told) {
        return Ok(());
    }
    let profile = Profile {
        identity: Some(told.clone()),
        ..known.as_deref().cloned().unwrap_or_default()
    };
    batch.edit_contact(contact).profile = Some(Arc::new(profile));
    save(batch, contact)
}

/// Gives a contact without a name the one that the customer chose. Answers whether it did.
fn take_name(batch: &mut Batch<'_>, contact: i64, name: Option<&str>) -> rusqlite::Result<bool> {
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Ok(false);
    };
    if batch.person(contact).contact.name.is_some() {
        return Ok(false);
    }
    batch.edit_contact(contact).name = Some(name.into());
    save(batch, contact)?;
    Ok(true)
}
