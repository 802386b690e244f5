//! The port for files.

use async_trait::async_trait;
use dragoman_core::file::{Fetch, Fetched, File, Upload};
use dragoman_core::ports::{Files, StoreError};
use dragoman_core::{Id, Tenant, Timestamp};

use super::{SqliteStore, rows, verbs};

#[async_trait]
impl Files for SqliteStore {
    async fn keep_file(&self, file: File) -> Result<(), StoreError> {
        self.write(move |batch| verbs::files::keep(batch, &file))
            .await?
    }

    async fn file(&self, account: Tenant, file: Id) -> Result<Option<File>, StoreError> {
        let found = self
            .read(move |connection| Ok(rows::files::one(connection, file)?))
            .await?;
        Ok(found.filter(|file| file.account == account))
    }

    async fn remove_file(&self, account: Tenant, file: Id) -> Result<bool, StoreError> {
        self.write(move |batch| verbs::files::remove(batch, account, file))
            .await
    }

    async fn remove_unused(&self, files: Vec<Id>, since: Timestamp) -> Result<usize, StoreError> {
        self.write(move |batch| verbs::files::remove_unused(batch, &files, since))
            .await
    }

    async fn litter(&self, limit: usize) -> Result<Vec<Id>, StoreError> {
        self.read(move |connection| Ok(rows::files::litter(connection, limit)?))
            .await
    }

    async fn litter_beyond(&self, seen: u64) -> u64 {
        let mut litter = self.commons.litter();
        let beyond = litter.wait_for(|count| *count > seen).await;
        let beyond = beyond.map(|count| *count);
        match beyond {
            Ok(count) => count,
            // Cannot happen while `self` lives; and nothing will happen any more.
            Err(_) => std::future::pending().await,
        }
    }

    async fn swept(&self, files: Vec<Id>) -> Result<(), StoreError> {
        self.write(move |batch| verbs::files::swept(batch, &files))
            .await
    }

    async fn unused_files(&self, since: Timestamp, limit: usize) -> Result<Vec<File>, StoreError> {
        self.read(move |connection| Ok(rows::files::unused(connection, since, limit)?))
            .await
    }

    async fn used_file(&self, file: Id, at: Timestamp) -> Result<(), StoreError> {
        self.write(move |batch| verbs::files::used(batch, file, at))
            .await
    }

    async fn upload(&self, file: Id, channel: Id) -> Result<Option<Upload>, StoreError> {
        let channel = self.commons.index().rows.get(&channel).copied();
        let Some(channel) = channel else {
            return self.sound(None);
        };
        self.read(move |connection| Ok(rows::files::upload(connection, file, channel)?))
            .await
    }

    async fn keep_upload(&self, file: Id, channel: Id, upload: Upload) -> Result<(), StoreError> {
        self.write(move |batch| verbs::files::keep_upload(batch, file, channel, &upload))
            .await
    }

    async fn fetches(&self, limit: usize) -> Result<Vec<Fetch>, StoreError> {
        self.read(move |connection| Ok(rows::files::fetches(connection, limit)?))
            .await
    }

    async fn fetched(
        &self,
        fetch: Fetch,
        fetched: Fetched,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |batch| verbs::fetching::run(batch, &fetch, fetched, now))
            .await
    }
}
