//! Answers and error bodies. Pure.

use axum::Json;
use dragoman_core::catalog::{Catalog, Policy, Source};
use dragoman_core::contact::{Contact, Conversation};
use dragoman_core::content::Kind;
use dragoman_core::ports::Timeline;
use dragoman_core::refusal::When;
use dragoman_core::{Id, MessageId, Raw, Refusal};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::errors::{Error, FieldErrors};
use super::form::REQUIRED;
use super::parse::{Asked, Extras};
use super::{objects, status, wire};

/// When a client hears of refusals: all of them now, as an error answer to its call, unless its
/// token wants it as the original does.
pub(super) fn timing(policy: Policy) -> fn(&Refusal) -> When {
    match policy.refusals {
        Some(When::Later) => later,
        Some(When::Now) | None => now,
    }
}

/// The way of the original: what its messenger would refuse is accepted and fails afterwards.
const fn later(refusal: &Refusal) -> When {
    match refusal {
        Refusal::WindowClosed
        | Refusal::TemplateUnknown
        | Refusal::TemplateNotApproved
        | Refusal::TemplateParameters { .. }
        | Refusal::OptedOut => When::Later,
        Refusal::TemplateHeader { .. }
        | Refusal::OptInMissing
        | Refusal::SelfSend
        | Refusal::TextTooLong { .. }
        | Refusal::CaptionTooLong { .. }
        | Refusal::TextEmpty
        | Refusal::LinkInvalid
        | Refusal::Unsupported { .. }
        | Refusal::ChannelDisabled
        | Refusal::QueueFull => When::Now,
    }
}

const fn now(refusal: &Refusal) -> When {
    match refusal {
        Refusal::WindowClosed
        | Refusal::TemplateUnknown
        | Refusal::TemplateNotApproved
        | Refusal::TemplateParameters { .. }
        | Refusal::TemplateHeader { .. }
        | Refusal::OptInMissing
        | Refusal::OptedOut
        | Refusal::SelfSend
        | Refusal::TextTooLong { .. }
        | Refusal::CaptionTooLong { .. }
        | Refusal::TextEmpty
        | Refusal::LinkInvalid
        | Refusal::Unsupported { .. }
        | Refusal::ChannelDisabled
        | Refusal::QueueFull => When::Now,
    }
}

/// The table of refusals: which field is to be mended, and how.
pub(super) fn refusal(refusal: &Refusal, asked: Asked) -> Error {
    let (field, text) = match refusal {
        Refusal::WindowClosed => (
            "content",
            "more than 24 hours have passed since the customer's last message; \
             use a template (template_uuid)"
                .to_owned(),
        ),
        Refusal::TemplateUnknown => ("template_uuid", "not found".to_owned()),
        Refusal::TemplateNotApproved => ("template_uuid", "is not approved".to_owned()),
        Refusal::TemplateParameters { given, expected } => (
            "template_values",
            format!(
                "{given} given, {} expected{}",
                either(expected),
                missing(*given, expected)
            ),
        ),
        Refusal::TemplateHeader { given, allowed } => header(*given, allowed, asked),
        Refusal::OptInMissing => (
            "optin_contact",
            "must be true to send a template".to_owned(),
        ),
        Refusal::OptedOut => ("to", "has opted out of messages".to_owned()),
        Refusal::SelfSend => ("to", "must not be the sending number itself".to_owned()),
        Refusal::TextTooLong { given, limit } | Refusal::CaptionTooLong { given, limit } => (
            "content.text",
            format!("must have at most {limit} characters, has {given}"),
        ),
        Refusal::TextEmpty => ("content.text", REQUIRED.to_owned()),
        Refusal::LinkInvalid => (
            "content.url",
            "must be an absolute http or https address".to_owned(),
        ),
        Refusal::Unsupported { kind, messenger } => unsupported(*kind, *messenger),
        Refusal::ChannelDisabled if asked.names_channel => {
            ("channel_uuid", "is disabled".to_owned())
        }
        Refusal::ChannelDisabled => ("from", "the channel is disabled".to_owned()),
        Refusal::QueueFull => return Error::QueueFull,
    };
    Error::Fields(FieldErrors::one(field, text))
}

/// The rules speak of a text header both when the submission is a text and when its file is
/// missing; the client has to mend different fields.
fn header(given: Kind, allowed: &[Kind], asked: Asked) -> (&'static str, String) {
    if given == Kind::Text && asked.kind != Kind::Text {
        return ("content.url", REQUIRED.to_owned());
    }
    let mut words: Vec<&str> = Vec::new();
    for kind in allowed {
        if !words.contains(&kind.word()) {
            words.push(kind.word());
        }
    }
    let text = format!(
        "is {}, but the template takes {}",
        asked.kind.word(),
        words.join(" or ")
    );
    ("type", text)
}

/// A template is asked for with another field than everything else.
fn unsupported(kind: Kind, messenger: Source) -> (&'static str, String) {
    let field = if kind == Kind::Template {
        "template_uuid"
    } else {
        "type"
    };
    let text = format!("a {} channel takes no {}", messenger.word(), kind.word());
    (field, text)
}

fn either(numbers: &[usize]) -> String {
    let words: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    words.join(" or ")
}

/// Names the placeholders that would stay empty, by the template that lacks the fewest.
fn missing(given: usize, expected: &[usize]) -> String {
    let nearest = expected.iter().filter(|&&number| number > given).min();
    let Some(&number) = nearest else {
        return String::new();
    };
    let names: Vec<String> = (given + 1..=number)
        .map(|n| format!("{{{{{n}}}}}"))
        .collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    format!("; {} {verb} missing", names.join(", "))
}

/// The body of an error answer.
pub(super) fn error(error: &Error) -> Json<Value> {
    let said = match error {
        Error::Fields(errors) => json!(errors),
        Error::InvalidJson(place) => json!(format!("invalid JSON: {place}")),
        Error::NotAnObject => json!("the body must be a JSON object"),
        Error::BadCursor => json!("Invalid pagination cursor"),
        Error::PageTooFar => json!("Pagination limit exceeded"),
        Error::NotAuthorized => json!("not authorized"),
        Error::NotFound => json!("not found"),
        Error::MethodNotAllowed => json!("method not allowed"),
        Error::TooLarge => json!("the body is larger than 256 KiB"),
        Error::KeyReused => json!("the Idempotency-Key was used for another request"),
        Error::QueueFull => json!("too many requests: the queue of this channel is full"),
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
