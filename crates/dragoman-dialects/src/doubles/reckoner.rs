//! How messages fare that were never sent.

use async_trait::async_trait;
use dragoman_core::Id;
use dragoman_core::Timestamp;
use dragoman_core::ports::{Reckoner, StoreError};
use dragoman_core::reckoning::Fared;

use super::MemoryStore;

impl MemoryStore {
    /// A message of every channel fared so.
    pub(crate) fn note_fared(&self, fared: Fared) {
        self.fared.lock().unwrap().push(fared);
    }
}

#[async_trait]
impl Reckoner for MemoryStore {
    async fn fared(&self, _: Id, _: Timestamp, limit: usize) -> Result<Vec<Fared>, StoreError> {
        self.well()?;
        let fared = self.fared.lock().unwrap();
        Ok(fared.iter().rev().take(limit).cloned().collect())
    }
}
