//! The message before another one.

use dragoman_core::ports::Foregoing;
use dragoman_core::{MessageId, State, Timestamp};
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

/// When these events happened; `None` where there is none to ask about, or it is gone.
pub(super) fn times(
    connection: &Connection,
    events: &[Option<i64>],
) -> rusqlite::Result<Vec<Option<Timestamp>>> {
    let mut time = connection.prepare_cached("SELECT at FROM events WHERE seq = ?1")?;
    let mut at = |event: &Option<i64>| {
        let Some(event) = event else {
            return Ok(None);
        };
        let at = time.query_row([event], |row| row.get(0)).optional()?;
        Ok(at.map(Timestamp::from_millis))
    };
    events.iter().map(&mut at).collect()
}

/// How the message before another one stands.
pub(super) struct Stands {
    message: MessageId,
    state: State,
    moved_since: bool,
    /// The last of both.
    pub(super) last_event: i64,
}

impl Stands {
    /// The same, for whoever asked. Where the last event is gone, so is its time.
    pub(super) fn since(self, last: Option<Timestamp>) -> Foregoing {
        Foregoing {
            message: self.message,
            state: self.state,
            moved_since: self.moved_since,
            since: last.unwrap_or(self.message.at()),
        }
    }
}

impl SqliteStore {
    /// How the message in the row `before` stands, for the one that comes after it.
    pub(super) fn stands(&self, message: MessageId, before: i64) -> Option<Stands> {
        let index = self.commons.index();
        let seen = index.message(message)?.last_event;
        let outcome = index.outcomes.get(&before)?;
        Some(Stands {
            message: outcome.id(before),
            state: outcome.fold.state,
            moved_since: outcome.last_event > seen,
            last_event: outcome.last_event.max(seen),
        })
    }
}
