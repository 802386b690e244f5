//! What those who follow the log are told: what happened, with whom it happened to as it stands.

use std::collections::HashMap;
use std::sync::Arc;

use dragoman_core::contact::Customer;
use dragoman_core::event::Event;
use dragoman_core::news::News;
use dragoman_core::ports::{DeadLetter, Delivered, Happened, StoreError};
use dragoman_core::{Id, MessageId};
use rusqlite::Connection;

use super::SqliteStore;
use super::rows::{self, EventRow, NewsRow, ReadError, TryRow};
use crate::index::happening::{Happening, OfSomebody};
use crate::index::people::People;

impl SqliteStore {
    /// What happened after `seq`: from memory, or else from the disk.
    pub(super) async fn follow(&self, seq: i64, limit: usize) -> Result<Vec<Happened>, StoreError> {
        let last = self.commons.last_event();
        let recent = self.commons.recent().events_after(seq, limit);
        let happenings = match recent {
            Some(mut happenings) => {
                // The writer may be about to publish what comes after `last`.
                happenings.retain(|happening| happening.seq() <= last);
                happenings
            }
            None => {
                let (events, news) = self
                    .read(move |connection| {
                        let events = rows::events(connection, seq, last, limit)?;
                        let news = rows::news(connection, seq, last, limit)?;
                        Ok(first_of_both(events, news, limit))
                    })
                    .await?;
                self.happenings(events, news)
            }
        };
        self.told(happenings).await
    }

    /// The last tries of these subscriptions, the newest first, with what was delivered.
    pub(super) async fn last_tries(
        &self,
        subscriptions: &[Id],
        limit: usize,
    ) -> Result<Vec<Delivered>, StoreError> {
        let rows = {
            let index = self.commons.index();
            let rows = subscriptions.iter().filter_map(|id| index.rows.get(id));
            rows.copied().collect()
        };
        let (tries, events, news) = self
            .read(move |connection| {
                let tries = rows::newest_tries(connection, &rows, limit)?;
                let (events, news) = delivered(connection, &tries)?;
                Ok((tries, events, news))
            })
            .await?;
        let happened = self.told(self.happenings(events, news)).await?;
        let happened: HashMap<i64, Happened> = happened
            .into_iter()
            .map(|happened| (happened.seq(), happened))
            .collect();
        let index = self.commons.index();
        let with_ids = tries.into_iter().filter_map(|row| {
            let happened = happened.get(&row.seq).cloned();
            let message = row.message().map(|message| {
                let known = index.outcomes.get(&message);
                // The tail of a message that is gone is not known any more.
                known.map_or(MessageId::from_parts(message, 0), |known| known.id(message))
            });
            Some(Delivered {
                subscription: index.id(row.subscription)?,
                happened,
                tried: row.about(message),
            })
        });
        Ok(with_ids.collect())
    }

    /// What was given up for a subscription after `seq`, in order.
    pub(super) async fn given_up(
        &self,
        subscription: Id,
        seq: i64,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        let row = self.commons.index().rows.get(&subscription).copied();
        let Some(row) = row else {
            return Ok(Vec::new());
        };
        let dead = self
            .read(move |connection| rows::dead_letters(connection, row, seq, limit))
            .await?;
        let index = self.commons.index();
        let with_ids = dead.into_iter().map(|row| {
            let message = row.message.and_then(|message| {
                let known = index.outcomes.get(&message);
                known.map(|known| known.id(message))
            });
            DeadLetter {
                seq: row.seq,
                message,
                at: row.at,
                status: row.status,
            }
        });
        Ok(with_ids.collect())
    }

    /// Both kinds of rows with their ids, in order.
    fn happenings(&self, events: Vec<EventRow>, news: Vec<NewsRow>) -> Vec<Happening> {
        let events = self.with_ids(events).into_iter().map(Happening::Event);
        let mut happenings: Vec<Happening> = events.collect();
        let index = self.commons.index();
        happenings.extend(news.into_iter().filter_map(|row| {
            let news = News {
                seq: row.seq,
                account: index.id(row.account)?,
                at: row.at,
                what: row.what,
            };
            let contact = row.contact;
            Some(Happening::News(Box::new(OfSomebody { news, contact })))
        }));
        happenings.sort_unstable_by_key(Happening::seq);
        happenings
    }

    /// Leaves out what happened to messages that are gone.
    async fn told(&self, happenings: Vec<Happening>) -> Result<Vec<Happened>, StoreError> {
        let messages = happenings.iter().filter_map(Happening::message).collect();
        let page = self.page(self.bodies(messages).await?);
        let told = happenings
            .into_iter()
            .filter_map(|happening| match happening {
                Happening::Event(event) => {
                    let stored = Arc::clone(page.get(&event.message.row())?);
                    Some(Happened::Message(event, stored))
                }
                Happening::News(told) => {
                    let customer = told.contact.and_then(|row| self.customer_in(row));
                    Some(Happened::News(told.news, customer))
                }
            });
        Ok(told.collect())
    }

    fn customer_in(&self, row: i64) -> Option<Arc<Customer>> {
        self.commons.index().customer(row).map(Arc::new)
    }

    pub(super) fn with_ids(&self, rows: Vec<EventRow>) -> Vec<Event> {
        let index = self.commons.index();
        let events = rows.into_iter().filter_map(|row| {
            Some(Event {
                seq: row.seq,
                account: index.id(row.account)?,
                message: index.outcomes.get(&row.message)?.id(row.message),
                at: row.at,
                what: row.what,
            })
        });
        events.collect()
    }
}

/// The first so many rows of two tables that have each given as many: whatever may be left out
/// later, nothing that was not read lies between them.
fn first_of_both(
    mut events: Vec<EventRow>,
    mut news: Vec<NewsRow>,
    limit: usize,
) -> (Vec<EventRow>, Vec<NewsRow>) {
    let numbers = events.iter().map(|row| row.seq);
    let mut numbers: Vec<i64> = numbers.chain(news.iter().map(|row| row.seq)).collect();
    numbers.sort_unstable();
    if let Some(beyond) = numbers.get(limit) {
        events.retain(|row| row.seq < *beyond);
        news.retain(|row| row.seq < *beyond);
    }
    (events, news)
}

/// What these tries delivered, each once, as far as it is still there.
fn delivered(
    connection: &Connection,
    tries: &[TryRow],
) -> Result<(Vec<EventRow>, Vec<NewsRow>), ReadError> {
    let (mut events, mut news) = (Vec::new(), Vec::new());
    let mut seqs: Vec<(i64, Option<i64>)> =
        tries.iter().map(|row| (row.seq, row.message())).collect();
    seqs.sort_unstable();
    seqs.dedup();
    for (seq, message) in seqs {
        match message {
            Some(_) => events.extend(rows::events(connection, seq - 1, seq, 1)?),
            None => news.extend(rows::news(connection, seq - 1, seq, 1)?),
        }
    }
    Ok((events, news))
}

#[cfg(test)]
#[path = "follow_tests.rs"]
mod tests;
