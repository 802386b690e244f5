//! The message before another one.

use dragoman_core::MessageId;
use dragoman_core::ports::Foregoing;
use rusqlite::{Connection, OptionalExtension};

use super::SqliteStore;
use super::rows::OUT;

/// A conversation is looked back over so many lines: what customers and collaborators write stands
/// in between.
const LOOK_BACK: usize = 1000;

/// The rows of the messages that were accepted before these, in their conversations.
pub(super) fn rows(
    connection: &Connection,
    messages: &[i64],
) -> rusqlite::Result<Vec<Option<i64>>> {
    let mut line = connection.prepare_cached(
        "SELECT p.id, p.direction = ?2 AND NOT p.refused
         FROM messages AS m JOIN messages AS p ON p.id = m.previous WHERE m.id = ?1",
    )?;
    let mut before = |message: i64| {
        let mut at = message;
        for _ in 0..LOOK_BACK {
            let found = line.query_row((at, OUT), |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?))
            });
            match found.optional()? {
                Some((previous, true)) => return Ok(Some(previous)),
                Some((previous, false)) => at = previous,
                None => return Ok(None),
            }
        }
        Ok(None)
    };
    messages.iter().map(|message| before(*message)).collect()
}

impl SqliteStore {
    /// How the message in the row `before` stands, for the one that comes after it.
    pub(super) fn stands(&self, message: MessageId, before: i64) -> Option<Foregoing> {
        let index = self.commons.index();
        let seen = index.message(message)?.last_event;
        let outcome = index.outcomes.get(&before)?;
        Some(Foregoing {
            message: outcome.id(before),
            state: outcome.fold.state,
            moved_since: outcome.last_event > seen,
        })
    }
}
