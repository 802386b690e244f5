//! Keys of 16 bytes.

use dragoman_core::Id;
use sha2::{Digest, Sha256};

/// The first 16 bytes of a SHA-256.
pub(crate) type Key = [u8; 16];

/// The key of a provider's id on a channel.
pub(crate) fn of_provider_id(channel: Id, provider_id: &str) -> Key {
    let digest = Sha256::new()
        .chain_update(channel.as_u128().to_be_bytes())
        .chain_update(provider_id);
    first_half(digest)
}

/// The key of what says that the same was asked for, among idempotency keys: those are digests of
/// something else.
pub(crate) fn of_twin(fingerprint: &Key) -> Key {
    first_half(Sha256::new().chain_update("twin").chain_update(fingerprint))
}

fn first_half(digest: Sha256) -> Key {
    let digest = digest.finalize();
    let mut key = Key::default();
    key.copy_from_slice(&digest[..16]);
    key
}
