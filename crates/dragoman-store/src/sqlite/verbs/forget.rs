//! Forgets a customer.

use std::collections::HashSet;

use dragoman_core::news::ContactNews;
use dragoman_core::{Id, Tenant, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::emptying::Left;
use super::{answers, erase, people};
use crate::index::entry::{Fate, Person, Thread};
use crate::index::people::People;
use crate::sqlite::batch::{Batch, Touched};
use crate::sqlite::chains::Chains;

/// `meta.name`: the highest number that an address ever had. Set when addresses are taken away, so
/// that it is not given again.
pub(crate) const ADDRESSES: &str = "addresses";

/// In place of what a provider says of somebody who is forgotten.
pub(crate) const SILENCE: &str = "{}";

/// What was said with somebody, as it stood when it was looked up: the oldest first. What waits or
/// is told again is looked for too, and what waits for its file: where a sweep has passed over it, younger messages are gone and the
/// chain does not reach it.
pub(crate) fn said(connection: &Connection, threads: &[Thread]) -> rusqlite::Result<Vec<i64>> {
    let chains = Chains::of(connection, threads)?;
    let mut said: Vec<i64> = chains.collect::<rusqlite::Result<_>>()?;
    // A cross join is made from left to right: what is needed is the shorter of both.
    let query = "SELECT messages.id
         FROM (SELECT id FROM queue UNION ALL SELECT message FROM deliveries
             UNION ALL SELECT message FROM fetches) AS needed
         CROSS JOIN messages ON messages.id = needed.id
         WHERE messages.conversation = ?1";
    let mut needed = connection.prepare_cached(query)?;
    for thread in threads {
        let rows = needed.query_map([thread.conversation], |row| row.get(0))?;
        said.extend(rows.collect::<rusqlite::Result<Vec<i64>>>()?);
    }
    said.sort_unstable();
    said.dedup();
    Ok(said)
}

/// Takes away what these messages say and whom they name, and cancels what waits of them.
pub(crate) fn unsay(
    batch: &mut Batch<'_>,
    messages: &[i64],
    now: Timestamp,
) -> rusqlite::Result<()> {
    for message in messages {
        erase::erase(batch, *message, Left::Nobody, now)?;
        forget_recipients(batch, *message)?;
    }
    Ok(())
}

/// What was taken back of somebody so far.
pub(crate) struct Unsaid {
    pub(crate) messages: HashSet<i64>,
    /// The last event when it was begun.
    pub(crate) since: i64,
}

/// Takes away addresses, name and profile, and what was said or happened since it was begun. Answers
/// whether there was such a customer.
pub(crate) fn run(
    batch: &mut Batch<'_>,
    (account, contact): (Tenant, Id),
    unsaid: &Unsaid,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let Some((contact, person)) = people::by_id(batch, account, contact)? else {
        return Ok(false);
    };
    let account = batch.row_of(account.id())?;
    let late = said_since(batch, &person, &unsaid.messages)?;
    unsay(batch, &late, now)?;
    for message in named_since(batch, unsaid)? {
        forget_recipients(batch, message)?;
    }
    answers::forget_of_news(batch, contact)?;
    forget_addresses(batch, account, contact, &person)?;
    batch.sql(
        "UPDATE contacts SET name = NULL, profile = NULL, profile_version = NULL, deleted_at = ?2
         WHERE id = ?1",
        params![contact, now.millis()],
    )?;
    batch.touch(Touched::Contact, contact)?;
    let person = batch.edit_person(contact);
    person.fate = Fate::Forgotten;
    person.become_nameless();
    people::tell(batch, (account, contact), None, ContactNews::Deleted, now)?;
    Ok(true)
}

/// Of each conversation what is younger than anything unsaid.
fn said_since(
    batch: &Batch<'_>,
    person: &Person,
    unsaid: &HashSet<i64>,
) -> rusqlite::Result<Vec<i64>> {
    let mut since = Vec::new();
    for thread in batch.threads(person) {
        for message in Chains::of(batch.connection, &[thread])? {
            let message = message?;
            if unsaid.contains(&message) {
                break;
            }
            since.push(message);
        }
    }
    Ok(since)
}

/// Messages that were taken back, and of which the provider has told something since.
fn named_since(batch: &Batch<'_>, unsaid: &Unsaid) -> rusqlite::Result<Vec<i64>> {
    let query = "SELECT message FROM events
         WHERE seq > ?1 AND (raw != ?2 OR json_extract(data, '$.recipient') IS NOT NULL)";
    let mut statement = batch.connection.prepare_cached(query)?;
    let told = statement.query_map(params![unsaid.since, SILENCE], |row| row.get(0))?;
    let mut told: Vec<i64> = told.collect::<rusqlite::Result<_>>()?;
    told.retain(|message| unsaid.messages.contains(message));
    told.sort_unstable();
    told.dedup();
    Ok(told)
}

/// What happened stays, without the recipient: the provider's own statuses name them too.
fn forget_recipients(batch: &mut Batch<'_>, message: i64) -> rusqlite::Result<()> {
    let last = batch.outcome(message).map(|outcome| outcome.last_event);
    let last = last.unwrap_or_default();
    let query = "UPDATE events SET data = json_remove(data, '$.recipient'),
             raw = CASE WHEN raw IS NULL THEN NULL ELSE ?2 END
         WHERE seq = ?1 RETURNING previous";
    let mut statement = batch.connection.prepare_cached(query)?;
    let mut next = last;
    while next != 0 {
        let previous = statement.query_row(params![next, SILENCE], |row| row.get(0));
        next = previous.optional()?.unwrap_or_default();
    }
    batch.draft.gone.event(last);
    Ok(())
}

fn forget_addresses(
    batch: &mut Batch<'_>,
    account: i64,
    contact: i64,
    person: &Person,
) -> rusqlite::Result<()> {
    batch.sql("DELETE FROM addresses WHERE contact = ?1", [contact])?;
    for address in &person.contact.addresses {
        batch.draft.addresses.remove((account, address.clone()));
    }
    batch.sql(
        "INSERT INTO meta (name, value) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        params![ADDRESSES, batch.counters.address],
    )?;
    Ok(())
}
