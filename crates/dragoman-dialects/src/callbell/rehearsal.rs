//! `dry_run`: what would become of a send call, and why. Pure. The original has nothing like it.

use dragoman_core::Id;
use dragoman_core::assignment::{Assignment, NotAssigned};
use dragoman_core::catalog::Catalog;
use dragoman_core::content::Content;
use dragoman_core::outcome::Failure;
use dragoman_core::ports::Rehearsal;
use dragoman_core::template::{Parameter, TemplateMessage};
use dragoman_core::window;
use serde::Serialize;

use super::{objects, wire};

/// The answer to a call that stores nothing.
#[derive(Serialize)]
pub(super) struct DryRun {
    message: Expected,
}

/// A message that would be. Names are those of the request, in snake case.
#[derive(Serialize)]
struct Expected {
    status: &'static str,
    /// The recipient as it is understood.
    to: String,
    #[serde(rename = "type")]
    kind: &'static str,
    /// What the customer would read.
    text: Option<String>,
    /// The file that they would get, when it is a link.
    url: Option<String>,
    template: Option<Template>,
    /// Which of the templates that share a uuid would be sent, as `GET /templates` shows it.
    variant: Option<wire::Template>,
    window: Window,
    assignment: Granted,
    /// Set where it would be accepted and reported as failed.
    would_fail: Option<Reason>,
    /// As many messages of the channel wait before it.
    waiting: usize,
    /// About how long it would wait for its turn.
    wait_seconds: f64,
}

/// A template by its provider's names, with what would fill it.
#[derive(Serialize)]
struct Template {
    name: String,
    language: String,
    values: Vec<String>,
}

/// Whether free text is allowed, and until when.
#[derive(Serialize)]
struct Window {
    state: &'static str,
    until: Option<String>,
}

/// Whose the conversation would be, and why not as it was wished.
#[derive(Serialize)]
struct Granted {
    user: Option<String>,
    team: Option<String>,
    refused: Option<&'static str>,
}

/// Why it would fail, in the words of the Cloud API.
#[derive(Serialize)]
struct Reason {
    code: i64,
    title: String,
    details: Option<String>,
}

/// What a rehearsal on this channel has shown.
pub(super) fn dry_run(rehearsal: &Rehearsal, channel: Id, catalog: &Catalog) -> DryRun {
    let body = &rehearsal.body;
    let content = &body.content;
    let template = match content {
        Content::Template(message) => Some(message),
        Content::Text(_)
        | Content::Image(_)
        | Content::Audio(_)
        | Content::Video(_)
        | Content::Document(_)
        | Content::Sticker(_)
        | Content::Location(_)
        | Content::Contacts(_)
        | Content::Interactive(_)
        | Content::Reaction(_) => None,
    };
    let url = content
        .media()
        .and_then(|media| media.source.link().map(str::to_owned));
    DryRun {
        message: Expected {
            status: "dry_run",
            to: body.to.value().to_owned(),
            kind: content.kind().word(),
            text: content.text().map(str::to_owned),
            url,
            template: template.map(filled),
            variant: template.and_then(|message| variant(message, channel, catalog)),
            window: shown(rehearsal.window),
            assignment: granted(&rehearsal.assignment, catalog),
            would_fail: rehearsal.failure.as_ref().map(reason),
            waiting: rehearsal.waiting,
            wait_seconds: rehearsal.wait.as_millis() as f64 / 1000.0,
        },
    }
}

fn filled(message: &TemplateMessage) -> Template {
    let values = message.body.iter().map(Parameter::shown);
    Template {
        name: message.name.to_string(),
        language: message.language.to_string(),
        values: values.map(str::to_owned).collect(),
    }
}

fn variant(message: &TemplateMessage, channel: Id, catalog: &Catalog) -> Option<wire::Template> {
    let offered = catalog.templates_of(channel).into_iter();
    let mut same =
        offered.filter(|one| one.name == message.name && one.language == message.language);
    same.next().map(objects::template)
}

fn shown(window: window::Window) -> Window {
    let (state, until) = match window {
        window::Window::Open(until) => ("open", Some(objects::date(until))),
        window::Window::Closed => ("closed", None),
        window::Window::Unknown => ("unknown", None),
    };
    Window { state, until }
}

fn granted(assignment: &Assignment, catalog: &Catalog) -> Granted {
    let user = assignment.user.and_then(|user| catalog.user(user));
    Granted {
        user: user.map(|user| user.email.to_string()),
        team: assignment.team.map(Id::simple),
        refused: assignment.refused.map(|refused| match refused {
            NotAssigned::UnknownUser => "unknown_user",
            NotAssigned::UserInNoTeam => "user_in_no_team",
        }),
    }
}

fn reason(failure: &Failure) -> Reason {
    Reason {
        code: failure.code,
        title: failure.title.to_string(),
        details: failure.details.as_deref().map(str::to_owned),
    }
}
