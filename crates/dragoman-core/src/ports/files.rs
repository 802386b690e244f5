//! Files, and the bytes of files.

use async_trait::async_trait;

use super::StoreError;
use crate::file::{Fetch, Fetched, File, Upload};
use crate::id::Id;
use crate::tenant::Tenant;
use crate::time::Timestamp;

/// Keeps what is known about files; their bytes are in [`Objects`]. What another account has is
/// like what there is not.
#[async_trait]
pub trait Files: Send + Sync {
    /// Keeps a file whose bytes are durable already.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the id is in use, or the store is unwell.
    async fn keep_file(&self, file: File) -> Result<(), StoreError>;

    /// The account's file with this id.
    ///
    /// # Errors
    /// The store is unwell.
    async fn file(&self, account: Tenant, file: Id) -> Result<Option<File>, StoreError>;

    /// Forgets a file and where it was uploaded to; its bytes are litter from then on. Answers
    /// whether there was one.
    ///
    /// # Errors
    /// The store is unwell.
    async fn remove_file(&self, account: Tenant, file: Id) -> Result<bool, StoreError>;

    /// The same with those of these files that nobody has used since: a message that was accepted
    /// in between keeps its file. Answers how many that were.
    ///
    /// # Errors
    /// The store is unwell.
    async fn remove_unused(&self, files: Vec<Id>, since: Timestamp) -> Result<usize, StoreError>;

    /// Ids of files that are forgotten while their bytes may still be there, at most `limit`.
    ///
    /// # Errors
    /// The store is unwell.
    async fn litter(&self, limit: usize) -> Result<Vec<Id>, StoreError>;

    /// Waits until more has become litter since the store was opened than so many times, and answers
    /// how often by then. Never misses any.
    async fn litter_beyond(&self, seen: u64) -> u64;

    /// Notes that the bytes of these are gone.
    ///
    /// # Errors
    /// The store is unwell.
    async fn swept(&self, files: Vec<Id>) -> Result<(), StoreError>;

    /// Files that nobody has used since, the longest unused first, at most `limit`.
    ///
    /// # Errors
    /// The store is unwell.
    async fn unused_files(&self, since: Timestamp, limit: usize) -> Result<Vec<File>, StoreError>;

    /// Notes that a file was used.
    ///
    /// # Errors
    /// The store is unwell.
    async fn used_file(&self, file: Id, at: Timestamp) -> Result<(), StoreError>;

    /// Where the provider of a channel has the file, when it was uploaded there.
    ///
    /// # Errors
    /// The store is unwell.
    async fn upload(&self, file: Id, channel: Id) -> Result<Option<Upload>, StoreError>;

    /// Notes where the provider of a channel has the file.
    ///
    /// # Errors
    /// The store is unwell.
    async fn keep_upload(&self, file: Id, channel: Id, upload: Upload) -> Result<(), StoreError>;

    /// What is still to be fetched for customers' messages, those due first in front, at most
    /// `limit`. Of one message the next alone.
    ///
    /// # Errors
    /// The store is unwell.
    async fn fetches(&self, limit: usize) -> Result<Vec<Fetch>, StoreError>;

    /// Notes what came of a try. With a file, or without hope for one, the message is announced in
    /// the same commit, unless another file of it is still to be fetched; a fetch that is over
    /// already stays so.
    ///
    /// # Errors
    /// The store is unwell.
    async fn fetched(
        &self,
        fetch: Fetch,
        fetched: Fetched,
        now: Timestamp,
    ) -> Result<(), StoreError>;
}

/// Keeps the bytes of files. Every verb that writes returns when that is durable.
#[async_trait]
pub trait Objects: Send + Sync {
    /// Keeps the bytes of a file.
    ///
    /// # Errors
    /// They cannot be kept.
    async fn put(&self, file: Id, bytes: Vec<u8>) -> Result<(), StoreError>;

    /// The bytes of a file, whole; `None` when there are none.
    ///
    /// # Errors
    /// They cannot be read.
    async fn get(&self, file: Id) -> Result<Option<Vec<u8>>, StoreError>;

    /// Deletes the bytes of a file, if there are any.
    ///
    /// # Errors
    /// They cannot be deleted.
    async fn delete(&self, file: Id) -> Result<(), StoreError>;
}
