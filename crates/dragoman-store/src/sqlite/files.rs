//! Files, by the verbs of the port.

use async_trait::async_trait;
use dragoman_core::file::{Fetch, Fetched, File, Upload};
use dragoman_core::ports::{Files, StoreError};
use dragoman_core::{Id, MessageId, Timestamp};

use super::SqliteStore;

#[async_trait]
impl Files for SqliteStore {
    async fn keep_file(&self, _: File) -> Result<(), StoreError> {
        unimplemented!()
    }

    async fn file(&self, _: Id, _: Id) -> Result<Option<File>, StoreError> {
        unimplemented!()
    }

    async fn remove_file(&self, _: Id, _: Id) -> Result<bool, StoreError> {
        unimplemented!()
    }

    async fn litter(&self, _: usize) -> Result<Vec<Id>, StoreError> {
        unimplemented!()
    }

    async fn swept(&self, _: Vec<Id>) -> Result<(), StoreError> {
        unimplemented!()
    }

    async fn unused_files(&self, _: Timestamp, _: usize) -> Result<Vec<File>, StoreError> {
        unimplemented!()
    }

    async fn used_file(&self, _: Id, _: Timestamp) -> Result<(), StoreError> {
        unimplemented!()
    }

    async fn upload(&self, _: Id, _: Id) -> Result<Option<Upload>, StoreError> {
        unimplemented!()
    }

    async fn keep_upload(&self, _: Id, _: Id, _: Upload) -> Result<(), StoreError> {
        unimplemented!()
    }

    async fn fetches(&self, _: usize) -> Result<Vec<Fetch>, StoreError> {
        unimplemented!()
    }

    async fn fetched(&self, _: MessageId, _: Fetched, _: Timestamp) -> Result<(), StoreError> {
        unimplemented!()
    }
}
