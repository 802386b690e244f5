//! The statements of a batch.

use std::cell::RefCell;

use foldhash::{HashMap, HashMapExt};
use rusqlite::{CachedStatement, Connection, Params};

/// Statements that a batch has run, at hand until its end: most verbs of a batch run the same few,
/// and to find one in the connection's cache takes a quarter of the time that it takes to run it.
pub(crate) struct Statements<'c> {
    connection: &'c Connection,
    at_hand: RefCell<HashMap<&'static str, CachedStatement<'c>>>,
}

impl<'c> Statements<'c> {
    /// None yet, of this connection.
    pub(crate) fn of(connection: &'c Connection) -> Self {
        Self {
            connection,
            at_hand: RefCell::new(HashMap::new()),
        }
    }

    /// Runs one that changes rows: how many.
    ///
    /// # Errors
    /// It cannot be prepared, or fails.
    pub(crate) fn run(&self, text: &'static str, params: impl Params) -> rusqlite::Result<usize> {
        let mut at_hand = self.at_hand.borrow_mut();
        if let Some(statement) = at_hand.get_mut(text) {
            return statement.execute(params);
        }
        let mut statement = self.connection.prepare_cached(text)?;
        let changed = statement.execute(params);
        at_hand.insert(text, statement);
        changed
    }
}
