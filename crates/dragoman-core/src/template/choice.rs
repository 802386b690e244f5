//! Which template a submission means, and whether its values fit.

use super::{
    Category, Header, HeaderValue, Parameter, Template, TemplateMessage, TemplateStatus, fill,
};
use crate::content::{Kind, Media};
use crate::id::Id;
use crate::refusal::Refusal;

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
            let values = given(values.as_deref(), text.as_deref());
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

/// What is kept of a submission that [`resolve`] refuses and whose client hears of it later: the
/// template that comes nearest, with the values and the file that were given. `None` where no
/// template is meant.
pub fn nearest(ask: &TemplateAsk, templates: &[&Template]) -> Option<TemplateMessage> {
    match ask {
        TemplateAsk::ByName(message) => Some(message.clone()),
        TemplateAsk::ByUuid {
            uuid,
            kind,
            values,
            text,
            media,
        } => {
            let mut variants = templates.iter().filter(|t| t.answers_to(*uuid));
            let fitting = variants.clone().find(|t| t.header.kind() == *kind);
            let template = fitting.or_else(|| variants.next())?;
            let file = media.clone().filter(|_| *kind != Kind::Text);
            let header = file.map(|media| HeaderValue::Media(*kind, media));
            let values = given(values.as_deref(), text.as_deref());
            Some(filled(template, header, values))
        }
    }
}

/// The values of a submission: the list, or else the text alone.
fn given(values: Option<&[Box<str>]>, text: Option<&str>) -> Vec<Box<str>> {
    values.map_or_else(|| text.map(Into::into).into_iter().collect(), <[_]>::to_vec)
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

/// The approved variant whose header fits the type and whose number of variables fits the values.
/// Where only one fits that is not approved, that is what is wrong, rather than how the others are
/// made.
fn choose<'a>(
    variants: &[&'a Template],
    kind: Kind,
    values: Option<&[Box<str>]>,
    text: Option<&str>,
) -> Result<&'a Template, Refusal> {
    let given = values.map_or(usize::from(text.is_some()), <[_]>::len);
    let usable: Vec<&Template> = variants
        .iter()
        .copied()
        .filter(|t| approved(t).is_ok())
        .collect();
    if let Some(chosen) = fitting(&usable, kind, given) {
        return Ok(chosen);
    }
    if variants.is_empty() {
        return Err(Refusal::TemplateUnknown);
    }
    if usable.is_empty() || fitting(variants, kind, given).is_some() {
        return Err(Refusal::TemplateNotApproved);
    }
    let same_header: Vec<&Template> = usable
        .iter()
        .copied()
        .filter(|t| t.header.kind() == kind)
        .collect();
    Err(if same_header.is_empty() {
        Refusal::TemplateHeader {
            given: kind,
            allowed: usable.iter().map(|t| t.header.kind()).collect(),
        }
    } else {
        Refusal::TemplateParameters {
            given,
            expected: counts(&same_header),
        }
    })
}

/// The one whose header is of this kind and that takes so many values, or none at all: values for
/// a body without placeholders are ignored, as programs send a dummy word.
fn fitting<'a>(templates: &[&'a Template], kind: Kind, given: usize) -> Option<&'a Template> {
    let of_kind = templates.iter().filter(|t| t.header.kind() == kind);
    let exact = of_kind.clone().find(|t| t.variables() == given);
    let without = || of_kind.clone().find(|t| t.variables() == 0);
    exact.or_else(without).copied()
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
    Ok(filled(template, header, values))
}

fn filled(
    template: &Template,
    header: Option<HeaderValue>,
    values: Vec<Box<str>>,
) -> TemplateMessage {
    let body: Vec<Parameter> = values.into_iter().map(Parameter::Text).collect();
    TemplateMessage {
        name: template.name.clone(),
        language: template.language.clone(),
        header,
        rendered: rendered(template, &body),
        body,
        buttons: Vec::new(),
    }
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
