//! What a provider says about a message that was sent.

use std::borrow::Cow;

use dragoman_core::event::What;
use dragoman_core::inbound::{Status, StatusKind};
use dragoman_core::{Id, Raw, Timestamp};
use rusqlite::params;

use super::bind::{self, Proof};
use super::forget::SILENCE;
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
    /// It told something new.
    New,
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
) -> rusqlite::Result<Heard> {
    let key = key::of_provider_id(channel, &status.provider_id);
    if let Some(message) = by_token(batch, channel, &status) {
        // The echo: whatever became of the answer, the provider has taken this attempt.
        if batch.edit_outcome(message).provider_id.is_none() {
            let proof = Proof {
                attempt: status.token.map(|token| token.attempt),
                provider_id: status.provider_id.clone(),
                recipient: status.recipient.clone(),
            };
            bind::submitted(batch, message, proof, now)?;
            tell(batch, message, status, now)?;
            return Ok(Heard::New);
        }
        return tell(batch, message, status, now);
    }
    match by_provider_id(batch, &key) {
        Some(message) => tell(batch, message, status, now),
        None => keep_orphan(batch, key, status),
    }
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
    let what = match kind {
        StatusKind::Sent => What::Sent { at, raw },
        StatusKind::Delivered => What::Delivered { at, raw },
        StatusKind::Read => What::Read { at, raw },
        StatusKind::Failed(failure) => What::Failed {
            failure,
            raw: Some(raw),
        },
    };
    if batch.edit_outcome(message).fold.knows(&what) {
        return Ok(Heard::Repeated);
    }
    batch.happened(message, what, now)?;
    Ok(Heard::New)
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

/// A token is only believed on the channel that its message was sent by.
fn by_token(batch: &Batch<'_>, channel: Id, status: &Status) -> Option<i64> {
    let message = status.token?.message;
    let outcome = batch.outcome_of(message)?;
    let ours = outcome.is_outbound() && batch.id_of(outcome.channel) == channel;
    ours.then(|| message.row())
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
