//! Certificates and keys as text (RFC 7468).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The blocks of this kind (`CERTIFICATE`), written anew, with whatever stands between them left
/// out. `None` when there is none, or when another kind or something unreadable stands among them:
/// a private key must not be kept where certificates are.
pub(super) fn blocks(text: &str, kind: &str) -> Option<String> {
    let (begin, end) = (
        format!("-----BEGIN {kind}-----"),
        format!("-----END {kind}-----"),
    );
    let mut written = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("-----BEGIN ") {
        let block = rest[start..].strip_prefix(begin.as_str())?;
        let (body, after) = block.split_once(end.as_str())?;
        let body: String = body.split_whitespace().collect();
        if !is_sequence(&STANDARD.decode(&body).ok()?) {
            return None;
        }
        written.push_str(&begin);
        for line in body.as_bytes().chunks(64) {
            written.push('\n');
            written.push_str(std::str::from_utf8(line).ok()?);
        }
        written.push('\n');
        written.push_str(&end);
        written.push('\n');
        rest = after;
    }
    (!written.is_empty()).then_some(written)
}

/// Whether the bytes are one sequence in DER, as certificates and keys are. What stands in it is
/// for those to judge who use it.
fn is_sequence(der: &[u8]) -> bool {
    let Some((0x30, [length, rest @ ..])) = der.split_first() else {
        return false;
    };
    let count = usize::from(length & 0x7f);
    if length & 0x80 == 0 {
        return rest.len() == count;
    }
    let length = |bytes: &[u8]| {
        bytes
            .iter()
            .fold(0, |sum, byte| sum << 8 | usize::from(*byte))
    };
    match rest.split_at_checked(count) {
        Some((bytes, rest)) => (1..=4).contains(&count) && length(bytes) == rest.len(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n";

    #[test]
    fn blocks_of_the_kind_are_kept_and_what_stands_between_them_is_not() {
        let text = format!(
            "Subject: me\r\n{}issued by\n{ONE}",
            ONE.replace('\n', "\r\n")
        );
        assert_eq!(blocks(&text, "CERTIFICATE"), Some(ONE.repeat(2)));
        let long = format!("MIIBAA{}=", "A".repeat(341));
        let text = format!("-----BEGIN PUBLIC KEY-----{long}-----END PUBLIC KEY-----");
        let kept = blocks(&text, "PUBLIC KEY");
        assert!(kept.unwrap().lines().all(|line| line.len() <= 64));
    }

    #[test]
    fn what_is_no_certificate_is_not_taken_for_one() {
        let key = ONE.replace("CERTIFICATE", "PRIVATE KEY");
        for text in [
            "",
            "certificate",
            &key,
            &format!("{ONE}{key}"),
            &ONE.replace("MAMCAQE=", "MAMCAQ=="),
            &ONE.replace("MAMCAQE=", "?"),
            &ONE.replace("MAMCAQE=", ""),
            &ONE.replace("END", "AND"),
        ] {
            assert_eq!(blocks(text, "CERTIFICATE"), None, "{text}");
        }
    }
}
