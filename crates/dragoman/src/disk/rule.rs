//! How much room is enough.

use std::collections::VecDeque;
use std::path::Path;

use dragoman_engine::Room;

use crate::config::{Disk, Size};

/// So much of a disk stays free at least, where nobody says otherwise.
const LEAST: u64 = 2 << 30;
/// Of a large disk no more than this: what a gateway writes in a minute does not grow with it.
const MOST: u64 = 8 << 30;
/// Room for so many minutes like the last one has to be there.
const MINUTES: u64 = 4;
/// So many looks are a minute.
const LOOKS: usize = 12;

/// What a disk has, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Space {
    pub(crate) free: u64,
    pub(crate) total: u64,
}

impl Space {
    /// Of the disk on which a folder lies, for those who are not root.
    pub(crate) fn of(folder: &Path) -> std::io::Result<Self> {
        let told = rustix::fs::statvfs(folder)?;
        Ok(Self {
            free: told.f_bavail.saturating_mul(told.f_frsize),
            total: told.f_blocks.saturating_mul(told.f_frsize),
        })
    }
}

/// Judges one disk, look after look.
#[derive(Debug)]
pub(crate) struct Rule {
    config: Disk,
    /// What was free at each look of the last minute.
    past: VecDeque<u64>,
}

/// What a look has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) room: Room,
    pub(crate) refuse_below: u64,
}

impl Rule {
    pub(crate) const fn new(config: Disk) -> Self {
        Self {
            config,
            past: VecDeque::new(),
        }
    }

    /// Judges what is free now, and remembers it.
    pub(crate) fn judge(&mut self, space: Space) -> Verdict {
        let most = self.past.iter().copied().max().unwrap_or(space.free);
        let growth = most.saturating_sub(space.free);
        self.past.push_back(space.free);
        if self.past.len() > LOOKS {
            self.past.pop_front();
        }
        let least = match self.config.refuse_below {
            Some(Size(least)) => least,
            None => (space.total / 20).clamp(LEAST, MOST),
        };
        let stop_below = match self.config.stop_below {
            Some(Size(least)) => least,
            None => (space.total / 100).min(LEAST),
        };
        let refuse_below = least.max(growth.saturating_mul(MINUTES));
        let room = if space.free < stop_below {
            Room::None
        } else if space.free < refuse_below {
            Room::Little
        } else {
            Room::Enough
        };
        Verdict { room, refuse_below }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    fn room(config: Disk, total: u64, free: u64) -> Room {
        Rule::new(config).judge(Space { free, total }).room
    }

    #[test]
    fn a_twentieth_and_two_gibibytes_stay_free_and_a_hundredth_is_for_results() {
        let judged = |total, free| room(Disk::default(), total, free);
        assert_eq!(judged(100 * GIB, 5 * GIB), Room::Enough);
        assert_eq!(judged(100 * GIB, 5 * GIB - 1), Room::Little);
        assert_eq!(judged(100 * GIB, GIB - 1), Room::None);
        assert_eq!(judged(1000 * GIB, 8 * GIB), Room::Enough);
        assert_eq!(judged(1000 * GIB, 8 * GIB - 1), Room::Little);
        assert_eq!(judged(1000 * GIB, 2 * GIB - 1), Room::None);
        assert_eq!(judged(20 * GIB, 2 * GIB), Room::Enough);
        assert_eq!(judged(20 * GIB, 2 * GIB - 1), Room::Little);
    }

    #[test]
    fn who_runs_it_may_know_better() {
        let judged = |free| room(Disk::DEV, 1000 * GIB, free);
        assert_eq!(judged(64 << 20), Room::Enough);
        assert_eq!(judged((64 << 20) - 1), Room::Little);
        assert_eq!(judged((16 << 20) - 1), Room::None);
    }

    #[test]
    fn a_disk_that_fills_quickly_is_full_early_and_no_longer_than_it_fills() {
        let mut rule = Rule::new(Disk::default());
        let total = 20 * GIB;
        let mut judged = |free| rule.judge(Space { free, total });
        assert_eq!(judged(12 * GIB).room, Room::Enough);
        // Two gibibytes in one look: eight have to be left.
        let verdict = judged(10 * GIB);
        assert_eq!(
            (verdict.room, verdict.refuse_below),
            (Room::Enough, 8 * GIB)
        );
        let verdict = judged(9 * GIB);
        assert_eq!(
            (verdict.room, verdict.refuse_below),
            (Room::Little, 12 * GIB)
        );
        for _ in 0..LOOKS {
            judged(9 * GIB);
        }
        let verdict = judged(9 * GIB);
        assert_eq!(
            (verdict.room, verdict.refuse_below),
            (Room::Enough, 2 * GIB)
        );
    }
}
