//! Who is calling.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use dragoman_core::catalog::{Catalog, Token, TokenScope};
use dragoman_core::{Id, Timestamp};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The value of `Authorization: Bearer …`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    presented(headers, "bearer")
}

/// The value of `Authorization` with this scheme, which is read in any case.
pub(crate) fn presented<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (given, credential) = value.split_once(' ')?;
    given
        .eq_ignore_ascii_case(scheme)
        .then(|| credential.trim())
}

/// The record of a token that is valid now. Tokens are found by their hash, so that neither the
/// look-up nor its time tells anything about another token.
pub(crate) fn find_token<'a>(
    catalog: &'a Catalog,
    token: &str,
    now: Timestamp,
) -> Option<&'a Token> {
    let hash = token_hash(token);
    let mut tokens = catalog.tokens.iter();
    let found = tokens.find(|known| bool::from(known.hash.ct_eq(&hash)))?;
    found
        .expires_at
        .is_none_or(|end| end > now)
        .then_some(found)
}

/// The tokens of a scope that make room for a new one, so that no more than `most` are kept: those
/// that have expired, and otherwise those that expire first.
pub(crate) fn outlived(
    catalog: &Catalog,
    scope: &TokenScope,
    most: usize,
    now: Timestamp,
) -> Vec<Id> {
    let tokens = catalog.tokens.iter();
    let mut own: Vec<&Token> = tokens.filter(|token| token.scope == *scope).collect();
    own.sort_by_key(|token| token.expires_at);
    let surplus = own.len().saturating_sub(most - 1);
    let expired = |token: &Token| token.expires_at.is_some_and(|end| end <= now);
    own.into_iter()
        .enumerate()
        .filter(|(n, token)| *n < surplus || expired(token))
        .map(|(_, token)| token.id)
        .collect()
}

/// What is kept of a token.
pub(crate) fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
