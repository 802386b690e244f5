//! Whether the content of a message may be taken: shape and limits. Pure.
//!
//! What is wrong with a field is answered at once. What Meta only sees when it opens the file is a fate: the message
//! is taken and fails.

mod contacts;
mod interactive;
mod limits;
mod media;
mod plain;
mod template;
#[cfg(test)]
mod tests;

use serde_json::Value;

use self::limits::{at_most, required};
pub(super) use self::media::fate;
use super::GraphError;
use super::address::Checkable;
use crate::clock::UnixMillis;
use crate::world::World;

type Checked = Result<(), GraphError>;

const KINDS: [&str; 11] = [
    "text",
    "image",
    "audio",
    "video",
    "document",
    "sticker",
    "location",
    "contacts",
    "reaction",
    "interactive",
    "template",
];

/// Where and when a message is judged.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    /// Who sends.
    pub(crate) phone_number_id: &'a str,
    /// Whether templates that nobody created are refused.
    pub(crate) strict: bool,
    pub(crate) now: UnixMillis,
    pub(crate) world: &'a World,
}

/// The rules for the content.
pub(crate) fn content(body: &Value, checkable: &Checkable, scene: Scene<'_>) -> Checked {
    let kind = checkable.kind.as_str();
    if !KINDS.contains(&kind) {
        return Err(
            GraphError::known(131_051).with(format!("Message type {kind} is not supported."))
        );
    }
    at_most(body, "biz_opaque_callback_data", 512)?;
    let Some(content) = body
        .get(kind)
        .filter(|content| content.is_object() || content.is_array())
    else {
        return Err(GraphError::missing(kind));
    };
    plain::context(body, kind)?;
    match kind {
        "text" => {
            required(content, "body", "text['body']")?;
            at_most(content, "body", 4096)
        }
        "location" => plain::location(content, "location"),
        "reaction" => plain::reaction(content, &checkable.customer, scene),
        "contacts" => contacts::check(content),
        "interactive" => interactive::check(content, scene),
        "template" => {
            template::check(content, scene)?;
            template::suits(content, &checkable.customer, scene)
        }
        _ => media::check(kind, content, scene),
    }
}
