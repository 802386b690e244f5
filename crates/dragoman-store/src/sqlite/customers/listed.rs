//! Customers of an account, the newest first.

use std::sync::Arc;

use dragoman_core::contact::Customer;
use dragoman_core::ports::{COUNTED, From, Listing, Span, StoreError, Wanted};
use dragoman_core::{Id, Tenant};
use rusqlite::{Connection, params};

use super::part::Part;
use crate::index::entry::Person;
use crate::index::people::People;
use crate::sqlite::SqliteStore;
use crate::sqlite::commons::Commons;

/// How many contacts are looked at before others may have the disk.
const CHUNK: usize = 256;

impl SqliteStore {
    pub(super) async fn listed(
        &self,
        account: Tenant,
        wanted: &Wanted,
        span: Span,
    ) -> Result<Listing<Customer>, StoreError> {
        let known = self.commons.index().rows.get(&account.id()).copied();
        // Nobody has row 0.
        let account = known.unwrap_or_default();
        if *wanted == Wanted::default() {
            return self.all(account, span).await;
        }
        let part = self.picked(account, wanted, span).await?;
        Ok(part.listing(|contact| self.customer_alone(contact)))
    }

    /// The disk alone knows who is listed.
    async fn all(&self, account: i64, span: Span) -> Result<Listing<Customer>, StoreError> {
        let question = move |connection: &Connection| {
            let (skipped, before, total) = match span.from {
                From::Skip(count) => (count, i64::MAX, Some(counted(connection, account)?)),
                From::After(mark) => (0, mark, None),
            };
            let found = rows(connection, account, before, (skipped, span.limit + 1))?;
            Ok((found, total))
        };
        let (mut found, total) = self.read(question).await?;
        let more = found.len() > span.limit;
        found.truncate(span.limit);
        let items = found
            .iter()
            .filter_map(|contact| self.customer_alone(*contact));
        Ok(Listing {
            items: items.collect(),
            total,
            next: found.last().copied().filter(|_| more),
        })
    }

    /// The disk may have to be asked for each of them, and others want the index in between.
    fn customer_alone(&self, contact: i64) -> Option<Customer> {
        self.commons.index().customer(contact)
    }

    /// Those who fit, found one chunk after the other, where reading the disk holds up nobody.
    async fn picked(&self, account: i64, wanted: &Wanted, span: Span) -> Result<Part, StoreError> {
        let sieve = Arc::new(Sieve::of(wanted, &self.commons));
        let mut part = Part::of(span);
        let mut before = match span.from {
            From::Skip(_) => i64::MAX,
            From::After(mark) => mark,
        };
        while !part.is_complete() {
            let (sieve, commons) = (Arc::clone(&sieve), Arc::clone(&self.commons));
            let question = move |connection: &Connection| {
                let mut chunk = rows(connection, account, before, (0, CHUNK))?;
                let last = chunk.last().copied();
                chunk.retain(|contact| sieve.holds(&commons, *contact));
                Ok((chunk, last))
            };
            let (fitting, last) = self.read(question).await?;
            let Some(last) = last else { break };
            before = last;
            for contact in fitting {
                part.add(contact);
            }
        }
        Ok(part)
    }
}

/// Rows of contacts before one, the newest first: so many after so many.
fn rows(
    connection: &Connection,
    account: i64,
    before: i64,
    (skipped, limit): (usize, usize),
) -> rusqlite::Result<Vec<i64>> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM contacts
         WHERE account = ?1 AND id < ?2 AND merged_into IS NULL AND deleted_at IS NULL
         ORDER BY id DESC LIMIT ?3 OFFSET ?4",
    )?;
    let number = |count| i64::try_from(count).unwrap_or(i64::MAX);
    let span = params![account, before, number(limit), number(skipped)];
    let found = statement.query_map(span, |row| row.get(0))?;
    found.collect()
}

fn counted(connection: &Connection, account: i64) -> rusqlite::Result<usize> {
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FROM (
             SELECT 1 FROM contacts
             WHERE account = ?1 AND merged_into IS NULL AND deleted_at IS NULL LIMIT ?2)",
    )?;
    let bound = u32::try_from(COUNTED).expect("it is a small number");
    let count: u32 = statement.query_row(params![account, bound], |row| row.get(0))?;
    Ok(usize::try_from(count).expect("it is not above the bound"))
}

/// Holds those who are wanted.
struct Sieve {
    /// In lower case.
    tags: Vec<String>,
    team: Option<Id>,
    /// Rows of the channels of the wanted messenger, where one is wanted.
    channels: Option<Vec<i64>>,
}

impl Sieve {
    fn of(wanted: &Wanted, commons: &Commons) -> Self {
        let catalog = commons.catalog();
        let index = commons.index();
        let of_source = |source| {
            let channels = catalog.channels.iter();
            let rows = channels
                .filter(|channel| channel.source == source)
                .filter_map(|channel| index.rows.get(&channel.id).copied());
            rows.collect()
        };
        Self {
            tags: wanted.tags.iter().map(|tag| tag.to_lowercase()).collect(),
            team: wanted.team,
            channels: wanted.source.map(of_source),
        }
    }

    fn holds(&self, commons: &Commons, contact: i64) -> bool {
        let index = commons.index();
        let known = index.acquainted(contact);
        let person = known.map(|(_, person)| person.into_owned());
        drop(index);
        person.is_some_and(|person| {
            self.is_tagged(&person) && self.is_talked_to(&person) && self.is_of_team(&person)
        })
    }

    fn is_tagged(&self, person: &Person) -> bool {
        let profile = person.contact.profile.as_deref();
        let own = profile.map_or(&[][..], |profile| &profile.tags);
        let has = |tag: &String| own.iter().any(|own| own.to_lowercase() == *tag);
        self.tags.iter().all(has)
    }

    fn is_talked_to(&self, person: &Person) -> bool {
        let Some(channels) = &self.channels else {
            return true;
        };
        let mut heads = person.conversations.iter();
        heads.any(|head| channels.contains(&head.channel))
    }

    fn is_of_team(&self, person: &Person) -> bool {
        let mut heads = person.conversations.iter();
        self.team.is_none() || heads.any(|head| head.conversation.team == self.team)
    }
}
