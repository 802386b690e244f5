//! A customer's file, on its way from the provider: their message is announced when that is over.

use std::collections::HashSet;

use dragoman_core::event::What;
use dragoman_core::file::Fetched;
use dragoman_core::inbound::{InboundContent, InboundMedia};
use dragoman_core::{MessageId, Timestamp};
use rusqlite::params;

use super::files::{self, Litter};
use crate::index::entry::Place;
use crate::sqlite::batch::Batch;

/// The file of a message, when the provider has one to give.
pub(super) fn wanted(content: &InboundContent) -> Option<&InboundMedia> {
    if let InboundContent::Media(media) = content {
        return (!media.provider_media_id.is_empty()).then_some(media);
    }
    None
}

/// Has the file of a message fetched, as soon as may be.
pub(super) fn begin(
    batch: &Batch<'_>,
    message: i64,
    place: Place,
    media: &InboundMedia,
    now: Timestamp,
) -> rusqlite::Result<()> {
    batch.sql(
        "INSERT INTO fetches (message, account, channel, provider_media_id, filename, tries, due_at)
         VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6)",
        params![
            message,
            place.account,
            place.channel,
            media.provider_media_id,
            media.filename,
            now.millis()
        ],
    )?;
    Ok(())
}

/// Notes what came of a try, and announces the message when there is nothing more to wait for.
pub(crate) fn run(
    batch: &mut Batch<'_>,
    message: MessageId,
    fetched: Fetched,
    now: Timestamp,
) -> rusqlite::Result<()> {
    match fetched {
        Fetched::Again { due_at } => {
            if is_known(batch, message) {
                put_off(batch, message, due_at)?;
            }
            Ok(())
        }
        Fetched::Kept(file) => {
            if end(batch, message)? {
                files::write(batch, &file)?;
                return batch.happened(message.row(), What::Received, now);
            }
            files::litter_unless_kept(batch, file.id)
        }
        Fetched::Missing(failure) => {
            if end(batch, message)? {
                // An earlier try may have left its bytes when its process ended.
                files::litter(batch, files::of_message(message), Litter::Whole)?;
                return batch.happened(message.row(), What::Undownloaded(failure), now);
            }
            Ok(())
        }
    }
}

/// The messages that wait for their file.
pub(super) fn messages(batch: &Batch<'_>) -> rusqlite::Result<HashSet<i64>> {
    let query = "SELECT message FROM fetches";
    let mut statement = batch.connection.prepare_cached(query)?;
    let found = statement.query_map([], |row| row.get(0))?;
    found.collect()
}

/// Ends the fetch of a message's file. Answers `false` when it is over: the file is here or cannot
/// be had, or the message was taken back.
fn end(batch: &Batch<'_>, message: MessageId) -> rusqlite::Result<bool> {
    if !is_known(batch, message) {
        return Ok(false);
    }
    let ended = batch.sql("DELETE FROM fetches WHERE message = ?1", [message.row()])?;
    Ok(ended > 0)
}

fn put_off(batch: &Batch<'_>, message: MessageId, due_at: Timestamp) -> rusqlite::Result<()> {
    batch.sql(
        "UPDATE fetches SET tries = tries + 1, due_at = ?2 WHERE message = ?1",
        params![message.row(), due_at.millis()],
    )?;
    Ok(())
}

fn is_known(batch: &Batch<'_>, message: MessageId) -> bool {
    batch.outcome_of(message).is_some()
}
