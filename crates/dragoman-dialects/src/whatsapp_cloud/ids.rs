//! Message ids as this API knows them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dragoman_core::MessageId;
use dragoman_core::message::{Body, Stored};

const PREFIX: &str = "wamid.";
/// Tells ours from the provider's.
const OURS: &[u8; 4] = b"dgm1";

/// The id of a message that we sent.
pub(super) fn outbound(message: MessageId) -> String {
    let bytes = [&OURS[..], &message.bytes()].concat();
    format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// The id under which a client of this API knows a message: the provider's own for a customer's.
/// A note is known to nobody.
pub(super) fn shown(message: &Stored) -> Option<String> {
    match &message.body {
        Body::Outbound(_) => Some(outbound(message.id)),
        Body::Inbound(body) => Some(body.provider_id.to_string()),
        Body::Note(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_ours_is_the_uuid_behind_a_mark() {
        let message = MessageId::from_parts(1_790_000_000_123 << 12 | 5, 0x1234_5678_9abc_def0);
        let id = outbound(message);
        let bytes = URL_SAFE_NO_PAD
            .decode(id.strip_prefix(PREFIX).unwrap())
            .unwrap();
        assert_eq!(bytes, [b"dgm1", &message.bytes()[..]].concat());
    }
}
