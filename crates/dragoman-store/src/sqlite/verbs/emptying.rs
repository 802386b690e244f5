//! Takes away what a message says, and the file that came with it.

mod emptied;

use dragoman_core::message::{Body, Note};
use rusqlite::params;

use super::files;
use crate::record::inbound::InboundRecord;
use crate::record::note::NoteRecord;
use crate::record::outbound::OutboundRecord;
use crate::record::{VERSION, to_json};
use crate::sqlite::batch::Batch;
use crate::sqlite::rows::{self, ReadError};

/// What stays of a body, beside its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// Who wrote it, or was written to.
    Addresses,
    /// Nothing: they were forgotten.
    Nobody,
}

/// Answers whether anything was there to take. What nobody can read is left as it is. The caller
/// says what memory must not answer any more.
pub(crate) fn run(batch: &mut Batch<'_>, message: i64, left: Left) -> rusqlite::Result<bool> {
    files::remove_of_message(batch, message)?;
    let said = match rows::body(batch.connection, message) {
        Ok(Some(said)) => said.body,
        Ok(None) | Err(ReadError::Unreadable(_)) => return Ok(false),
        Err(ReadError::Database(error)) => return Err(error),
    };
    let record = match said {
        Body::Outbound(said) => {
            let empty = emptied::outbound(&said, left);
            (empty != *said).then(|| to_json::<OutboundRecord, _>(&empty))
        }
        Body::Note(said) => {
            let empty = Note { text: "".into() };
            (empty != *said).then(|| to_json::<NoteRecord, _>(&empty))
        }
        Body::Inbound(said) => {
            let empty = emptied::inbound(&said, left);
            (empty != *said).then(|| to_json::<InboundRecord, _>(&empty))
        }
    };
    let Some(record) = record else {
        return Ok(false);
    };
    batch.sql(
        "UPDATE messages SET version = ?2, body = ?3 WHERE id = ?1",
        params![message, VERSION, record],
    )?;
    Ok(true)
}
