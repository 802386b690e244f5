//! News, written and told.

use dragoman_core::Timestamp;
use dragoman_core::news::{News, Tidings};
use rusqlite::params;

use super::Batch;
use crate::index::happening::{Happening, OfSomebody};
use crate::record::{VERSION, news};

impl Batch<'_> {
    /// Writes what happened to somebody, and tells those who follow. `account` is a row of `ids`,
    /// `contact` the row of the customer that it is about.
    pub(crate) fn news(
        &mut self,
        account: i64,
        what: Tidings,
        contact: Option<i64>,
        at: Timestamp,
    ) -> rusqlite::Result<()> {
        self.heard(at);
        self.counters.event += 1;
        let seq = self.counters.event;
        let columns = news::columns(&what);
        self.sql(
            "INSERT INTO news (seq, account, contact, last_try, kind, at, version, data)
             VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7)",
            params![
                seq,
                account,
                contact.unwrap_or_default(),
                columns.kind,
                at.millis(),
                VERSION,
                columns.data
            ],
        )?;
        let account = self.id_of(account);
        let news = News {
            seq,
            account,
            at,
            what,
        };
        let told = OfSomebody { news, contact };
        self.draft.events.push(Happening::News(Box::new(told)));
        Ok(())
    }
}
