//! Clients' files, for which there has to be room.

use std::sync::Arc;

use async_trait::async_trait;
use dragoman_core::Id;
use dragoman_core::ports::{Objects, StoreError};
use dragoman_engine::{Disk, Room};

/// Where clients' files are kept, while there is room for something new.
pub(crate) struct Uploads {
    pub(crate) objects: Arc<dyn Objects>,
    pub(crate) disk: Arc<Disk>,
}

#[async_trait]
impl Objects for Uploads {
    async fn put(&self, file: Id, bytes: Vec<u8>) -> Result<(), StoreError> {
        match self.disk.room() {
            Room::Enough => self.objects.put(file, bytes).await,
            Room::Little | Room::None => Err(StoreError::Unwell("the disk is nearly full".into())),
        }
    }

    async fn get(&self, file: Id) -> Result<Option<Vec<u8>>, StoreError> {
        self.objects.get(file).await
    }

    async fn delete(&self, file: Id) -> Result<(), StoreError> {
        self.objects.delete(file).await
    }
}
