//! Whether bytes are those that Meta announced.
//!
//! Meta writes the digest in base64 in webhooks, and in hexadecimal digits or in base64 where a file
//! is described: what counts is what it means.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::graph;

/// Whether the SHA-256 of the bytes is the one that is written. A text that is no such digest says
/// nothing about them, and so contradicts nothing.
pub(super) fn fits(written: &str, bytes: &[u8]) -> bool {
    let announced = [graph::from_hex(written), STANDARD.decode(written).ok()];
    let length = Sha256::output_size();
    let mut announced = announced.into_iter().flatten();
    match announced.find(|digest| digest.len() == length) {
        Some(digest) => digest == Sha256::digest(bytes).as_slice(),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf abc | sha256sum`, as in FIPS 180-4.
    const HEX: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const BASE64: &str = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";

    #[test]
    fn a_digest_counts_in_both_spellings() {
        for written in [HEX, &HEX.to_uppercase(), BASE64] {
            assert!(fits(written, b"abc"), "{written}");
            assert!(!fits(written, b"abd"), "{written}");
        }
    }

    #[test]
    fn what_is_no_digest_says_nothing() {
        for written in ["", "c2hh", "no digest", &HEX[2..]] {
            assert!(fits(written, b"abc"), "{written}");
        }
    }
}
