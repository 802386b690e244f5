//! What is given up, and what is taken up again.

use dragoman_core::MessageId;
use dragoman_core::ports::AttemptedDelivery;
use rusqlite::params;

use crate::sqlite::batch::Batch;
use crate::sqlite::rows::NONE;

/// Keeps what is given up as a dead letter.
pub(super) fn bury(
    batch: &Batch<'_>,
    subscription: i64,
    attempted: &AttemptedDelivery,
) -> rusqlite::Result<()> {
    batch.sql(
        "INSERT OR REPLACE INTO dead_letters (subscription, event, message, at, status)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            subscription,
            attempted.seq,
            attempted.message.map_or(NONE, MessageId::row),
            attempted.at.millis(),
            attempted.status
        ],
    )?;
    Ok(())
}

/// It is told again.
pub(super) fn unbury(batch: &Batch<'_>, subscription: i64, seq: i64) -> rusqlite::Result<()> {
    let query = "DELETE FROM dead_letters WHERE subscription = ?1 AND event = ?2";
    batch.sql(query, [subscription, seq])?;
    Ok(())
}
