//! Nothing is sealed.

use async_trait::async_trait;
use dragoman_core::ports::{Keys, KeysError, Rotated, Rotation};

use super::Forgetful;

#[async_trait]
impl Keys for Forgetful {
    async fn rotate(&self, _: Rotation) -> Result<Rotated, KeysError> {
        unreachable!("nobody rotates keys under load")
    }
}
