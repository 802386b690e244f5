//! Approved templates, the choice among their variants, and what they look like filled in.

mod choice;
mod message;

use crate::content::Kind;
use crate::id::Id;
use crate::time::Timestamp;
pub use choice::{TemplateAsk, nearest, resolve};
pub use message::{ButtonValue, HeaderValue, Parameter, TemplateMessage};

/// A template of a WhatsApp business account, as we know it: one name in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its own public id.
    pub id: Id,
    /// A public id that it shares with its variants: templates that differ in header and number
    /// of variables, among which the submission chooses.
    pub family: Option<Id>,
    /// The tenant.
    pub account: Id,
    /// The channel whose business account it belongs to.
    pub channel: Id,
    /// What people call it.
    pub title: Box<str>,
    /// The provider's name.
    pub name: Box<str>,
    /// The provider's language code (`en_US`).
    pub language: Box<str>,
    /// What it is for.
    pub category: Category,
    /// Only `Approved` may be sent.
    pub status: TemplateStatus,
    /// What stands above the body.
    pub header: Header,
    /// The body with `{{1}}`, `{{2}}`, … in it.
    pub body: Box<str>,
    /// Small text below.
    pub footer: Option<Box<str>>,
    /// Labels of the buttons.
    pub buttons: Vec<Box<str>>,
    /// When we first knew it.
    pub created_at: Timestamp,
}

/// What a template is for; decides pacing, price and expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "Meta's own words")]
pub enum Category {
    Marketing,
    Utility,
    Authentication,
}

/// The provider's verdict on a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "Meta's own words")]
pub enum TemplateStatus {
    Approved,
    Pending,
    Rejected,
    Paused,
    Disabled,
    Deleted,
}

/// What stands above a template's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Header {
    /// Nothing.
    None,
    /// Text, with at most one variable.
    Text(Box<str>),
    /// A file of this kind: image, video or document.
    Media(Kind),
    /// A point on the map.
    Location,
}

impl Header {
    /// The word that Callbell uses for the type of the template.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::None | Self::Text(_) => Kind::Text,
            Self::Media(kind) => *kind,
            Self::Location => Kind::Location,
        }
    }
}

impl Template {
    /// The number of different placeholders in the body.
    pub fn variables(&self) -> usize {
        placeholders(&self.body)
    }

    /// Whether `id` names this template or its family.
    pub fn answers_to(&self, id: Id) -> bool {
        self.id == id || self.family == Some(id)
    }
}

/// The highest `{{n}}` in a text.
fn placeholders(text: &str) -> usize {
    let mut highest = 0;
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((number, tail)) = after.split_once("}}") else {
            break;
        };
        highest = highest.max(number.trim().parse().unwrap_or(0));
        rest = tail;
    }
    highest
}

/// Fills `values` into the placeholders of `text`. A placeholder without a value stays.
pub fn fill<'a>(text: &str, values: impl Fn(usize) -> Option<&'a str>) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((number, tail)) = after.split_once("}}") else {
            filled.push_str("{{");
            rest = after;
            continue;
        };
        let value = number
            .trim()
            .parse::<usize>()
            .ok()
            .and_then(|n| n.checked_sub(1))
            .and_then(&values);
        match value {
            Some(value) => filled.push_str(value),
            None => filled.extend(["{{", number, "}}"]),
        }
        rest = tail;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
