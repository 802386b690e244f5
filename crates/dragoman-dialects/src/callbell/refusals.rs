//! Refusals, in the words of this API: when they are told, and as what. Pure.

use dragoman_core::Refusal;
use dragoman_core::catalog::{Policy, Source};
use dragoman_core::content::Kind;
use dragoman_core::refusal::When;

use super::errors::{Error, FieldErrors};
use super::form::REQUIRED;
use super::parse::Asked;

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
        | Refusal::QueueFull
        | Refusal::AccountFull
        | Refusal::LaneFull => When::Now,
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
        | Refusal::QueueFull
        | Refusal::AccountFull
        | Refusal::LaneFull => When::Now,
    }
}

/// The table of refusals: which field is to be mended, and how.
pub(super) fn told(refusal: &Refusal, asked: Asked) -> Error {
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
        Refusal::AccountFull => return Error::AccountFull,
        Refusal::LaneFull => return Error::LaneFull,
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
