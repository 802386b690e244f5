//! Customers, made known or changed by people and programs.

use std::sync::Arc;

use dragoman_core::contact::{Customer, CustomerChange, apply};
use dragoman_core::news::ContactNews;
use dragoman_core::ports::{Introduction, Moment, StoreError};
use dragoman_core::{Id, Tenant, Timestamp};

use super::people::{self, Caller};
use crate::index::entry::Place;
use crate::index::people::People;
use crate::sqlite::batch::Batch;

/// Who is changed, and in which conversation.
#[derive(Clone, Copy)]
struct Subject {
    /// Row of `ids`.
    account: i64,
    /// Who it is.
    contact: i64,
    /// Row of `ids`: the channel of the conversation, where there is one.
    channel: Option<i64>,
}

/// Finds or makes a customer with a conversation, and changes them. Answers whether they are new.
pub(crate) fn introduce(
    batch: &mut Batch<'_>,
    new: &Introduction,
) -> rusqlite::Result<Result<(Customer, bool), StoreError>> {
    if batch.catalog.channel_of(new.account, new.channel).is_none() {
        return Ok(Err(StoreError::Unwell("no such channel".into())));
    }
    let account = batch.row_of(new.account.id())?;
    if people::is_of_another_request(batch.connection, account, new.id)? {
        return Ok(Err(StoreError::KeyReused));
    }
    let known = people::reached_at(batch, new.account, &new.address);
    if known.is_none() && people::row(batch.connection, account, new.id)?.is_some() {
        return Ok(Err(StoreError::Taken(format!("the id {}", new.id).into())));
    }
    let channel = batch.row_of(new.channel)?;
    let is_new = known.is_none();
    let caller = Caller {
        account,
        addresses: std::slice::from_ref(&new.address),
        name: None,
        id: new.id,
        at: new.at,
    };
    let contact = match known {
        Some((contact, _)) => contact,
        None => people::make(batch, &caller)?,
    };
    let place = Place {
        account,
        channel,
        contact,
    };
    people::conversation(batch, place, new.at, new.random)?;
    let subject = Subject {
        account,
        contact,
        channel: Some(channel),
    };
    let (subject, mut news) = make_so(batch, subject, &new.changes, new.at.now)?;
    if is_new {
        // Who hears of somebody new hears of them as they are by the end of this.
        news.retain(|what| *what != ContactNews::Updated);
    }
    tell(batch, subject, news, new.at.now)?;
    let customer = batch.customer(subject.contact);
    Ok(Ok((customer.expect("they are known"), is_new)))
}

/// Changes a customer and their conversation; see [`Contacts::change_customer`].
///
/// [`Contacts::change_customer`]: dragoman_core::ports::Contacts::change_customer
pub(crate) fn change(
    batch: &mut Batch<'_>,
    (account, contact): (Tenant, Id),
    channel: Option<Id>,
    changes: &[CustomerChange],
    at: Moment,
) -> rusqlite::Result<Option<Customer>> {
    let Some((contact, person)) = people::by_id(batch, account, contact)? else {
        return Ok(None);
    };
    let head = match channel {
        Some(channel) => batch.known_row(channel).and_then(|row| person.on(row)),
        None => person.newest(),
    };
    let about_talk = changes.iter().any(CustomerChange::is_about_conversation);
    if head.is_none() && about_talk {
        return Ok(None);
    }
    let subject = Subject {
        account: batch.row_of(account.id())?,
        contact,
        channel: head.map(|head| head.channel),
    };
    let (subject, news) = make_so(batch, subject, changes, at.now)?;
    tell(batch, subject, news, at.now)?;
    Ok(batch.customer(subject.contact))
}

/// Applies changes that have a conversation if they need one. Answers who is concerned by then, and
/// what there is to tell.
fn make_so(
    batch: &mut Batch<'_>,
    subject: Subject,
    changes: &[CustomerChange],
    now: Timestamp,
) -> rusqlite::Result<(Subject, Vec<ContactNews>)> {
    let contact = learn_addresses(batch, subject, changes, now)?;
    let person = batch.person(contact).into_owned();
    let head = subject.channel.and_then(|channel| person.on(channel));
    let before = head.map(|head| &head.conversation);
    let mut changed = person.contact.clone();
    let mut talk = before.cloned();
    let news = apply(changes, Arc::make_mut(&mut changed), talk.as_mut(), now);
    let news = news.expect("the caller has made sure of the conversation");
    if changed != person.contact {
        batch.edit_person(contact).contact = changed;
        people::save(batch, contact)?;
    }
    if let (Some(channel), Some(talk)) = (subject.channel, talk)
        && before != Some(&talk)
    {
        let place = Place {
            account: subject.account,
            channel,
            contact,
        };
        batch.edit_head(place).conversation = talk;
        people::save_conversation(batch, place)?;
    }
    let subject = Subject { contact, ..subject };
    Ok((subject, news))
}

fn tell(
    batch: &mut Batch<'_>,
    subject: Subject,
    news: Vec<ContactNews>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let who = (subject.account, subject.contact);
    for what in news {
        people::tell(batch, who, subject.channel, what, now)?;
    }
    Ok(())
}

/// Other ways to reach them; if somebody else has one, both are one. Answers who they are by then.
fn learn_addresses(
    batch: &mut Batch<'_>,
    subject: Subject,
    changes: &[CustomerChange],
    now: Timestamp,
) -> rusqlite::Result<i64> {
    let mut contact = subject.contact;
    for change in changes {
        if let CustomerChange::Address(address) = change {
            contact = people::learn(batch, (subject.account, contact), address, now)?;
        }
    }
    Ok(contact)
}
