//! The rules of business messaging: what may be sent.

use std::sync::Arc;
use std::time::Duration;

use crate::assignment::Assignment;
use crate::catalog::Channel;
use crate::content::{Content, Kind, Media};
use crate::message::{Admitted, Outbound, Priority};
use crate::outcome::Failure;
use crate::refusal::{Refusal, When};
use crate::submission::{Ask, Dialect, OptIn, Submission};
use crate::template::{self, Category, Template};
use crate::time::Timestamp;
use crate::window::{Heard, Window, window};

/// The longest text that WhatsApp takes, in characters.
pub const TEXT_LIMIT: usize = 4096;
/// The longest caption that WhatsApp takes, in characters.
pub const CAPTION_LIMIT: usize = 1024;
/// On-Premises kept trying a template for as long as WhatsApp keeps a message.
const ONPREM_TEMPLATE_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);
/// A one-time code is useless afterwards.
const CODE_LIFE: Duration = Duration::from_secs(600);

/// What the rules look at beside the submission itself.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// The sender.
    pub channel: &'a Channel,
    /// The templates that it may send.
    pub templates: &'a [&'a Template],
    /// What is known about the conversation's window.
    pub heard: Heard,
    /// Whether the customer does not want messages.
    pub opted_out: bool,
    /// What the channel's driver can send.
    pub takes: &'a [Kind],
}

/// What the rules decide.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Keep it and send it. May carry a failure: then it is kept, failed in the same commit, never
    /// queued, and reported by webhook.
    Admit(Admitted),
    /// An error answer now; nothing is stored.
    Refuse(Refusal),
}

/// Judges a submission.
///
/// The dialect's table decides whether a refusal is heard now or later. A refusal that leaves
/// nothing to keep (an unknown template uuid has no name) is always heard now.
pub fn admit(
    submission: Submission,
    assignment: Assignment,
    standing: &Standing<'_>,
    now: Timestamp,
) -> Verdict {
    let filled = fill_in(&submission.ask, standing.templates);
    let judged = match (supported(&submission.ask, standing), &filled) {
        (Err(refusal), _) => Err(refusal),
        (Ok(()), Ok((content, _))) => judge(&submission, content, standing, now),
        (Ok(()), Err(refusal)) => Err(refusal.clone()),
    };
    let failure = match judged {
        Ok(()) => None,
        Err(refusal) => match ((submission.timing)(&refusal), &refusal) {
            (When::Later, _) => Some(failure(&refusal)),
            (When::Now, _) => return Verdict::Refuse(refusal),
        },
    };
    let (content, category) = match (filled, &submission.ask) {
        (Ok((content, category)), _) => (content, category),
        (Err(refusal), Ask::Template(ask)) => match template::nearest(ask, standing.templates) {
            Some(message) => (Content::Template(message), None),
            None => return Verdict::Refuse(refusal),
        },
        (Err(refusal), Ask::Content(_)) => return Verdict::Refuse(refusal),
    };
    let window = window(standing.heard, standing.channel.watched_since, now);
    let body = Outbound {
        priority: (submission.manner.priority).unwrap_or_else(|| priority(category, window)),
        expires_at: expires_at(&submission, &content, category, window, now),
        to: submission.to,
        content,
        dialect: submission.dialect,
        metadata: submission.metadata,
        reply_to: submission.reply_to,
        after: submission.manner.after,
        on_unknown: submission.manner.on_unknown,
        identity: submission.manner.identity,
    };
    Verdict::Admit(Admitted {
        body: Arc::new(body),
        account: submission.account.id(),
        channel: submission.channel,
        assignment,
        key: submission.key,
        duplicate: submission.duplicate,
        failure,
    })
}

/// Comes first: what a channel cannot send need not be found.
fn supported(ask: &Ask, standing: &Standing<'_>) -> Result<(), Refusal> {
    let kind = match ask {
        Ask::Content(content) => content.kind(),
        Ask::Template(_) => Kind::Template,
    };
    if standing.takes.contains(&kind) {
        return Ok(());
    }
    Err(Refusal::Unsupported {
        kind,
        messenger: standing.channel.source,
    })
}

fn fill_in(ask: &Ask, templates: &[&Template]) -> Result<(Content, Option<Category>), Refusal> {
    match ask {
        Ask::Content(content) => Ok((content.clone(), None)),
        Ask::Template(ask) => {
            let (message, category) = template::resolve(ask, templates)?;
            Ok((Content::Template(message), Some(category)))
        }
    }
}

fn judge(
    submission: &Submission,
    content: &Content,
    standing: &Standing<'_>,
    now: Timestamp,
) -> Result<(), Refusal> {
    if !standing.channel.enabled {
        return Err(Refusal::ChannelDisabled);
    }
    if standing.channel.phone.as_deref() == Some(submission.to.value()) {
        return Err(Refusal::SelfSend);
    }
    shape(content)?;
    if !content.is_free_form() && submission.opt_in == OptIn::Missing {
        return Err(Refusal::OptInMissing);
    }
    if standing.opted_out {
        return Err(Refusal::OptedOut);
    }
    let window = window(standing.heard, standing.channel.watched_since, now);
    if content.is_free_form() && window == Window::Closed {
        return Err(Refusal::WindowClosed);
    }
    Ok(())
}

fn shape(content: &Content) -> Result<(), Refusal> {
    if let Content::Text(text) = content {
        if text.body.is_empty() {
            return Err(Refusal::TextEmpty);
        }
        within(&text.body, TEXT_LIMIT, |given, limit| {
            Refusal::TextTooLong { given, limit }
        })?;
    }
    content.media().map_or(Ok(()), file)
}

fn file(media: &Media) -> Result<(), Refusal> {
    if let Some(link) = media.source.link() {
        let rest = link
            .strip_prefix("https://")
            .or_else(|| link.strip_prefix("http://"));
        let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
        let printable = link.bytes().all(|byte| byte > b' ' && byte != 0x7f);
        if !printable || host.is_none_or(str::is_empty) {
            return Err(Refusal::LinkInvalid);
        }
    }
    let caption = media.caption.as_deref().unwrap_or_default();
    within(caption, CAPTION_LIMIT, |given, limit| {
        Refusal::CaptionTooLong { given, limit }
    })
}

fn within(
    text: &str,
    limit: usize,
    refusal: impl Fn(usize, usize) -> Refusal,
) -> Result<(), Refusal> {
    if text.len() <= limit {
        return Ok(());
    }
    let given = text.chars().count();
    if given <= limit {
        Ok(())
    } else {
        Err(refusal(given, limit))
    }
}

fn priority(category: Option<Category>, window: Window) -> Priority {
    match (category, window) {
        (Some(Category::Authentication), _) | (None, Window::Open(_)) => Priority::High,
        (None, Window::Closed | Window::Unknown)
        | (Some(Category::Marketing | Category::Utility), _) => Priority::Normal,
    }
}

fn expires_at(
    submission: &Submission,
    content: &Content,
    category: Option<Category>,
    window: Window,
    now: Timestamp,
) -> Timestamp {
    if let Some(ttl) = submission.ttl {
        return now.plus(ttl);
    }
    if category == Some(Category::Authentication) {
        return now.plus(CODE_LIFE);
    }
    match (submission.dialect, content.is_free_form(), window) {
        (Dialect::Onprem, true, Window::Open(until)) => until,
        (Dialect::Onprem, false, _) => now.plus(ONPREM_TEMPLATE_LIFE),
        (Dialect::Onprem, true, Window::Closed | Window::Unknown)
        | (Dialect::Callbell | Dialect::Cloud | Dialect::Native, _, _) => Timestamp::NEVER,
    }
}

/// A refusal that is heard later, in the words of the Cloud API: the formats translate from those.
fn failure(refusal: &Refusal) -> Failure {
    let (code, title) = match refusal {
        Refusal::WindowClosed => (131_047, "Re-engagement message"),
        Refusal::TemplateUnknown => (132_001, "Template does not exist"),
        Refusal::TemplateNotApproved => (132_015, "Template is paused"),
        Refusal::TemplateParameters { .. } => (132_000, "Template param count mismatch"),
        Refusal::TemplateHeader { .. } => (132_012, "Template parameter format mismatch"),
        Refusal::OptInMissing | Refusal::OptedOut => (131_050, "User has stopped messages"),
        Refusal::SelfSend => (131_021, "Recipient cannot be sender"),
        Refusal::TextTooLong { .. }
        | Refusal::CaptionTooLong { .. }
        | Refusal::TextEmpty
        | Refusal::LinkInvalid => (131_009, "Parameter value is not valid"),
        Refusal::Unsupported { .. } => (131_051, "Unsupported message type"),
        Refusal::ChannelDisabled => (133_010, "Phone number not registered"),
        Refusal::QueueFull | Refusal::AccountFull | Refusal::LaneFull => {
            (130_429, "Rate limit hit")
        }
    };
    Failure::new(code, title).because(refusal.to_string())
}

#[cfg(test)]
#[path = "admission_tests.rs"]
mod tests;
