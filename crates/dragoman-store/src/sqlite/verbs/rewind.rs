//! Tells a subscription again.

use dragoman_core::Id;
use rusqlite::params;

use crate::sqlite::batch::Batch;

/// Moves the cursor back. What stood behind it as an exception, or was given up, is told with the
/// rest. A subscription that is gone, or that has not come so far, stays as it is.
pub(crate) fn run(batch: &mut Batch<'_>, subscription: Id, cursor: i64) -> rusqlite::Result<()> {
    let mut known = batch.catalog.subscriptions.iter();
    let Some(since) = known
        .find(|one| one.id == subscription)
        .map(|one| one.since)
    else {
        return Ok(());
    };
    let row = batch.row_of(subscription)?;
    let stands = batch.draft.cursors.look(&batch.index.cursors, &row);
    let Some(stands) = stands.map(std::borrow::Cow::into_owned) else {
        return Ok(());
    };
    let cursor = cursor.max(since).min(stands);
    end_behind(batch, row, cursor)?;
    batch.sql(
        "UPDATE subscription_cursors SET cursor = ?2 WHERE subscription = ?1",
        params![row, cursor],
    )?;
    batch.draft.cursors.put(row, cursor);
    Ok(())
}

fn end_behind(batch: &mut Batch<'_>, row: i64, cursor: i64) -> rusqlite::Result<()> {
    batch.sql(
        "DELETE FROM deliveries WHERE subscription = ?1 AND event > ?2",
        params![row, cursor],
    )?;
    batch.sql(
        "DELETE FROM dead_letters WHERE subscription = ?1 AND event > ?2",
        params![row, cursor],
    )?;
    let committed = batch.index.exceptions.keys();
    let behind: Vec<(i64, i64)> = committed
        .chain(batch.draft.exceptions.keys())
        .filter(|(of, seq)| *of == row && *seq > cursor)
        .copied()
        .collect();
    for key in behind {
        batch.draft.exceptions.remove(key);
    }
    Ok(())
}
