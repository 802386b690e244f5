//! News that may go.

use dragoman_core::Timestamp;

use crate::sqlite::batch::Batch;

/// What decides about a row, and where its tries are.
#[derive(Clone, Copy)]
pub(super) struct Old {
    pub(super) seq: i64,
    pub(super) account: i64,
    pub(super) last_try: i64,
}

/// The news after one and before an instant, oldest first. It is looked at from the old end, so
/// that the first that is younger ends it.
pub(super) fn oldest(
    batch: &Batch<'_>,
    after: i64,
    (before, limit): (Timestamp, usize),
) -> rusqlite::Result<Vec<Old>> {
    let query = "SELECT seq, account, last_try, at FROM news WHERE seq > ?1 ORDER BY seq LIMIT ?2";
    let limit = i64::try_from(limit).expect("a step is short");
    let mut statement = batch.connection.prepare_cached(query)?;
    let mut rows = statement.query([after, limit])?;
    let mut old = Vec::new();
    while let Some(row) = rows.next()? {
        if Timestamp::from_millis(row.get(3)?) >= before {
            break;
        }
        old.push(Old {
            seq: row.get(0)?,
            account: row.get(1)?,
            last_try: row.get(2)?,
        });
    }
    Ok(old)
}
