//! The same for what is known of files.

use async_trait::async_trait;
use dragoman_core::file::{Fetch, Fetched, File, Upload};
use dragoman_core::ports::{Files, StoreError};
use dragoman_core::{Id, Tenant, Timestamp};

use super::WatchedStore;
use crate::verbs::Verb;

#[async_trait]
impl Files for WatchedStore {
    async fn keep_file(&self, file: File) -> Result<(), StoreError> {
        self.watch(Verb::KeepFile, self.inner.keep_file(file)).await
    }

    async fn file(&self, account: Tenant, file: Id) -> Result<Option<File>, StoreError> {
        self.answer(self.inner.file(account, file)).await
    }

    async fn remove_file(&self, account: Tenant, file: Id) -> Result<bool, StoreError> {
        self.answer(self.inner.remove_file(account, file)).await
    }

    async fn remove_unused(&self, files: Vec<Id>, since: Timestamp) -> Result<usize, StoreError> {
        self.watch(Verb::RemoveUnused, self.inner.remove_unused(files, since))
            .await
    }

    async fn litter(&self, limit: usize) -> Result<Vec<Id>, StoreError> {
        self.answer(self.inner.litter(limit)).await
    }

    async fn litter_beyond(&self, seen: u64) -> u64 {
        self.inner.litter_beyond(seen).await
    }

    async fn swept(&self, files: Vec<Id>) -> Result<(), StoreError> {
        self.watch(Verb::Swept, self.inner.swept(files)).await
    }

    async fn unused_files(&self, since: Timestamp, limit: usize) -> Result<Vec<File>, StoreError> {
        self.answer(self.inner.unused_files(since, limit)).await
    }

    async fn used_file(&self, file: Id, at: Timestamp) -> Result<(), StoreError> {
        self.watch(Verb::UsedFile, self.inner.used_file(file, at))
            .await
    }

    async fn upload(&self, file: Id, channel: Id) -> Result<Option<Upload>, StoreError> {
        self.answer(self.inner.upload(file, channel)).await
    }

    async fn keep_upload(&self, file: Id, channel: Id, upload: Upload) -> Result<(), StoreError> {
        let does = self.inner.keep_upload(file, channel, upload);
        self.watch(Verb::KeepUpload, does).await
    }

    async fn fetches(&self, limit: usize) -> Result<Vec<Fetch>, StoreError> {
        self.answer(self.inner.fetches(limit)).await
    }

    async fn fetched(
        &self,
        fetch: Fetch,
        fetched: Fetched,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.watch(Verb::Fetched, self.inner.fetched(fetch, fetched, now))
            .await
    }
}
