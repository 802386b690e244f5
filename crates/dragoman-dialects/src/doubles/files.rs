//! Files in memory.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;
use dragoman_core::file::{Fetch, Fetched, File, Upload};
use dragoman_core::ports::{Files, Objects, StoreError};
use dragoman_core::{Id, Tenant, Timestamp};

/// What is known about files, and their bytes.
#[derive(Default)]
pub(crate) struct MemoryFiles {
    known: Mutex<Vec<File>>,
    bytes: Mutex<HashMap<Id, Vec<u8>>>,
}

#[async_trait]
impl Files for MemoryFiles {
    async fn keep_file(&self, file: File) -> Result<(), StoreError> {
        self.known.lock().unwrap().push(file);
        Ok(())
    }

    async fn file(&self, account: Tenant, id: Id) -> Result<Option<File>, StoreError> {
        let known = self.known.lock().unwrap();
        let mut known = known.iter();
        let found = known.find(|file| file.account == account && file.id == id);
        Ok(found.cloned())
    }

    async fn remove_file(&self, account: Tenant, id: Id) -> Result<bool, StoreError> {
        let mut known = self.known.lock().unwrap();
        let before = known.len();
        known.retain(|file| file.account != account || file.id != id);
        Ok(known.len() < before)
    }

    async fn remove_unused(&self, files: Vec<Id>, since: Timestamp) -> Result<usize, StoreError> {
        let mut known = self.known.lock().unwrap();
        let before = known.len();
        known.retain(|file| !files.contains(&file.id) || file.used_at >= since);
        Ok(before - known.len())
    }

    async fn litter(&self, _: usize) -> Result<Vec<Id>, StoreError> {
        unreachable!("a dialect sweeps nothing")
    }

    async fn litter_beyond(&self, _: u64) -> u64 {
        unreachable!("a dialect sweeps nothing")
    }

    async fn swept(&self, _: Vec<Id>) -> Result<(), StoreError> {
        unreachable!("a dialect sweeps nothing")
    }

    async fn unused_files(&self, since: Timestamp, limit: usize) -> Result<Vec<File>, StoreError> {
        let known = self.known.lock().unwrap();
        let unused = known.iter().filter(|file| file.used_at < since);
        Ok(unused.take(limit).cloned().collect())
    }

    async fn used_file(&self, id: Id, at: Timestamp) -> Result<(), StoreError> {
        let mut known = self.known.lock().unwrap();
        if let Some(file) = known.iter_mut().find(|file| file.id == id) {
            file.used_at = at;
        }
        Ok(())
    }

    async fn upload(&self, _: Id, _: Id) -> Result<Option<Upload>, StoreError> {
        unreachable!("a dialect uploads nothing")
    }

    async fn keep_upload(&self, _: Id, _: Id, _: Upload) -> Result<(), StoreError> {
        unreachable!("a dialect uploads nothing")
    }

    async fn fetches(&self, _: usize) -> Result<Vec<Fetch>, StoreError> {
        unreachable!("a dialect fetches nothing")
    }

    async fn fetched(&self, _: Fetch, _: Fetched, _: Timestamp) -> Result<(), StoreError> {
        unreachable!("a dialect fetches nothing")
    }
}

#[async_trait]
impl Objects for MemoryFiles {
    async fn put(&self, id: Id, bytes: Vec<u8>) -> Result<(), StoreError> {
        self.bytes.lock().unwrap().insert(id, bytes);
        Ok(())
    }

    async fn get(&self, id: Id) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.bytes.lock().unwrap().get(&id).cloned())
    }

    async fn delete(&self, id: Id) -> Result<(), StoreError> {
        self.bytes.lock().unwrap().remove(&id);
        Ok(())
    }
}
