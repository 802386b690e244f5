//! Files on their way through the memory: each is held whole, all together within a budget.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What all files that are in memory may have together, in KiB: 256 MiB.
const BUDGET_KIB: u32 = 256 << 10;

/// The memory for files. Whoever finds none left is told to come again.
#[derive(Clone, Debug)]
pub(crate) struct Memory(Arc<Semaphore>);

/// A share of the memory, given back when dropped.
#[derive(Debug, Default)]
pub(crate) struct Share(Option<OwnedSemaphorePermit>);

/// There is no more memory.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Spent;

impl Default for Memory {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(BUDGET_KIB as usize)))
    }
}

impl Memory {
    /// Memory for so many bytes.
    ///
    /// # Errors
    /// When there is no more.
    pub(crate) fn take(&self, bytes: usize) -> Result<Share, Spent> {
        let mut share = Share::default();
        self.add(&mut share, bytes)?;
        Ok(share)
    }

    /// So many bytes more for who has a share.
    ///
    /// # Errors
    /// When there is no more.
    pub(crate) fn add(&self, share: &mut Share, bytes: usize) -> Result<(), Spent> {
        let kib = u32::try_from(bytes.div_ceil(1024)).map_err(|_| Spent)?;
        let more = Arc::clone(&self.0).try_acquire_many_owned(kib);
        let more = more.map_err(|_| Spent)?;
        match &mut share.0 {
            Some(own) => own.merge(more),
            none @ None => *none = Some(more),
        }
        Ok(())
    }

    /// What is left, in bytes.
    #[cfg(test)]
    pub(crate) fn free(&self) -> usize {
        self.0.available_permits() << 10
    }
}

impl Share {
    /// The bytes as a body; the share is given back when they are gone.
    pub(crate) fn lend(self, bytes: Vec<u8>) -> Body {
        let lent = Lent {
            bytes,
            _share: self,
        };
        Body::from(Bytes::from_owner(lent))
    }
}

struct Lent {
    bytes: Vec<u8>,
    _share: Share,
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}
