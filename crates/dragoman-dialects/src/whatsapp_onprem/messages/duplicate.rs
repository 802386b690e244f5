//! What makes two messages the same, for programs that repeat themselves without a key. Pure.

use dragoman_core::Address;
use serde_json::{Map, Value};

use crate::idempotency::digest;
use crate::whatsapp_onprem::caller::ThisChannel;

/// What the customer does not notice: a repetition with another value of these is one.
const UNSEEN: [&str; 6] = [
    "biz_opaque_callback_data",
    "messaging_product",
    "recipient_type",
    "render_mentions",
    "to",
    "ttl",
];

/// The fingerprint of what `message` says, to whom, and from which channel.
pub(super) fn fingerprint(
    message: &Map<String, Value>,
    channel: ThisChannel,
    to: &Address,
) -> [u8; 16] {
    let seen = message
        .iter()
        .filter(|(key, value)| !UNSEEN.contains(&key.as_str()) && !value.is_null());
    let seen: Map<String, Value> = seen
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    digest(&[
        &channel.account.id().as_u128().to_be_bytes(),
        &channel.id.as_u128().to_be_bytes(),
        b"onprem",
        to.value().as_bytes(),
        Value::Object(seen).to_string().as_bytes(),
    ])
}
