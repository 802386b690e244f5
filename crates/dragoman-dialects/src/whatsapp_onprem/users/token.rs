//! Tokens as the original made them. Clients treat them as opaque, and so do we: a token is found
//! by its hash, and its signature is never asked.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dragoman_core::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

/// A JWT for this user, signed with HS256. `random` is what nobody can guess about it.
pub(in crate::whatsapp_onprem) fn jwt(
    key: &[u8],
    user: &str,
    issued: Timestamp,
    expires: Timestamp,
    random: u128,
) -> String {
    let header = json!({ "alg": "HS256", "typ": "JWT" });
    let claims = json!({
        "user": user,
        "iat": issued.seconds(),
        "exp": expires.seconds(),
        "wa:rand": format!("{random:032x}"),
    });
    let signed = format!("{}.{}", part(&header), part(&claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(signed.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    format!("{signed}.{signature}")
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_whose_it_is_and_until_when() {
        let at = Timestamp::from_seconds;
        let token = jwt(b"key", "admin", at(1_790_000_000), at(1_790_604_800), 7);
        let parts: Vec<&str> = token.split('.').collect();
        let read = |part: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        assert_eq!(parts.len(), 3);
        assert_eq!(read(parts[0]), r#"{"alg":"HS256","typ":"JWT"}"#);
        let claims: Value = serde_json::from_str(&read(parts[1])).unwrap();
        let expected = json!({
            "user": "admin",
            "iat": 1_790_000_000,
            "exp": 1_790_604_800,
            "wa:rand": "00000000000000000000000000000007",
        });
        assert_eq!(claims, expected);
        assert_ne!(
            token,
            jwt(b"kez", "admin", at(1_790_000_000), at(1_790_604_800), 7)
        );
    }
}
