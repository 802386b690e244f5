//! Makes the index from the log, at start: reads the small tables whole, and of those that grow
//! what the shelf does not have.

mod counters;
mod cursor;
mod replay;
mod small;

use rusqlite::Connection;

use super::batch::Counters;
use super::fitting::Fitting;
use super::open::OpenError;
use super::verbs::heartbeat;
use crate::index::Index;
use replay::Read;
use small::Small;

/// What the log says.
pub(crate) struct Rebuilt {
    pub(crate) index: Index,
    pub(crate) counters: Counters,
    /// What the shelf did not have.
    pub(crate) read: Read,
}

/// Reads on from the mark, each table in its order. What is more than a generation goes to the
/// shelf on the way, so that memory stays bounded; without a shelf everything stays in memory.
///
/// # Errors
/// The log cannot be read, or the shelf cannot be written.
pub(crate) fn from_log(
    connection: &Connection,
    fitting: Option<&Fitting>,
) -> Result<Rebuilt, OpenError> {
    let index = match fitting {
        Some(fitting) => Index::on(&fitting.shelf, fitting.mark),
        None => Index::in_memory(),
    };
    let mut small = Small { connection, index };
    small.ids()?;
    small.queue()?;
    small.orphans()?;
    small.cursors()?;
    let counters = Counters::of(connection)?;
    let mut index = small.index;
    let read = replay::run(connection, &mut index, &counters, fitting)?;
    // Last, for what it says of messages.
    let mut small = Small { connection, index };
    small.deliveries()?;
    let heartbeat = heartbeat::last(connection)?.unwrap_or_default();
    Ok(Rebuilt {
        index: small.index,
        counters: Counters {
            latest: heartbeat.max(read.last_event),
            ..counters
        },
        read,
    })
}

#[cfg(test)]
#[path = "rebuild_tests.rs"]
mod tests;
