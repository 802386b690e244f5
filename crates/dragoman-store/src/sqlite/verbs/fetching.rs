//! What belongs to a customer's message and is still elsewhere: the message is announced when nothing
//! is. The advertisement that they came by is fetched first, then their file, so that the end of the
//! last says how the message is announced.

use std::collections::HashSet;

use dragoman_core::event::What;
use dragoman_core::file::{Fetch, Fetched, Wanted};
use dragoman_core::inbound::{Inbound, InboundContent, InboundMedia};
use dragoman_core::{MessageId, Timestamp};
use rusqlite::params;

use super::files::{self, Litter};
use crate::index::entry::Place;
use crate::sqlite::batch::Batch;

/// How far the end of one fetch brings its message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// It was over before: the file is here or cannot be had, or the message was taken back.
    Before,
    /// Something else is to be fetched.
    First,
    /// The message is announced.
    Last,
}

/// Has fetched what a message needs before it is announced, as soon as may be. Answers whether it
/// needs anything.
pub(super) fn begin(
    batch: &Batch<'_>,
    message: i64,
    place: Place,
    inbound: &Inbound,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let referral = inbound.referral.as_ref();
    let advertisement = referral.and_then(|referral| referral.picture.as_deref());
    let media = wanted(&inbound.content);
    if advertisement.is_none() && media.is_none() {
        return Ok(false);
    }
    batch.sql(
        "INSERT INTO fetches
             (message, account, channel, advertisement, provider_media_id, filename, tries, due_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7)",
        params![
            message,
            place.account,
            place.channel,
            advertisement,
            media.map_or("", |media| &media.provider_media_id),
            media.and_then(|media| media.filename.as_deref()),
            now.millis()
        ],
    )?;
    Ok(true)
}

/// The file of a message, when the provider has one to give.
fn wanted(content: &InboundContent) -> Option<&InboundMedia> {
    if let InboundContent::Media(media) = content {
        return (!media.provider_media_id.is_empty()).then_some(media);
    }
    None
}

/// Notes what came of a try, and announces the message when there is nothing more to wait for.
pub(crate) fn run(
    batch: &mut Batch<'_>,
    fetch: &Fetch,
    fetched: Fetched,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let (ended, announced) = match fetched {
        Fetched::Again { due_at } => return put_off(batch, fetch, due_at),
        Fetched::Kept(file) => {
            let ended = end(batch, fetch, now)?;
            if ended == Ended::Before {
                return files::litter_unless_kept(batch, file.id);
            }
            files::write(batch, &file)?;
            (ended, What::Received)
        }
        Fetched::Missing(failure) => {
            let ended = end(batch, fetch, now)?;
            if ended != Ended::Before {
                // An earlier try may have left its bytes when its process ended.
                files::litter(batch, fetch.file(), Litter::Whole)?;
            }
            let announced = match fetch.wanted {
                Wanted::File(_) => What::Undownloaded(failure),
                // Nobody has sent it: the message is whole without.
                Wanted::Advertisement(_) => What::Received,
            };
            (ended, announced)
        }
    };
    match ended {
        Ended::Last => batch.happened(fetch.message.row(), announced, now),
        Ended::First | Ended::Before => Ok(()),
    }
}

/// The messages that wait for something.
pub(super) fn messages(batch: &Batch<'_>) -> rusqlite::Result<HashSet<i64>> {
    let query = "SELECT message FROM fetches";
    let mut statement = batch.connection.prepare_cached(query)?;
    let found = statement.query_map([], |row| row.get(0))?;
    found.collect()
}

/// Ends a fetch, and begins the next of its message.
fn end(batch: &Batch<'_>, fetch: &Fetch, now: Timestamp) -> rusqlite::Result<Ended> {
    if !is_known(batch, fetch.message) {
        return Ok(Ended::Before);
    }
    let message = fetch.message.row();
    if is_advertisement(fetch) {
        let next = batch.sql(
            "UPDATE fetches SET advertisement = NULL, tries = 0, due_at = ?2
             WHERE message = ?1 AND advertisement IS NOT NULL AND provider_media_id <> ''",
            params![message, now.millis()],
        )?;
        if next > 0 {
            return Ok(Ended::First);
        }
    }
    let ended = batch.sql(
        "DELETE FROM fetches WHERE message = ?1 AND (advertisement IS NOT NULL) = ?2",
        params![message, is_advertisement(fetch)],
    )?;
    Ok(if ended > 0 {
        Ended::Last
    } else {
        Ended::Before
    })
}

fn put_off(batch: &Batch<'_>, fetch: &Fetch, due_at: Timestamp) -> rusqlite::Result<()> {
    if !is_known(batch, fetch.message) {
        return Ok(());
    }
    batch.sql(
        "UPDATE fetches SET tries = tries + 1, due_at = ?2
         WHERE message = ?1 AND (advertisement IS NOT NULL) = ?3",
        params![
            fetch.message.row(),
            due_at.millis(),
            is_advertisement(fetch)
        ],
    )?;
    Ok(())
}

const fn is_advertisement(fetch: &Fetch) -> bool {
    match fetch.wanted {
        Wanted::File(_) => false,
        Wanted::Advertisement(_) => true,
    }
}

fn is_known(batch: &Batch<'_>, message: MessageId) -> bool {
    batch.outcome_of(message).is_some()
}
