//! `Idempotency-Key`, the same in every dialect.

use axum::http::HeaderMap;
use dragoman_core::Id;
use dragoman_core::submission::IdempotencyKey;
use sha2::{Digest, Sha256};

/// The name of the request header.
pub(crate) const HEADER: &str = "idempotency-key";

/// The header that marks the answer to a repeated call.
pub(crate) const REPLAYED: &str = "idempotency-replayed";

/// The key is not 1 to 255 visible ASCII characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 255 visible ASCII characters")]
pub(crate) struct BadKey;

/// Reads the key of a call, if it has one. Scope is (account, route, key); the fingerprint covers
/// method, path and body.
///
/// # Errors
/// [`BadKey`].
pub(crate) fn key(
    headers: &HeaderMap,
    account: Id,
    method: &str,
    path: &str,
    body: &[u8],
) -> Result<Option<IdempotencyKey>, BadKey> {
    let Some(value) = headers.get(HEADER) else {
        return Ok(None);
    };
    let key = value.as_bytes();
    if !(1..=255).contains(&key.len()) || !key.iter().all(u8::is_ascii_graphic) {
        return Err(BadKey);
    }
    let scope = account.as_u128().to_be_bytes();
    Ok(Some(IdempotencyKey {
        key: digest(&[&scope, method.as_bytes(), path.as_bytes(), key]),
        fingerprint: digest(&[method.as_bytes(), path.as_bytes(), body]),
    }))
}

/// 16 bytes of SHA-256 over the parts, each led by its length so that none runs into the next.
fn digest(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut short = [0; 16];
    short.copy_from_slice(&hash.finalize()[..16]);
    short
}
