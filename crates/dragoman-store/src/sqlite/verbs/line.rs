//! A line of a conversation that we do not send: what a customer or a collaborator wrote.

use dragoman_core::content::Kind;
use dragoman_core::{MessageId, Timestamp};
use rusqlite::params;

use crate::index::entry::Outcome;
use crate::record::VERSION;
use crate::sqlite::batch::Batch;

/// The columns of its row.
pub(crate) struct Line {
    pub(crate) direction: i64,
    pub(crate) kind: Kind,
    pub(crate) referral: bool,
    pub(crate) at: Timestamp,
    /// JSON of what was said.
    pub(crate) record: String,
}

impl Line {
    /// Writes it at the end of its conversation. Answers the size of its record.
    pub(crate) fn write(
        &self,
        batch: &mut Batch<'_>,
        message: MessageId,
        outcome: &Outcome,
    ) -> rusqlite::Result<usize> {
        let previous = batch.go_on(outcome.conversation, message.row());
        batch.sql(
            "INSERT INTO messages (id, tail, account, channel, conversation, previous, direction,
                 kind, priority, refused, referral, at, expires_at, version, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, ?9, ?10, ?11, ?12, ?13)",
            params![
                message.row(),
                message.tail(),
                outcome.account,
                outcome.channel,
                outcome.conversation,
                previous,
                self.direction,
                self.kind as u8,
                self.referral,
                self.at.millis(),
                outcome.expires_at.millis(),
                VERSION,
                self.record
            ],
        )?;
        Ok(self.record.len())
    }
}
