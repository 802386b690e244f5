//! How tokens of programs look.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dragoman_core::ports::Random;
use sha2::{Digest, Sha256};

/// What every token that we make begins with, so that scanners of secrets know one when they see
/// it: `dgm_live_[A-Za-z0-9_-]{49}`.
const PREFIX: &str = "dgm_live_";
/// The characters at the end that prove that the others are a token's.
const CHECK: usize = 6;

/// A new one: 256 random bits and their checksum.
pub(crate) fn fresh(random: &dyn Random) -> String {
    let bits = [random.bits(), random.bits()].map(u128::to_be_bytes);
    let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bits.as_flattened()));
    let check = checksum(&token);
    token + &check
}

/// The first 36 bits of the SHA-256 of prefix and random part.
fn checksum(token: &str) -> String {
    let mut check = URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()));
    check.truncate(CHECK);
    check
}

#[cfg(test)]
mod tests {
    use dragoman_testkit::SeededRandom;

    use super::*;

    #[test]
    fn a_token_can_be_told_from_other_text() {
        let random = SeededRandom::new(7);
        let token = fresh(&random);
        let rest = token.strip_prefix(PREFIX).unwrap();
        assert_eq!(rest.len(), 43 + CHECK, "{token}");
        let is_known = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        assert!(rest.chars().all(is_known), "{token}");
        let (token, check) = token.split_at(PREFIX.len() + 43);
        assert_eq!(checksum(token), check);
        assert_ne!(fresh(&random), fresh(&random));
    }
}
