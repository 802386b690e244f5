//! `Idempotency-Key`, the same in every dialect.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::request::Parts;
use dragoman_core::submission::IdempotencyKey;
use dragoman_core::{Id, Tenant};
use sha2::{Digest, Sha256};

/// The name of the request header.
pub(crate) const HEADER: &str = "idempotency-key";

/// The header that marks the answer to a repeated call.
pub(crate) const REPLAYED: &str = "idempotency-replayed";

/// The header of a call, unread: taken out alone, since a handler that takes all headers has them
/// copied.
pub(crate) struct Header(Option<HeaderValue>);

impl<S: Sync> FromRequestParts<S> for Header {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.headers.get(HEADER).cloned()))
    }
}

impl Header {
    /// What it says.
    pub(crate) const fn value(&self) -> Option<&HeaderValue> {
        self.0.as_ref()
    }
}

/// Whose keys they are: the same key of two owners is two keys.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Owner {
    /// An account's.
    Account(Tenant),
    /// The operator's, for what belongs to no account.
    Installation,
}

impl Owner {
    /// The id of the account.
    pub(crate) const fn id(self) -> Id {
        match self {
            Self::Account(account) => account.id(),
            Self::Installation => INSTALLATION,
        }
    }
}

impl From<Tenant> for Owner {
    fn from(account: Tenant) -> Self {
        Self::Account(account)
    }
}

/// No account has it.
const INSTALLATION: Id = Id::from_u128(0);

/// The key is not 1 to 255 visible ASCII characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 255 visible ASCII characters")]
pub(crate) struct BadKey;

/// Reads the key of a call, if its header has one. Scope is (owner, route, key); the fingerprint
/// covers method, path and body.
///
/// # Errors
/// [`BadKey`].
pub(crate) fn key(
    header: Option<&HeaderValue>,
    owner: impl Into<Owner>,
    method: &str,
    path: &str,
    body: &[u8],
) -> Result<Option<IdempotencyKey>, BadKey> {
    let Some(header) = header else {
        return Ok(None);
    };
    let key = header.as_bytes();
    if !(1..=255).contains(&key.len()) || !key.iter().all(u8::is_ascii_graphic) {
        return Err(BadKey);
    }
    let scope = owner.into().id().as_u128().to_be_bytes();
    Ok(Some(IdempotencyKey {
        key: digest(&[&scope, method.as_bytes(), path.as_bytes(), key]),
        fingerprint: digest(&[method.as_bytes(), path.as_bytes(), body]),
    }))
}

/// 16 bytes of SHA-256 over the parts, each led by its length so that none runs into the next.
pub(crate) fn digest(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut short = [0; 16];
    short.copy_from_slice(&hash.finalize()[..16]);
    short
}
