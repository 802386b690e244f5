//! What a provider says about a message that was sent.

use std::borrow::Cow;

use dragoman_core::event::What;
use dragoman_core::id::AttemptId;
use dragoman_core::inbound::{Status, StatusKind};
use dragoman_core::ports::Recorded;
use dragoman_core::{Id, Raw, Timestamp};
use rusqlite::params;

use super::bind::{self, Proof};
use super::echo::{self, Echo};
use super::forget::SILENCE;
use super::history::History;
use crate::index::entry::Orphan;
use crate::index::key::{self, Key};
use crate::record::inbound::StatusRecord;
use crate::record::{VERSION, to_json};
use crate::sqlite::batch::Batch;

/// How many statuses wait for their message; the oldest make room.
const ORPHANS: i64 = 10_000;

/// What a status changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// It told something new of the message in this row.
    New(i64),
    /// It was known.
    Repeated,
    /// Its message is not known.
    Orphan,
}

/// Records a status of this channel.
pub(crate) fn record(
    batch: &mut Batch<'_>,
    channel: Id,
    status: Status,
    now: Timestamp,
    recorded: &mut Recorded,
) -> rusqlite::Result<Heard> {
    let key = key::of_provider_id(channel, &status.provider_id);
    match echo::of(batch, channel, &status) {
        Echo::Ours(message, attempt) => {
            echo::note(batch, message, attempt, &status, recorded)?;
            hear(batch, message, attempt, status, now)
        }
        Echo::Foreign => {
            recorded.foreign += 1;
            find(batch, key, status, now)
        }
        Echo::None => find(batch, key, status, now),
    }
}

/// Without a token: the provider's id may be known.
fn find(
    batch: &mut Batch<'_>,
    key: Key,
    status: Status,
    now: Timestamp,
) -> rusqlite::Result<Heard> {
    match by_provider_id(batch, &key) {
        Some(message) => tell(batch, message, status, now),
        None => keep_orphan(batch, key, status),
    }
}

/// The echo: whatever became of the answer, the provider has taken this attempt.
fn hear(
    batch: &mut Batch<'_>,
    message: i64,
    attempt: AttemptId,
    status: Status,
    now: Timestamp,
) -> rusqlite::Result<Heard> {
    if batch.edit_outcome(message).provider_id.is_some() {
        return tell(batch, message, status, now);
    }
    let proof = Proof {
        attempt: Some(attempt),
        provider_id: status.provider_id.clone(),
        recipient: status.recipient.clone(),
    };
    bind::submitted(batch, message, proof, now)?;
    tell(batch, message, status, now)?;
    Ok(Heard::New(message))
}

/// Folds a status into its message.
pub(crate) fn tell(
    batch: &mut Batch<'_>,
    message: i64,
    status: Status,
    now: Timestamp,
) -> rusqlite::Result<Heard> {
    let Status {
        kind,
        at,
        recipient,
        recipient_user,
        raw,
        provider_id: _,
        token: _,
    } = status;
    let mut is_known = bind::reached_at(batch, message, recipient.as_deref(), now)?;
    if recipient_user.is_some() {
        is_known &= bind::reached_at(batch, message, recipient_user.as_deref(), now)?;
    }
    let raw = if is_known { raw } else { Raw::new(SILENCE) };
    let fold = batch.edit_outcome(message).fold;
    let last = match kind {
        StatusKind::Sent => fold.sent_at,
        StatusKind::Delivered => fold.delivered_at,
        StatusKind::Read => fold.read_at,
        StatusKind::Failed(_) => fold.failed_at,
    };
    let what = match kind {
        StatusKind::Sent => What::Sent { at, raw },
        StatusKind::Delivered => What::Delivered { at, raw },
        StatusKind::Read => What::Read { at, raw },
        StatusKind::Failed(failure) => What::Failed {
            failure,
            raw: Some(raw),
        },
    };
    if is_repeated(batch, message, &what, last)? {
        return Ok(Heard::Repeated);
    }
    batch.happened(message, what, now)?;
    Ok(Heard::New(message))
}

/// Forgets a status that waited for its message.
pub(crate) fn drop_orphan(batch: &mut Batch<'_>, id: i64) -> rusqlite::Result<()> {
    let orphan = batch.draft.orphans.look(&batch.index.orphans, &id);
    let Some(key) = orphan.map(|orphan| orphan.key) else {
        return Ok(());
    };
    batch.sql("DELETE FROM orphans WHERE id = ?1", [id])?;
    batch.draft.orphans.remove(id);
    let siblings = batch.draft.orphans_of.edit(&batch.index.orphans_of, &key);
    let last = siblings.is_none_or(|siblings| {
        siblings.retain(|sibling| *sibling != id);
        siblings.is_empty()
    });
    if last {
        batch.draft.orphans_of.remove(key);
    }
    Ok(())
}

/// Whether the provider repeats itself. The fold knows the last status of each kind; only where
/// another one of its kind came before, the log has to say.
fn is_repeated(
    batch: &mut Batch<'_>,
    message: i64,
    what: &What,
    last: Option<Timestamp>,
) -> rusqlite::Result<bool> {
    if last.is_none() {
        return Ok(false);
    }
    Ok(batch.edit_outcome(message).fold.knows(what) || History::of(batch, message)?.contains(what))
}

fn by_provider_id(batch: &Batch<'_>, key: &Key) -> Option<i64> {
    let known = &batch.index.provider_ids;
    let message = batch.draft.provider_ids.look(known, key)?.into_owned();
    batch.outcome(message)?.is_outbound().then_some(message)
}

fn keep_orphan(batch: &mut Batch<'_>, key: Key, status: Status) -> rusqlite::Result<Heard> {
    let siblings = batch.draft.orphans_of.look(&batch.index.orphans_of, &key);
    let mut siblings = siblings.map(Cow::into_owned).unwrap_or_default();
    let repeats = |id: &i64| {
        let orphan = batch.draft.orphans.look(&batch.index.orphans, id);
        orphan.is_some_and(|orphan| orphan.status == status)
    };
    if siblings.iter().any(repeats) {
        return Ok(Heard::Repeated);
    }
    batch.counters.orphan += 1;
    let id = batch.counters.orphan;
    batch.sql(
        "INSERT INTO orphans (id, key, version, body) VALUES (?1, ?2, ?3, ?4)",
        params![id, key, VERSION, to_json::<StatusRecord, _>(&status)],
    )?;
    siblings.push(id);
    batch.draft.orphans.put(id, Orphan { key, status });
    batch.draft.orphans_of.put(key, siblings);
    drop_orphan(batch, id - ORPHANS)?;
    Ok(Heard::Orphan)
}
