//! Answers and error bodies. Pure.

use axum::Json;
use dragoman_core::catalog::Catalog;
use dragoman_core::contact::{Contact, Conversation};
use dragoman_core::ports::Timeline;
use dragoman_core::{Id, MessageId, Raw};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::errors::Error;
use super::parse::Extras;
use super::{objects, status, wire};

/// The body of an error answer.
pub(super) fn error(error: &Error) -> Json<Value> {
    let said = match error {
        Error::Fields(errors) => json!(errors),
        Error::InvalidJson(place) => json!(format!("invalid JSON: {place}")),
        Error::NotAnObject => json!("the body must be a JSON object"),
        Error::BadCursor => json!("Invalid pagination cursor"),
        Error::PageTooFar => json!("Pagination limit exceeded"),
        Error::NotAuthorized => json!("not authorized"),
        Error::Lacking(right) => json!(format!("the token lacks the scope {}", right.word())),
        Error::NotFound => json!("not found"),
        Error::MethodNotAllowed => json!("method not allowed"),
        Error::TooLarge => json!("the body is larger than 256 KiB"),
        Error::KeyReused => json!("the Idempotency-Key was used for another request"),
        Error::QueueFull => json!("too many requests: the queue of this channel is full"),
        Error::AccountFull => json!("too many requests: too many messages of this account wait"),
        Error::LaneFull => json!("too many requests: too many messages to this contact wait"),
        Error::TooMany(_) => json!("too many requests"),
        Error::Unavailable => json!("not available now, try again"),
    };
    Json(json!({ "error": said }))
}

/// Whom and where an answer is about, beside the message itself.
pub(super) struct Setting<'a> {
    /// Names of channels, teams and users.
    pub(super) catalog: &'a Catalog,
    /// The channel of the message.
    pub(super) channel: Id,
    /// The other side.
    pub(super) contact: &'a Contact,
    /// Where the message belongs.
    pub(super) conversation: &'a Conversation,
    /// For links into the console.
    pub(super) public_url: &'a str,
}

impl Setting<'_> {
    fn contact(&self) -> wire::ReachableContact {
        wire::ReachableContact {
            phone: objects::phone_number(self.contact),
            email: objects::email(self.contact),
            contact: objects::contact(self),
        }
    }
}

/// The answer to a send call.
pub(super) fn sent(
    message: MessageId,
    setting: &Setting<'_>,
    extras: Extras,
    metadata: Option<&Raw>,
) -> wire::MessageAnswer {
    wire::MessageAnswer {
        message: wire::Message {
            uuid: message.simple(),
            status: status::ENQUEUED,
            message_status_payload: None,
            contact: extras.contact.then(|| setting.contact()),
            conversation: extras.conversation.then(|| objects::conversation(setting)),
            metadata: metadata.and_then(kept),
        },
    }
}

/// The answer to a status call; `None` when the message is not one that was sent.
pub(super) fn status(
    timeline: &Timeline,
    catalog: &Catalog,
    public_url: &str,
) -> Option<wire::MessageAnswer> {
    let message = &timeline.message;
    let body = message.outbound()?;
    let setting = Setting {
        catalog,
        channel: message.channel,
        contact: &message.contact,
        conversation: &message.conversation,
        public_url,
    };
    Some(wire::MessageAnswer {
        message: wire::Message {
            uuid: message.id.simple(),
            status: status::word(message.fold.state),
            message_status_payload: status::latest(timeline)
                .and_then(|event| status::payload(event, message, catalog)),
            contact: Some(setting.contact()),
            conversation: Some(objects::conversation(&setting)),
            metadata: body.metadata.as_ref().and_then(kept),
        },
    })
}

/// Kept JSON as it came.
pub(super) fn kept(raw: &Raw) -> Option<Box<RawValue>> {
    RawValue::from_string(raw.as_str().to_owned()).ok()
}
