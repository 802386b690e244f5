//! The bytes of files, in a folder.

use std::path::PathBuf;

use async_trait::async_trait;
use dragoman_core::Id;
use dragoman_core::ports::{Objects, StoreError};

/// Keeps the bytes of files in a folder.
#[derive(Debug)]
pub struct FolderObjects {
    folder: PathBuf,
}

impl FolderObjects {
    /// The folder is made when it is not there.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn open(folder: PathBuf) -> std::io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }
}

#[async_trait]
impl Objects for FolderObjects {
    async fn put(&self, _: Id, _: Vec<u8>) -> Result<(), StoreError> {
        unimplemented!("{:?}", self.folder)
    }

    async fn get(&self, _: Id) -> Result<Option<Vec<u8>>, StoreError> {
        unimplemented!()
    }

    async fn delete(&self, _: Id) -> Result<(), StoreError> {
        unimplemented!()
    }
}
