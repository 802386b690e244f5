//! What makes two send calls the same, for clients that repeat themselves without a key. Pure.

use dragoman_core::submission::Submission;

use super::json::{Json, Object};
use crate::idempotency::digest;

/// The fingerprint of what `body` asks to be sent by `submission`: everything that the customer
/// would notice, and nothing else, so that a repetition with other metadata is one.
pub(super) fn fingerprint(body: &Object<'_>, submission: &Submission) -> [u8; 16] {
    let account = submission.account.id().as_u128().to_be_bytes();
    let channel = submission.channel.as_u128().to_be_bytes();
    let content = match body.get("content") {
        Some(Json::Object(content)) => Some(content),
        Some(_) | None => None,
    };
    let part = |name| text(content.and_then(|content| content.get(name)));
    let mut parts: Vec<&[u8]> = vec![
        &account,
        &channel,
        submission.to.value().as_bytes(),
        text(body.get("type")),
        part("text"),
        part("url"),
        part("name"),
        text(body.get("template_uuid")),
    ];
    if let Some(Json::List(values)) = body.get("template_values") {
        parts.extend(values.iter().map(|value| text(Some(value))));
    }
    digest(&parts)
}

fn text<'a>(value: Option<&'a Json<'_>>) -> &'a [u8] {
    if let Some(Json::Text(text)) = value {
        return text.as_bytes();
    }
    b""
}
