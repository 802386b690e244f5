//! Keys for what is never sealed.

use async_trait::async_trait;
use dragoman_core::ports::{Keys, KeysError, Rotated, Rotation, Store};

use super::MemoryStore;

#[async_trait]
impl Keys for MemoryStore {
    async fn rotate(&self, rotation: Rotation) -> Result<Rotated, KeysError> {
        let catalog = self.catalog();
        let records = match rotation {
            Rotation::Master => 0,
            Rotation::MasterAndData => catalog.channels.len() as u64,
        };
        Ok(Rotated {
            data_keys: catalog.accounts.len() as u64,
            records,
        })
    }
}
