//! Files: nobody sends one in a measurement.

use async_trait::async_trait;
use dragoman_core::file::{Fetch, Fetched, File, Upload};
use dragoman_core::ports::{Files, StoreError};
use dragoman_core::{Id, Tenant, Timestamp};

use super::Forgetful;

#[async_trait]
impl Files for Forgetful {
    async fn keep_file(&self, _: File) -> Result<(), StoreError> {
        unreachable!("no row sends files")
    }

    async fn file(&self, _: Tenant, _: Id) -> Result<Option<File>, StoreError> {
        unreachable!("no row sends files")
    }

    async fn remove_file(&self, _: Tenant, _: Id) -> Result<bool, StoreError> {
        unreachable!("no row sends files")
    }

    async fn remove_unused(&self, _: Vec<Id>, _: Timestamp) -> Result<usize, StoreError> {
        unreachable!("no row sends files")
    }

    async fn litter(&self, _: usize) -> Result<Vec<Id>, StoreError> {
        Ok(Vec::new())
    }

    async fn litter_beyond(&self, _: u64) -> u64 {
        std::future::pending().await
    }

    async fn swept(&self, _: Vec<Id>) -> Result<(), StoreError> {
        Ok(())
    }

    async fn unused_files(&self, _: Timestamp, _: usize) -> Result<Vec<File>, StoreError> {
        Ok(Vec::new())
    }

    async fn used_file(&self, _: Id, _: Timestamp) -> Result<(), StoreError> {
        unreachable!("no row sends files")
    }

    async fn upload(&self, _: Id, _: Id) -> Result<Option<Upload>, StoreError> {
        unreachable!("no row sends files")
    }

    async fn keep_upload(&self, _: Id, _: Id, _: Upload) -> Result<(), StoreError> {
        unreachable!("no row sends files")
    }

    async fn fetches(&self, _: usize) -> Result<Vec<Fetch>, StoreError> {
        Ok(Vec::new())
    }

    async fn fetched(&self, _: Fetch, _: Fetched, _: Timestamp) -> Result<(), StoreError> {
        unreachable!("no row sends files")
    }
}
