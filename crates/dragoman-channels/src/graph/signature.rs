//! The signature of webhooks.
//!
//! <https://developers.facebook.com/docs/graph-api/webhooks/getting-started>: HMAC-SHA256 of the
//! body with the app secret, in lower-case hex after `sha256=`. The bytes count as they were sent:
//! Meta escapes what is not ASCII, so JSON that was read and written again does not verify.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header that carries the signature.
pub(crate) const HEADER: &str = "x-hub-signature-256";

/// Whether `signature` is that of `body` under `secret`, found out in constant time. An empty
/// secret signs nothing.
pub(crate) fn is_signed(secret: &str, signature: Option<&str>, body: &[u8]) -> bool {
    let digest = signature
        .and_then(|text| text.trim().strip_prefix("sha256="))
        .and_then(from_hex);
    let (Some(digest), false) = (digest, secret.is_empty()) else {
        return false;
    };
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .expect("HMAC takes a key of any length")
        .chain_update(body);
    mac.verify_slice(&digest).is_ok()
}

/// Bytes written in hexadecimal digits; `None` when they are not.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => u8::try_from(digit(*high)? << 4 | digit(*low)?).ok(),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf '%s' '{"a":"\u00e4"}' | openssl dgst -sha256 -hmac geheim`
    const BODY: &[u8] = br#"{"a":"\u00e4"}"#;
    const SIGNATURE: &str =
        "sha256=055cb13e33fd6618c8857c46c171798e988796a5d194e8381c12c0e5c131977e";

    #[test]
    fn a_known_signature_verifies() {
        assert!(is_signed("geheim", Some(SIGNATURE), BODY));
    }

    #[test]
    fn test_case_2_of_rfc_4231_verifies() {
        let signature = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let body = b"what do ya want for nothing?";
        assert!(is_signed("Jefe", Some(signature), body));
    }

    #[test]
    fn everything_else_does_not_verify() {
        let flipped = SIGNATURE.replacen("sha256=0", "sha256=1", 1);
        let odd = &SIGNATURE[..SIGNATURE.len() - 1];
        let short = &SIGNATURE[..SIGNATURE.len() - 2];
        let bare = SIGNATURE.trim_start_matches("sha256=");
        for signature in [flipped.as_str(), odd, short, bare, "sha256=", ""] {
            assert!(!is_signed("geheim", Some(signature), BODY), "{signature}");
        }
        assert!(!is_signed("geheim", None, BODY));
        assert!(!is_signed("other", Some(SIGNATURE), BODY));
        assert!(!is_signed(
            "geheim",
            Some(SIGNATURE),
            "{\"a\":\"ä\"}".as_bytes()
        ));
    }

    #[test]
    fn an_empty_secret_never_verifies() {
        // The right signature under the empty key.
        let signature = "sha256=a411fc2420118aa1695e10704f921644c72aa6de5ae1ed9b5beac240647e86ac";
        assert!(!is_signed("", Some(signature), BODY));
    }
}
