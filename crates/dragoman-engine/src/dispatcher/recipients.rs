//! Who has something waiting or running.

use super::numbers::Numbers;

/// Stands for an address that is not known.
pub(super) const UNKNOWN: u64 = 0;

/// The recipients of all lanes and reservations, by the digest of their address. Who is not here
/// has nothing waiting, if there are no strangers.
#[derive(Debug, Default)]
pub(super) struct Recipients {
    busy: Numbers<u64, u32>,
    /// Lanes whose recipient's address is not known, because they were read from the store.
    strangers: usize,
}

impl Recipients {
    /// Whether nothing of this recipient waits or runs.
    pub(super) fn is_free(&self, digest: u64) -> bool {
        self.strangers == 0 && !self.busy.contains_key(&digest)
    }

    /// Counts a lane or a reservation of this recipient.
    pub(super) fn hold(&mut self, digest: u64) {
        match digest {
            UNKNOWN => self.strangers += 1,
            _ => *self.busy.entry(digest).or_default() += 1,
        }
    }

    /// Counts one less.
    pub(super) fn let_go(&mut self, digest: u64) {
        if digest == UNKNOWN {
            self.strangers -= 1;
        } else if let Some(count) = self.busy.get_mut(&digest) {
            *count -= 1;
            if *count == 0 {
                self.busy.remove(&digest);
            }
        }
    }
}
