//! Forgets a customer.

use dragoman_core::news::ContactNews;
use dragoman_core::{Id, Timestamp};
use rusqlite::{OptionalExtension, params};

use super::emptying::Left;
use super::{answers, erase, people};
use crate::index::entry::{Fate, Person};
use crate::index::people::People;
use crate::sqlite::batch::{Batch, Touched};
use crate::sqlite::chains::Chains;

/// `meta.name`: the highest number that an address ever had. Set when addresses are taken away, so
/// that it is not given again.
pub(crate) const ADDRESSES: &str = "addresses";

/// In place of what a provider says of somebody who is forgotten.
pub(crate) const SILENCE: &str = "{}";

/// Takes away addresses, name, profile, what was said and what receivers answered about it, and
/// cancels what waits. Answers whether there was such a customer.
pub(crate) fn run(
    batch: &mut Batch<'_>,
    account: Id,
    contact: Id,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let Some((contact, person)) = people::by_id(batch, account, contact)? else {
        return Ok(false);
    };
    let account = batch.row_of(account)?;
    for message in said(batch, &person)? {
        erase::erase(batch, message, Left::Nobody, now)?;
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

/// Everything of all conversations. What waits or is told again is looked for too: where a sweep
/// has passed over it, younger messages are gone and the chain does not reach it.
fn said(batch: &Batch<'_>, person: &Person) -> rusqlite::Result<Vec<i64>> {
    let heads = batch.conversations(person);
    let chains = Chains::of(batch.connection, &heads)?;
    let mut said: Vec<i64> = chains.collect::<rusqlite::Result<_>>()?;
    // A cross join is made from left to right: what is needed is the shorter of both.
    let query = "SELECT messages.id
         FROM (SELECT id FROM queue UNION ALL SELECT message FROM deliveries) AS needed
         CROSS JOIN messages ON messages.id = needed.id
         WHERE messages.conversation = ?1";
    let mut needed = batch.connection.prepare_cached(query)?;
    for head in &heads {
        let rows = needed.query_map([head.conversation.number], |row| row.get(0))?;
        said.extend(rows.collect::<rusqlite::Result<Vec<i64>>>()?);
    }
    Ok(said)
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
