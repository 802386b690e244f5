//! Takes away what a message says.

use dragoman_core::message::{Body, Note};
use rusqlite::params;

use super::emptied;
use crate::record::inbound::InboundRecord;
use crate::record::note::NoteRecord;
use crate::record::outbound::OutboundRecord;
use crate::record::{VERSION, to_json};
use crate::sqlite::batch::Batch;
use crate::sqlite::rows::{self, ReadError};

/// Answers whether it said anything. What nobody can read is left as it is.
pub(super) fn run(batch: &mut Batch<'_>, message: i64) -> rusqlite::Result<bool> {
    let said = match rows::body(batch.connection, message) {
        Ok(Some(said)) => said.body,
        Ok(None) | Err(ReadError::Unreadable(_)) => return Ok(false),
        Err(ReadError::Database(error)) => return Err(error),
    };
    let record = match said {
        Body::Outbound(said) => {
            let empty = emptied::outbound(&said);
            (empty != *said).then(|| to_json::<OutboundRecord, _>(&empty))
        }
        Body::Note(said) => {
            let empty = Note { text: "".into() };
            (empty != *said).then(|| to_json::<NoteRecord, _>(&empty))
        }
        Body::Inbound(said) => {
            let empty = emptied::inbound(&said);
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
    batch.draft.gone.message(message);
    Ok(true)
}
