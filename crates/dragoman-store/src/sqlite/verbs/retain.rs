//! One step of a sweep from the old end of the log.

mod needed;
mod news;
mod removal;
mod sweep;

use dragoman_core::Timestamp;

use super::emptying::{self, Left};
use crate::sqlite::batch::Batch;
use crate::sqlite::retention::{Retention, Swept};
use needed::Needed;
pub(crate) use sweep::Sweep;
use sweep::{HELD, Stage};

/// How many messages and pieces of news one step looks at: other verbs of its batch wait for it.
const STEP: usize = 500;

/// Removes messages and news, then empties bodies, as many as one step may look at.
pub(crate) fn run(batch: &mut Batch<'_>, retention: Retention) -> rusqlite::Result<Swept> {
    let mut step = Step {
        needed: Needed::of(batch)?,
        left: STEP,
        swept: Swept::default(),
    };
    if batch.sweep.stage == Stage::Removing {
        if let Some(before) = retention.messages_before {
            step.remove(batch, before)?;
        }
        step.pass_to(batch, Stage::RemovingNews);
    }
    if batch.sweep.stage == Stage::RemovingNews {
        if let Some(before) = retention.messages_before {
            step.remove_news(batch, before)?;
        }
        step.pass_to(batch, Stage::Freeing);
    }
    if batch.sweep.stage == Stage::Freeing {
        if retention.bodies_before.is_some() {
            step.free(batch)?;
        }
        step.pass_to(batch, Stage::Emptying);
    }
    if batch.sweep.stage == Stage::Emptying {
        if let Some(before) = retention.bodies_before {
            step.empty(batch, before)?;
        }
        step.pass_to(batch, Stage::Removing);
    }
    sweep::note(batch)?;
    step.swept.more = step.left == 0;
    Ok(step.swept)
}

struct Step {
    needed: Needed,
    /// How many more it may look at.
    left: usize,
    swept: Swept,
}

impl Step {
    /// A stage is over when it has not used up the step.
    fn pass_to(&self, batch: &mut Batch<'_>, next: Stage) {
        if self.left > 0 {
            batch.sweep.stage = next;
            (batch.sweep.removed, batch.sweep.news) = (0, 0);
        }
    }

    fn remove(&mut self, batch: &mut Batch<'_>, before: Timestamp) -> rusqlite::Result<()> {
        for message in oldest(batch, batch.sweep.removed, (before, self.left))? {
            self.left -= 1;
            batch.sweep.removed = message;
            if !self.needed.whole(batch, message) {
                removal::run(batch, message)?;
                batch.sweep.held.remove(&message);
                self.swept.messages += 1;
            }
        }
        Ok(())
    }

    fn remove_news(&mut self, batch: &mut Batch<'_>, before: Timestamp) -> rusqlite::Result<()> {
        for old in news::oldest(batch, batch.sweep.news, (before, self.left))? {
            self.left -= 1;
            batch.sweep.news = old.seq;
            if !self.needed.news(batch, old) {
                removal::news(batch, old)?;
            }
        }
        Ok(())
    }

    fn free(&mut self, batch: &mut Batch<'_>) -> rusqlite::Result<()> {
        let needed = |message: &i64| self.needed.body(batch, *message);
        let free = batch.sweep.held.iter().filter(|message| !needed(message));
        let free: Vec<i64> = free.copied().take(self.left).collect();
        for message in free {
            self.left -= 1;
            batch.sweep.held.remove(&message);
            self.empty_one(batch, message)?;
        }
        Ok(())
    }

    fn empty(&mut self, batch: &mut Batch<'_>, before: Timestamp) -> rusqlite::Result<()> {
        let room = HELD.saturating_sub(batch.sweep.held.len());
        let limit = self.left.min(room);
        for message in oldest(batch, batch.sweep.bodies, (before, limit))? {
            self.left -= 1;
            batch.sweep.bodies = message;
            if self.needed.body(batch, message) {
                batch.sweep.held.insert(message);
            } else {
                self.empty_one(batch, message)?;
            }
        }
        Ok(())
    }

    fn empty_one(&mut self, batch: &mut Batch<'_>, message: i64) -> rusqlite::Result<()> {
        if emptying::run(batch, message, Left::Addresses)? {
            batch.draft.gone.message(message);
            self.swept.bodies += 1;
        }
        Ok(())
    }
}

/// The messages after one and before an instant, oldest first.
fn oldest(
    batch: &Batch<'_>,
    after: i64,
    (before, limit): (Timestamp, usize),
) -> rusqlite::Result<Vec<i64>> {
    let query = "SELECT id FROM messages WHERE id > ?1 AND id < ?2 ORDER BY id LIMIT ?3";
    let end = before.millis().saturating_mul(1 << 12);
    let limit = i64::try_from(limit).expect("a step is short");
    let mut statement = batch.connection.prepare_cached(query)?;
    let found = statement.query_map([after, end, limit], |row| row.get(0))?;
    found.collect()
}

#[cfg(test)]
#[path = "retain_tests.rs"]
mod tests;
