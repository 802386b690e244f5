//! The rows of the queue, and how many there are.

use std::borrow::Cow;

use dragoman_core::order::After;
use dragoman_core::{Id, State};
use rusqlite::params;

use super::Batch;
use crate::index::entry::Waiting;

impl Batch<'_> {
    pub(crate) fn waiting(&self, message: i64) -> Option<Waiting> {
        self.draft
            .waiting
            .look(&self.index.waiting, &message)
            .map(Cow::into_owned)
    }

    /// How many messages of a channel are queued, those of this batch included.
    pub(crate) fn queued(&self, channel: Id) -> u64 {
        let counted = self.known_row(channel).and_then(|row| {
            let key = (row, State::Queued);
            self.draft.counts.look(&self.index.counts, &key)
        });
        counted.map(Cow::into_owned).unwrap_or_default()
    }

    /// Whether so many messages of an account are queued in all its channels, those of this batch
    /// included. Adds up what is counted for each channel, and nearly always not even that.
    pub(crate) fn has_queued(&self, account: Id, limit: u64) -> bool {
        let unsettled = self.index.waiting.len() + self.draft.waiting.len();
        if (unsettled as u64) < limit {
            return false;
        }
        let channels = self.catalog.channels.iter();
        let own = channels.filter(|channel| channel.account == account);
        own.map(|channel| self.queued(channel.id)).sum::<u64>() >= limit
    }

    /// Puts a new message into the queue.
    pub(crate) fn enqueue(&mut self, message: i64, waiting: Waiting) -> rusqlite::Result<()> {
        self.sql(
            "INSERT INTO queue (id, channel, state, due_at, epoch, starts, attempt, wish)
             VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7)",
            params![
                message,
                waiting.channel,
                waiting.state as u8,
                waiting.due_at.millis(),
                waiting.starts,
                attempt_bytes(&waiting),
                waiting.wish.map(wish_number)
            ],
        )?;
        self.draft.waiting.put(message, waiting);
        *self.count(&waiting) += 1;
        Ok(())
    }

    /// Changes a message's row of the queue.
    pub(crate) fn requeue(&mut self, message: i64, waiting: Waiting) -> rusqlite::Result<()> {
        self.sql(
            "UPDATE queue SET state = ?2, due_at = ?3, starts = ?4, attempt = ?5 WHERE id = ?1",
            params![
                message,
                waiting.state as u8,
                waiting.due_at.millis(),
                waiting.starts,
                attempt_bytes(&waiting)
            ],
        )?;
        if let Some(before) = self.waiting(message) {
            *self.count(&before) -= 1;
        }
        self.draft.waiting.put(message, waiting);
        *self.count(&waiting) += 1;
        Ok(())
    }

    /// Takes a message out of the queue, if it is there.
    pub(crate) fn dequeue(&mut self, message: i64) -> rusqlite::Result<()> {
        if let Some(before) = self.waiting(message) {
            self.sql("DELETE FROM queue WHERE id = ?1", [message])?;
            self.draft.waiting.remove(message);
            *self.count(&before) -= 1;
        }
        Ok(())
    }

    fn count(&mut self, waiting: &Waiting) -> &mut u64 {
        let key = (waiting.channel, waiting.state);
        self.draft.counts.edit_or_default(&self.index.counts, key)
    }
}

fn attempt_bytes(waiting: &Waiting) -> Option<[u8; 16]> {
    waiting.attempt.map(|attempt| attempt.0.to_be_bytes())
}

const fn wish_number(wish: After) -> u8 {
    match wish {
        After::Nothing => 0,
        After::Answer => 1,
        After::Sent => 2,
        After::Delivered => 3,
    }
}

/// What a row of the queue says is waited for; `None` for a number that never stands there.
pub(crate) const fn queue_wish(number: i64) -> Option<After> {
    match number {
        0 => Some(After::Nothing),
        1 => Some(After::Answer),
        2 => Some(After::Sent),
        3 => Some(After::Delivered),
        _ => None,
    }
}

/// The state of a row of the queue; `None` for a number that never stands there.
pub(crate) const fn queue_state(number: i64) -> Option<State> {
    match number {
        1 => Some(State::Queued),
        3 => Some(State::InFlight),
        12 => Some(State::Unknown),
        _ => None,
    }
}
