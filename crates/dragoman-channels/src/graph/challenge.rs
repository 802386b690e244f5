//! The challenge by which Meta verifies a webhook address.
//!
//! <https://developers.facebook.com/docs/graph-api/webhooks/getting-started>.

use subtle::ConstantTimeEq;

/// Far more digits than Meta uses.
const LONGEST: usize = 64;

/// The text to answer, when the call knows the verify token. Only digits are sent back, so that
/// nobody can have the gateway say something.
pub(crate) fn challenge(query: &[(String, String)], verify_token: &str) -> Option<String> {
    let field = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, v)| v);
    let knows = same_secret(field("hub.verify_token")?, verify_token);
    let challenge = field("hub.challenge")?;
    let is_harmless = (1..=LONGEST).contains(&challenge.len())
        && challenge.bytes().all(|byte| byte.is_ascii_digit());
    let subscribes = field("hub.mode")? == "subscribe";
    (subscribes && knows && is_harmless).then(|| challenge.clone())
}

/// Whether two secrets are the same, in constant time; empty ones never are.
pub(crate) fn same_secret(one: &str, other: &str) -> bool {
    !other.is_empty() && bool::from(one.as_bytes().ct_eq(other.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(mode: &str, token: &str, text: &str, ours: &str) -> Option<String> {
        let query = [
            ("hub.mode", mode),
            ("hub.verify_token", token),
            ("hub.challenge", text),
        ];
        let query = query.map(|(key, value)| (key.to_owned(), value.to_owned()));
        challenge(&query, ours)
    }

    #[test]
    fn the_verify_token_earns_the_challenge() {
        assert_eq!(
            answer("subscribe", "v", "1158201444", "v").as_deref(),
            Some("1158201444")
        );
    }

    #[test]
    fn everything_else_earns_nothing() {
        let long = "1".repeat(65);
        for (mode, token, text, ours) in [
            ("subscribe", "w", "1", "v"),
            ("subscribe", "", "1", ""),
            ("unsubscribe", "v", "1", "v"),
            ("subscribe", "v", "", "v"),
            ("subscribe", "v", "<script>", "v"),
            ("subscribe", "v", &long, "v"),
        ] {
            assert_eq!(
                answer(mode, token, text, ours),
                None,
                "{mode} {token} {text}"
            );
        }
        assert_eq!(challenge(&[], "v"), None);
    }
}
