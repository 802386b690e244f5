//! The port of keys.

use async_trait::async_trait;
use dragoman_core::ports::{Keys, KeysError, Rotated, Rotation};

use super::{SqliteStore, verbs};

#[async_trait]
impl Keys for SqliteStore {
    async fn rotate(&self, rotation: Rotation) -> Result<Rotated, KeysError> {
        self.write(move |batch| verbs::rotate::run(batch, rotation))
            .await?
    }
}
