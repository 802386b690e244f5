//! How messages fare, for those who reckon.

use async_trait::async_trait;

use super::StoreError;
use crate::id::Id;
use crate::reckoning::Fared;
use crate::time::Timestamp;

/// Reads the last messages of a channel.
#[async_trait]
pub trait Reckoner: Send + Sync {
    /// The messages of a channel since `since`, by the machine's clock: the newest first, at most
    /// `limit`, among the last 100 000 of the installation. Disturbs nobody who accepts or sends.
    ///
    /// # Errors
    /// The store is unwell.
    async fn fared(
        &self,
        channel: Id,
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<Fared>, StoreError>;
}
