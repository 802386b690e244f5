//! The keys that secrets are sealed with.

use async_trait::async_trait;

use super::StoreError;

/// Makes new keys for what is sealed.
#[async_trait]
pub trait Keys: Send + Sync {
    /// Seals everything with new keys, while work goes on. Whenever the process ends, what is
    /// sealed opens at the next start.
    ///
    /// # Errors
    /// See [`KeysError`]; the keys are the old ones then.
    async fn rotate(&self, rotation: Rotation) -> Result<Rotated, KeysError>;
}

/// Which keys are made anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// The master key, which seals the data keys of the accounts.
    Master,
    /// Also those: every secret is sealed again.
    MasterAndData,
}

/// What was sealed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// Data keys.
    pub data_keys: u64,
    /// Records with secrets.
    pub records: u64,
}

/// Why keys were not made anew.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// The file of the master key cannot be written.
    #[error("{0}")]
    File(Box<str>),
    /// The store is unwell.
    #[error(transparent)]
    Store(#[from] StoreError),
}
