//! What a verb works with: the open transaction, and the truth as the batch has changed it.

mod news;
mod people;
mod queue;
mod statements;

use std::borrow::Cow;
use std::sync::Arc;

use dragoman_core::catalog::Catalog;
use dragoman_core::event::{Event, What};
use dragoman_core::id::{MessageId, next_row};
use dragoman_core::message::Body;
use dragoman_core::{Id, Timestamp};
use rusqlite::{Connection, Params, params};

use super::acquaintances::Acquaintances;
use super::health::Health;
use super::keys::Keys;
use super::verbs::retain::Sweep;
use crate::index::Index;
use crate::index::draft::Draft;
use crate::index::entry::{Outcome, Weighed};
use crate::index::happening::Happening;
use crate::index::mark::Mark;
use crate::record::{VERSION, event};

pub(crate) use queue::{queue_state, queue_wish};
pub(crate) use statements::Statements;

/// `touched.kind`. The numbers are stored: never change one.
#[derive(Clone, Copy)]
pub(crate) enum Touched {
    Contact = 1,
    Conversation = 2,
    /// It is gone.
    Message = 3,
}

impl Touched {
    /// The kind of its column; `None` for a number that is none.
    pub(crate) const fn from_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::Contact),
            2 => Some(Self::Conversation),
            3 => Some(Self::Message),
            _ => None,
        }
    }
}

/// The highest numbers that were given. Ids of any table are never reused.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counters {
    pub(crate) id: i64,
    pub(crate) message: i64,
    /// Of that message.
    pub(crate) tail: i64,
    pub(crate) event: i64,
    pub(crate) contact: i64,
    pub(crate) address: i64,
    pub(crate) conversation: i64,
    pub(crate) orphan: i64,
    pub(crate) delivery: i64,
    pub(crate) log: i64,
    pub(crate) quarantine: i64,
    pub(crate) touched: i64,
    /// The last instant that was written down.
    pub(crate) latest: Timestamp,
}

impl Counters {
    /// What an index knows that has followed so far.
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            message: self.message,
            tail: self.tail,
            event: self.event,
            contact: self.contact,
            address: self.address,
            conversation: self.conversation,
            delivery: self.log,
            touched: self.touched,
        }
    }
}

/// One batch on its way to one commit. A verb checks its guard before it writes, so that one that
/// does not match leaves nothing behind.
pub(crate) struct Batch<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) statements: Statements<'a>,
    pub(crate) index: &'a Index,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) draft: &'a mut Draft,
    pub(crate) counters: &'a mut Counters,
    pub(crate) sweep: &'a mut Sweep,
    pub(crate) keys: &'a mut Keys,
    pub(crate) health: &'a Health,
    pub(crate) acquaintances: &'a Acquaintances,
}

impl Batch<'_> {
    /// Runs one statement, prepared once.
    pub(crate) fn sql(&self, text: &'static str, params: impl Params) -> rusqlite::Result<usize> {
        self.statements.run(text, params)
    }

    /// 128 bits that nobody can guess.
    pub(crate) fn random(&self) -> rusqlite::Result<u128> {
        let mut statement = self.connection.prepare_cached("SELECT randomblob(16)")?;
        let bytes: [u8; 16] = statement.query_row([], |row| row.get(0))?;
        Ok(u128::from_be_bytes(bytes))
    }

    /// The small number of a public id; given when it is new.
    pub(crate) fn row_of(&mut self, id: Id) -> rusqlite::Result<i64> {
        if let Some(row) = self.draft.rows.look(&self.index.rows, &id) {
            return Ok(*row);
        }
        self.counters.id += 1;
        let row = self.counters.id;
        self.sql(
            "INSERT INTO ids (row, id) VALUES (?1, ?2)",
            params![row, id.as_u128().to_be_bytes()],
        )?;
        self.draft.rows.put(id, row);
        self.draft.ids.put(row, id);
        Ok(row)
    }

    /// The small number of a public id, when it was ever given.
    pub(crate) fn known_row(&self, id: Id) -> Option<i64> {
        let row = self.draft.rows.look(&self.index.rows, &id);
        row.map(Cow::into_owned)
    }

    /// The public id of a small number.
    pub(crate) fn id_of(&self, row: i64) -> Id {
        self.draft
            .ids
            .look(&self.index.ids, &row)
            .expect("rows are given in this table before they are used")
            .into_owned()
    }

    /// The next message id: higher than all before, also when the clock went back.
    pub(crate) fn next_message(&mut self, machine: Timestamp, random: u128) -> MessageId {
        let row = next_row(self.counters.message, machine);
        self.counters.message = row;
        let tail = i64::try_from(random >> 66).expect("62 bits fit");
        self.counters.tail = tail;
        MessageId::from_parts(row, tail)
    }

    pub(crate) fn outcome(&self, message: i64) -> Option<Cow<'_, Outcome>> {
        self.draft.outcomes.look(&self.index.outcomes, &message)
    }

    /// The outcome of the message with this whole id.
    pub(crate) fn outcome_of(&self, message: MessageId) -> Option<Cow<'_, Outcome>> {
        self.outcome(message.row())
            .filter(|outcome| outcome.tail == message.tail())
    }

    pub(crate) fn edit_outcome(&mut self, message: i64) -> &mut Outcome {
        self.draft
            .outcomes
            .edit(&self.index.outcomes, &message)
            .expect("the caller has seen the message in this batch")
    }

    /// Writes an event and folds it in.
    pub(crate) fn happened(
        &mut self,
        message: i64,
        what: What,
        at: Timestamp,
    ) -> rusqlite::Result<()> {
        self.heard(at);
        self.counters.event += 1;
        let seq = self.counters.event;
        let outcome = self.edit_outcome(message);
        let previous = std::mem::replace(&mut outcome.last_event, seq);
        if outcome.is_outbound() {
            outcome.fold.apply(&what, at);
        }
        let (account, id) = (outcome.account, outcome.id(message));
        let columns = event::columns(&what);
        self.sql(
            "INSERT INTO events (seq, previous, account, message, kind, at, version, data, raw)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                seq,
                previous,
                account,
                message,
                columns.kind,
                at.millis(),
                VERSION,
                columns.data,
                columns.raw
            ],
        )?;
        let account = self.id_of(account);
        self.draft.events.push(Happening::Event(Event {
            seq,
            account,
            message: id,
            at,
            what,
        }));
        Ok(())
    }

    /// Notes what time it is by whoever asks: the store has no clock of its own.
    pub(crate) fn heard(&mut self, now: Timestamp) {
        self.counters.latest = self.counters.latest.max(now);
    }

    /// Notes that a row was changed in place, for an index that has read on from beyond it.
    pub(crate) fn touch(&mut self, what: Touched, row: i64) -> rusqlite::Result<()> {
        self.counters.touched += 1;
        self.sql(
            "INSERT INTO touched (id, kind, row) VALUES (?1, ?2, ?3)",
            params![self.counters.touched, what as i64, row],
        )?;
        // The last row stays, so that its number is not given again.
        let shelved = self.index.shelved.touched;
        self.sql("DELETE FROM touched WHERE id < ?1", [shelved])?;
        Ok(())
    }

    /// Keeps a body for those who follow the log; its record takes so many bytes.
    pub(crate) fn remember(&mut self, message: i64, body: Body, bytes: usize) {
        self.draft.bodies.push((message, Weighed { body, bytes }));
    }
}
