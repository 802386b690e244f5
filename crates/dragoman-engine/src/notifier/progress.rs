//! How far a subscription has come: a cursor that passes only what is done.

use std::collections::BTreeSet;

/// The cursor, and what was taken beyond it.
#[derive(Debug)]
pub(super) struct Progress {
    /// Up to here events were taken.
    taken: i64,
    /// Taken, not done.
    open: BTreeSet<i64>,
}

impl Progress {
    pub(super) const fn new(cursor: i64) -> Self {
        Self {
            taken: cursor,
            open: BTreeSet::new(),
        }
    }

    /// Up to here events were taken.
    pub(super) const fn taken(&self) -> i64 {
        self.taken
    }

    /// Up to here everything is done, or written down as an exception.
    pub(super) fn cursor(&self) -> i64 {
        self.open.first().map_or(self.taken, |first| first - 1)
    }

    /// Passes an event that needs nothing.
    pub(super) fn pass(&mut self, seq: i64) {
        self.taken = self.taken.max(seq);
    }

    /// Takes an event that is to be delivered.
    pub(super) fn take(&mut self, seq: i64) {
        self.pass(seq);
        self.open.insert(seq);
    }

    /// An event is done. Events that the cursor has passed long ago change nothing.
    pub(super) fn done(&mut self, seq: i64) {
        self.open.remove(&seq);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_passes_only_a_prefix_of_what_is_done() {
        let mut progress = Progress::new(10);
        progress.take(11);
        progress.pass(12);
        progress.take(13);
        progress.take(14);
        let cursors: Vec<i64> = [14, 5, 11, 13]
            .into_iter()
            .map(|seq| {
                progress.done(seq);
                progress.cursor()
            })
            .collect();
        assert_eq!(cursors, [10, 10, 12, 14]);
        assert_eq!(progress.taken(), 14);
    }
}
