//! Who has something waiting or running.

use super::numbers::Numbers;

/// Stands for an address that is not known.
pub(super) const UNKNOWN: u64 = 0;

/// The recipients of all lanes and reservations, by the digest of their address. Who is not here
/// has nothing waiting, if there are no strangers.
#[derive(Debug, Default)]
pub(super) struct Recipients {
    busy: Numbers<u64, Busy>,
    /// Lanes whose recipient's address is not known, because they were read from the store.
    strangers: usize,
}

/// One who has something waiting or running.
#[derive(Debug, Default)]
struct Busy {
    lanes: u32,
    /// Messages that are being accepted and may depart with that.
    reservations: u32,
    /// A lane that rests until it is known what becomes of those.
    resting: Option<i64>,
}

impl Recipients {
    /// Whether nothing of this recipient waits or runs.
    pub(super) fn is_free(&self, digest: u64) -> bool {
        self.strangers == 0 && !self.busy.contains_key(&digest)
    }

    /// Counts a lane of this recipient.
    pub(super) fn hold(&mut self, digest: u64) {
        match digest {
            UNKNOWN => self.strangers += 1,
            _ => self.busy.entry(digest).or_default().lanes += 1,
        }
    }

    /// Counts one less.
    pub(super) fn let_go(&mut self, digest: u64) {
        if digest == UNKNOWN {
            self.strangers -= 1;
        } else if let Some(busy) = self.busy.get_mut(&digest) {
            busy.lanes -= 1;
            self.forget_idle(digest);
        }
    }

    /// Counts a reservation for this recipient.
    pub(super) fn reserve(&mut self, digest: u64) {
        self.busy.entry(digest).or_default().reservations += 1;
    }

    /// Counts one less, and answers the lane that need not rest for it any more.
    pub(super) fn release(&mut self, digest: u64) -> Option<i64> {
        let busy = self.busy.get_mut(&digest)?;
        busy.reservations -= 1;
        let awake = busy.resting.take_if(|_| busy.reservations == 0);
        self.forget_idle(digest);
        awake
    }

    /// Whether a lane has to rest, because a message that is being accepted may be the one before.
    pub(super) fn rests(&mut self, digest: u64, conversation: i64) -> bool {
        let busy = self.busy.get_mut(&digest);
        let reserved = busy.filter(|busy| busy.reservations > 0);
        reserved.is_some_and(|busy| {
            busy.resting = Some(conversation);
            true
        })
    }

    fn forget_idle(&mut self, digest: u64) {
        let busy = self.busy.get(&digest);
        if busy.is_some_and(|busy| busy.lanes == 0 && busy.reservations == 0) {
            self.busy.remove(&digest);
        }
    }
}
