//! What became of deliveries to a subscription.

mod dead;

use std::borrow::Cow;

use dragoman_core::ports::{Attempted, AttemptedDelivery, Due};
use dragoman_core::{Id, MessageId, Raw, Timestamp};
use rusqlite::{OptionalExtension, params};

use self::dead::{bury, unbury};
use super::answers;
use crate::index::entry::Exception;
use crate::sqlite::batch::Batch;
use crate::sqlite::rows::{AGAIN, DONE, EXHAUSTED, NONE};

/// As many bytes of an answer are kept.
const ANSWER: usize = 1024;

/// Logs the tries, moves the cursor forward, and keeps or ends exceptions.
pub(crate) fn run(
    batch: &mut Batch<'_>,
    subscription: Id,
    cursor: i64,
    tries: &[AttemptedDelivery],
) -> rusqlite::Result<()> {
    let lists = &batch.catalog.subscriptions;
    let since = lists
        .iter()
        .find(|known| known.id == subscription)
        .map(|known| known.since);
    let row = batch.row_of(subscription)?;
    for attempted in tries {
        let is_there = log(batch, row, attempted)?;
        // Of a subscription that was taken away nothing is due.
        if since.is_some() {
            follow(batch, row, attempted)?;
            if is_there && attempted.then == Attempted::Exhausted {
                bury(batch, row, attempted)?;
            }
        }
    }
    let Some(since) = since else {
        return Ok(());
    };
    advance(batch, row, since, cursor)?;
    judge(batch, row, since, tries)
}

/// Ends all deliveries of a subscription.
pub(crate) fn forget(batch: &mut Batch<'_>, subscription: Id) -> rusqlite::Result<()> {
    let Some(row) = batch.known_row(subscription) else {
        return Ok(());
    };
    let drop_cursor = "DELETE FROM subscription_cursors WHERE subscription = ?1";
    batch.sql(drop_cursor, [row])?;
    batch.sql("DELETE FROM deliveries WHERE subscription = ?1", [row])?;
    let drop_dead = "DELETE FROM dead_letters WHERE subscription = ?1";
    batch.sql(drop_dead, [row])?;
    let committed = batch.index.exceptions.keys();
    let all: Vec<(i64, i64)> = committed
        .chain(batch.draft.exceptions.keys())
        .filter(|(of, _)| *of == row)
        .copied()
        .collect();
    for key in all {
        batch.draft.exceptions.remove(key);
    }
    batch.draft.cursors.remove(row);
    batch.draft.failing.remove(row);
    Ok(())
}

fn advance(
    batch: &mut Batch<'_>,
    subscription: i64,
    since: i64,
    cursor: i64,
) -> rusqlite::Result<()> {
    let before = batch
        .draft
        .cursors
        .look(&batch.index.cursors, &subscription);
    if cursor <= before.map_or(since, Cow::into_owned) {
        return Ok(());
    }
    batch.sql(
        "INSERT INTO subscription_cursors (subscription, cursor) VALUES (?1, ?2)
         ON CONFLICT (subscription) DO UPDATE SET cursor = excluded.cursor",
        params![subscription, cursor],
    )?;
    batch.draft.cursors.put(subscription, cursor);
    Ok(())
}

/// Notes when the first try failed since the last one that did not. Most commits change nothing
/// here, and write nothing.
fn judge(
    batch: &mut Batch<'_>,
    subscription: i64,
    since: i64,
    tries: &[AttemptedDelivery],
) -> rusqlite::Result<()> {
    let known = batch
        .draft
        .failing
        .look(&batch.index.failing, &subscription);
    let known = known.map(Cow::into_owned);
    let failing = tries.iter().fold(known, |failing, tried| match tried.then {
        Attempted::Done => None,
        Attempted::Again { .. } => failing.or(Some(tried.at)),
        Attempted::Exhausted | Attempted::Overtaken => failing,
    });
    if failing == known {
        return Ok(());
    }
    batch.sql(
        "INSERT INTO subscription_cursors (subscription, cursor, failing_since) VALUES (?1, ?2, ?3)
         ON CONFLICT (subscription) DO UPDATE SET failing_since = excluded.failing_since",
        params![subscription, since, failing.map(Timestamp::millis)],
    )?;
    match failing {
        Some(at) => batch.draft.failing.put(subscription, at),
        None => batch.draft.failing.remove(subscription),
    }
    Ok(())
}

fn follow(
    batch: &mut Batch<'_>,
    subscription: i64,
    attempted: &AttemptedDelivery,
) -> rusqlite::Result<()> {
    match attempted.then {
        Attempted::Done | Attempted::Exhausted => end(batch, subscription, attempted.seq),
        Attempted::Again { due_at, tries } => keep(batch, subscription, attempted, (due_at, tries)),
        Attempted::Overtaken => {
            unbury(batch, subscription, attempted.seq)?;
            keep(batch, subscription, attempted, (attempted.at, 0))
        }
    }
}

fn end(batch: &mut Batch<'_>, subscription: i64, seq: i64) -> rusqlite::Result<()> {
    let key = (subscription, seq);
    let known = batch.draft.exceptions.look(&batch.index.exceptions, &key);
    if let Some(id) = known.map(|exception| exception.id) {
        batch.sql("DELETE FROM deliveries WHERE id = ?1", [id])?;
        batch.draft.exceptions.remove(key);
    }
    Ok(())
}

fn keep(
    batch: &mut Batch<'_>,
    subscription: i64,
    attempted: &AttemptedDelivery,
    (due_at, tries): (Timestamp, u32),
) -> rusqlite::Result<()> {
    let key = (subscription, attempted.seq);
    let known = batch.draft.exceptions.look(&batch.index.exceptions, &key);
    let id = match known.map(|exception| exception.id) {
        Some(id) => id,
        None => {
            batch.counters.delivery += 1;
            batch.counters.delivery
        }
    };
    batch.sql(
        "INSERT INTO deliveries (id, subscription, event, message, due_at, tries, last_status)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (id) DO UPDATE SET
             due_at = excluded.due_at, tries = excluded.tries, last_status = excluded.last_status",
        params![
            id,
            subscription,
            attempted.seq,
            attempted.message.map_or(NONE, MessageId::row),
            due_at.millis(),
            tries,
            attempted.status
        ],
    )?;
    let due = Due {
        seq: attempted.seq,
        message: attempted.message,
        due_at,
        tries,
    };
    batch.draft.exceptions.put(key, Exception { id, due });
    Ok(())
}

/// Adds a try to the log, unless what it delivers is gone; answers whether it is there. What was
/// overtaken was not tried.
fn log(
    batch: &mut Batch<'_>,
    subscription: i64,
    attempted: &AttemptedDelivery,
) -> rusqlite::Result<bool> {
    let (outcome, again) = match attempted.then {
        Attempted::Done => (DONE, None),
        Attempted::Again { due_at, tries } => (AGAIN, Some((due_at, tries))),
        Attempted::Exhausted => (EXHAUSTED, None),
        Attempted::Overtaken => return Ok(true),
    };
    let id = batch.counters.log + 1;
    let Some(link) = chain(batch, attempted, id)? else {
        return Ok(false);
    };
    batch.counters.log = id;
    let answer = attempted.answer.as_ref().map(Raw::as_str);
    let answer = answer.filter(|_| !answers::are_unwanted(batch, link.contact));
    let answer = answer.map(|answer| &answer[..answer.floor_char_boundary(ANSWER)]);
    batch.sql(
        "INSERT INTO delivery_log
             (id, previous, subscription, event, message, at, status, outcome, due_at, tries, answer)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            id,
            link.previous,
            subscription,
            attempted.seq,
            attempted.message.map_or(NONE, MessageId::row),
            attempted.at.millis(),
            attempted.status,
            outcome,
            again.map(|(due_at, _)| due_at.millis()),
            again.map(|(_, tries)| tries),
            answer
        ],
    )?;
    Ok(true)
}

/// Where a try has its place.
struct Link {
    /// The try before it, 0 = none.
    previous: i64,
    /// Row of the contact that it tells of, 0 = none.
    contact: i64,
}

/// Makes this try the last one of what it delivers; `None` when that is gone.
fn chain(
    batch: &mut Batch<'_>,
    attempted: &AttemptedDelivery,
    id: i64,
) -> rusqlite::Result<Option<Link>> {
    if let Some(message) = attempted.message {
        return Ok(batch.outcome_of(message).is_some().then(|| {
            let outcome = batch.edit_outcome(message.row());
            Link {
                previous: std::mem::replace(&mut outcome.last_delivery, id),
                contact: outcome.contact,
            }
        }));
    }
    let query = "SELECT last_try, contact FROM news WHERE seq = ?1";
    let mut statement = batch.connection.prepare_cached(query)?;
    let link = statement.query_row([attempted.seq], |row| {
        Ok(Link {
            previous: row.get(0)?,
            contact: row.get(1)?,
        })
    });
    let link = link.optional()?;
    if link.is_some() {
        let update = "UPDATE news SET last_try = ?2 WHERE seq = ?1";
        batch.sql(update, [attempted.seq, id])?;
    }
    Ok(link)
}
