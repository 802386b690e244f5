//! How much of files is in memory at the same moment.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The largest file, in bytes: 100 MiB.
pub(crate) const LARGEST: usize = 100 * 1024 * 1024;
/// So much may be held at once, in KiB. Four fetches of whatever size leave room for an upload, so
/// that neither side keeps the other waiting. What a driver wraps around the bytes is not counted.
const BUDGET: u32 = 512 * 1024;

/// Memory for the bytes of files.
#[derive(Debug)]
pub(crate) struct Budget(Arc<Semaphore>);

impl Budget {
    /// Waits until there is memory for a file of this size, which is held as long as the share
    /// lives. Whoever came first gets it first.
    pub(crate) async fn share(&self, bytes: u64) -> Share {
        let permits = Arc::clone(&self.0).acquire_many_owned(kibibytes(bytes));
        Share(permits.await.expect("nobody closes the budget"))
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(BUDGET as usize)))
    }
}

/// Memory that is set aside for a file.
#[derive(Debug)]
pub(crate) struct Share(OwnedSemaphorePermit);

impl Share {
    /// Gives back what the file does not need, now that its size is known.
    pub(crate) fn shrink_to(&mut self, bytes: usize) {
        let needed = kibibytes(bytes as u64) as usize;
        let rest = self.0.num_permits().saturating_sub(needed);
        drop(self.0.split(rest));
    }
}

/// Rounded up, and never more than there is.
fn kibibytes(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(1024)).map_or(BUDGET, |needed| needed.min(BUDGET))
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    const MIB: u64 = 1024 * 1024;

    #[tokio::test]
    async fn what_does_not_fit_waits_until_something_is_given_back() {
        let budget = Budget::default();
        let mut large = budget.share(500 * MIB).await;
        let next = budget.share(100 * MIB);
        let mut next = std::pin::pin!(next);
        assert!((&mut next).now_or_never().is_none());
        large.shrink_to(MIB as usize);
        assert!(next.now_or_never().is_some());
    }

    #[tokio::test]
    async fn what_is_larger_than_the_budget_gets_all_of_it() {
        let budget = Budget::default();
        let all = budget.share(u64::MAX).await;
        assert!(budget.share(1).now_or_never().is_none());
        drop(all);
        assert!(budget.share(1).now_or_never().is_some());
    }

    #[tokio::test]
    async fn an_empty_file_needs_nothing() {
        let budget = Budget::default();
        let _all = budget.share(u64::MAX).await;
        assert!(budget.share(0).now_or_never().is_some());
    }
}
