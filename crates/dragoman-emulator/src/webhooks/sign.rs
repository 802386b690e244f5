//! The bytes of a webhook and their signature.

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

/// JSON in ASCII: everything else is written as `\uXXXX` with lower-case digits, as Meta writes it.
pub(crate) fn ascii_json(value: &Value) -> Bytes {
    let text = value.to_string();
    if text.is_ascii() {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len() * 2);
    let mut units = [0; 2];
    for character in text.chars() {
        if character.is_ascii() {
            escaped.push(character);
            continue;
        }
        // Outside of strings JSON is ASCII already, so this can only be inside one.
        for unit in character.encode_utf16(&mut units) {
            escaped.push_str(&format!("\\u{unit:04x}"));
        }
    }
    escaped.into()
}

/// The value of `X-Hub-Signature-256` for exactly these bytes.
pub(crate) fn signature(app_secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(app_secret.as_bytes())
        .expect("HMAC takes keys of every length");
    mac.update(body);
    let digest = mac.finalize().into_bytes();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn everything_but_ascii_is_escaped_in_lower_case() {
        let body = ascii_json(&json!({"name": "Zoë 👍 \"q\""}));
        assert_eq!(&body[..], br#"{"name":"Zo\u00eb \ud83d\udc4d \"q\""}"#);
        assert_eq!(
            serde_json::from_slice::<Value>(&body).unwrap()["name"],
            "Zoë 👍 \"q\""
        );
    }

    #[test]
    fn the_signature_is_the_hex_of_the_keyed_digest() {
        // RFC 4231, test case 2.
        assert_eq!(
            signature("Jefe", b"what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
