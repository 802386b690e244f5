//! What proves to a receiver that we are the caller: the signatures of Standard Webhooks
//! (github.com/standard-webhooks), over the bytes that are sent.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dragoman_core::catalog::Subscription;
use dragoman_core::event::EventId;
use dragoman_core::{Secret, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How a secret begins that such a key stands behind.
const PREFIX: &str = "whsec_";
/// A key has at least so many bytes, and at most so many.
const KEY: std::ops::RangeInclusive<usize> = 24..=64;

/// The headers of one try. None where the subscription has no secret of the right form: those that
/// a client of a dialect made may be another.
pub(super) fn headers(
    subscription: &Subscription,
    id: EventId,
    body: &[u8],
    now: Timestamp,
) -> Vec<(Cow<'static, str>, String)> {
    let keys = subscription.secrets(now).filter_map(key);
    let (id, time) = (id.to_string(), now.seconds().to_string());
    let signatures: Vec<String> = keys.map(|key| signature(&key, &id, &time, body)).collect();
    if signatures.is_empty() {
        return Vec::new();
    }
    vec![
        ("webhook-id".into(), id),
        ("webhook-timestamp".into(), time),
        ("webhook-signature".into(), signatures.join(" ")),
    ]
}

fn key(secret: &Secret) -> Option<Vec<u8>> {
    let text = secret.reveal().strip_prefix(PREFIX)?;
    let key = STANDARD.decode(text).ok()?;
    KEY.contains(&key.len()).then_some(key)
}

fn signature(key: &[u8], id: &str, time: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in [id.as_bytes(), b".", time.as_bytes(), b".", body] {
        mac.update(part);
    }
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
#[path = "signing_tests.rs"]
mod tests;
