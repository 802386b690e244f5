//! Approved templates, the choice among their variants, and what they look like filled in.

use crate::content::{Kind, Media};
use crate::id::Id;
use crate::raw::Raw;
use crate::refusal::Refusal;
use crate::time::Timestamp;

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

/// A template with its values, ready for a driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateMessage {
    /// The provider's name.
    pub name: Box<str>,
    /// The provider's language code.
    pub language: Box<str>,
    /// What fills the header.
    pub header: Option<HeaderValue>,
    /// What fills the body, in order.
    pub body: Vec<Parameter>,
    /// What fills the buttons.
    pub buttons: Vec<ButtonValue>,
    /// The body as the customer reads it.
    pub rendered: Box<str>,
}

/// One value of a template's body or text header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// Plain text.
    Text(Box<str>),
    /// A provider's typed value (currency, date): its JSON and what is shown when in doubt.
    Typed {
        /// What a person reads.
        fallback: Box<str>,
        /// The provider's whole parameter object.
        raw: Raw,
    },
}

impl Parameter {
    /// What a person reads.
    pub fn shown(&self) -> &str {
        match self {
            Self::Text(text) | Self::Typed { fallback: text, .. } => text,
        }
    }
}

/// What fills a template's header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderValue {
    /// A text.
    Text(Parameter),
    /// A file of a kind.
    Media(Kind, Media),
    /// A provider's parameter object of another kind (location, product).
    Other(Raw),
}

impl HeaderValue {
    /// The file, when it is one.
    pub fn media(&self) -> Option<&Media> {
        match self {
            Self::Media(_, media) => Some(media),
            Self::Text(_) | Self::Other(_) => None,
        }
    }

    /// The kind of header that it fits.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Media(kind, _) => *kind,
            Self::Other(_) => Kind::Location,
        }
    }
}

/// What fills one button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ButtonValue {
    /// `quick_reply`, `url`, `copy_code`, `catalog`, `flow`.
    pub sub_type: Box<str>,
    /// Position from 0.
    pub index: u8,
    /// The provider's array of parameters.
    pub parameters: Raw,
}

/// What a submission says about the template that it wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateAsk {
    /// By public uuid, the way of Callbell.
    ByUuid {
        /// The template, or its family.
        uuid: Id,
        /// Which header the submission's `type` speaks of: text, image, video or document.
        kind: Kind,
        /// `template_values`, when given.
        values: Option<Vec<Box<str>>>,
        /// `content.text`: the one value when no `template_values` are given.
        text: Option<Box<str>>,
        /// `content.url`: the header's file.
        media: Option<Media>,
    },
    /// By name and language, the way of the provider's own APIs.
    ByName(TemplateMessage),
}

/// Finds the template that `ask` means among `templates` (those of the channel) and fills it in.
///
/// # Errors
/// [`Refusal::TemplateUnknown`], [`Refusal::TemplateNotApproved`],
/// [`Refusal::TemplateParameters`], [`Refusal::TemplateHeader`].
pub fn resolve(
    ask: &TemplateAsk,
    templates: &[&Template],
) -> Result<(TemplateMessage, Category), Refusal> {
    match ask {
        TemplateAsk::ByUuid {
            uuid,
            kind,
            values,
            text,
            media,
        } => {
            let variants: Vec<&Template> = templates
                .iter()
                .copied()
                .filter(|t| t.answers_to(*uuid))
                .collect();
            let chosen = choose(&variants, *kind, values.as_deref(), text.as_deref())?;
            let values: Vec<Box<str>> = match values {
                Some(values) => values.clone(),
                None => text.iter().cloned().collect(),
            };
            fill_in(chosen, *kind, values, media.clone()).map(|message| (message, chosen.category))
        }
        TemplateAsk::ByName(message) => {
            let known = templates
                .iter()
                .find(|t| t.name == message.name && t.language == message.language);
            let template = approved(known.copied().ok_or(Refusal::TemplateUnknown)?)?;
            check_filled(template, message)?;
            Ok((
                TemplateMessage {
                    rendered: rendered(template, &message.body),
                    ..message.clone()
                },
                template.category,
            ))
        }
    }
}

fn approved(template: &Template) -> Result<&Template, Refusal> {
    match template.status {
        TemplateStatus::Approved => Ok(template),
        TemplateStatus::Pending
        | TemplateStatus::Rejected
        | TemplateStatus::Paused
        | TemplateStatus::Disabled
        | TemplateStatus::Deleted => Err(Refusal::TemplateNotApproved),
    }
}

/// The variant whose header fits the type and whose number of variables fits the values.
fn choose<'a>(
    variants: &[&'a Template],
    kind: Kind,
    values: Option<&[Box<str>]>,
    text: Option<&str>,
) -> Result<&'a Template, Refusal> {
    let usable: Vec<&Template> = variants
        .iter()
        .copied()
        .filter(|t| approved(t).is_ok())
        .collect();
    if usable.is_empty() {
        return Err(if variants.is_empty() {
            Refusal::TemplateUnknown
        } else {
            Refusal::TemplateNotApproved
        });
    }
    let fitting: Vec<&Template> = usable
        .iter()
        .copied()
        .filter(|t| t.header.kind() == kind)
        .collect();
    let Some(first) = fitting.first() else {
        return Err(Refusal::TemplateHeader {
            given: kind,
            allowed: usable.iter().map(|t| t.header.kind()).collect(),
        });
    };
    let given = values.map_or(usize::from(text.is_some()), <[_]>::len);
    let exact = fitting.iter().find(|t| t.variables() == given);
    // Values for a body without placeholders are ignored: programs send a dummy word.
    let without = || fitting.iter().find(|t| t.variables() == 0);
    exact
        .or_else(without)
        .copied()
        .ok_or_else(|| Refusal::TemplateParameters {
            given,
            expected: if fitting.len() == 1 {
                vec![first.variables()]
            } else {
                counts(&fitting)
            },
        })
}

fn counts(templates: &[&Template]) -> Vec<usize> {
    let mut counts: Vec<usize> = templates.iter().map(|t| t.variables()).collect();
    counts.sort_unstable();
    counts.dedup();
    counts
}

fn fill_in(
    template: &Template,
    kind: Kind,
    mut values: Vec<Box<str>>,
    media: Option<Media>,
) -> Result<TemplateMessage, Refusal> {
    values.truncate(template.variables());
    let header = match &template.header {
        Header::Media(kind) => {
            let media = media.ok_or(Refusal::TemplateHeader {
                given: Kind::Text,
                allowed: vec![*kind],
            })?;
            Some(HeaderValue::Media(
                *kind,
                Media {
                    caption: None,
                    ..media
                },
            ))
        }
        Header::None | Header::Text(_) => None,
        Header::Location => {
            return Err(Refusal::TemplateHeader {
                given: kind,
                allowed: vec![Kind::Location],
            });
        }
    };
    let body: Vec<Parameter> = values.into_iter().map(Parameter::Text).collect();
    Ok(TemplateMessage {
        name: template.name.clone(),
        language: template.language.clone(),
        header,
        rendered: rendered(template, &body),
        body,
        buttons: Vec::new(),
    })
}

fn check_filled(template: &Template, message: &TemplateMessage) -> Result<(), Refusal> {
    let (expected, given) = (template.variables(), message.body.len());
    if expected != given {
        return Err(Refusal::TemplateParameters {
            given,
            expected: vec![expected],
        });
    }
    let needs_file = matches!(template.header, Header::Media(_));
    let fits = message.header.as_ref().map_or(!needs_file, |header| {
        header.kind() == template.header.kind()
    });
    if fits {
        return Ok(());
    }
    let given = message
        .header
        .as_ref()
        .map_or(Kind::Text, HeaderValue::kind);
    Err(Refusal::TemplateHeader {
        given,
        allowed: vec![template.header.kind()],
    })
}

fn rendered(template: &Template, body: &[Parameter]) -> Box<str> {
    fill(&template.body, |n| body.get(n).map(Parameter::shown)).into()
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
