//! Templates, as they were synced from the provider, and the public ids that they are known by.

use axum::Json;
use axum::extract::{Path, State};
use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, Change};
use dragoman_core::template::{Category, Template, TemplateStatus};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::Problem;
use super::call::Call;
use super::operation::Operation;
use super::record::{self, Record};
use super::words::{Name, Uuid};
use super::{Native, Room};

const ALL: &str = "/api/v1/templates";
const ONE: &str = "/api/v1/templates/{id}";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::list::<Template>(ALL)
            .named("list_templates", "Templates, whatever their status."),
        Operation::show::<Template>(ONE).named("get_template", "A template."),
        Operation::patch(ONE, change)
            .named(
                "change_template",
                "Gives a template another title or another public id. An id that another template \
                 of the channel has becomes the family of both.",
            )
            .takes::<TemplateChange>()
            .answers::<TemplateBody>(200),
    ]
}

/// A template: one name in one language.
#[derive(Serialize, ToSchema)]
#[schema(as = Template)]
pub(super) struct TemplateBody {
    id: String,
    /// The public id that it shares with its variants.
    family: Option<String>,
    account: String,
    channel: String,
    title: String,
    /// The provider's name.
    name: String,
    /// The provider's code.
    language: String,
    category: &'static str,
    /// Only `approved` may be sent.
    status: &'static str,
    /// What stands above the body: `text`, `image`, `video`, `document` or `location`; `text`
    /// when nothing does.
    kind: &'static str,
    /// With `{{1}}`, `{{2}}`, … in it.
    body: String,
    footer: Option<String>,
    buttons: Vec<String>,
    created_at: String,
}

/// What is to be changed of a template.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TemplateChange {
    title: Option<Name>,
    /// The public id by which programs know it.
    uuid: Option<Uuid>,
}

impl Record for Template {
    const WORD: &'static str = "template";
    const LIST: &'static str = "templates";
    type Shown = TemplateBody;

    record::listed!(Template, templates);

    fn shown(&self, _: &Native) -> TemplateBody {
        TemplateBody {
            id: self.id.simple(),
            family: self.family.map(Id::simple),
            account: self.account.simple(),
            channel: self.channel.simple(),
            title: self.title.to_string(),
            name: self.name.to_string(),
            language: self.language.to_string(),
            category: match self.category {
                Category::Marketing => "marketing",
                Category::Utility => "utility",
                Category::Authentication => "authentication",
            },
            status: match self.status {
                TemplateStatus::Approved => "approved",
                TemplateStatus::Pending => "pending",
                TemplateStatus::Rejected => "rejected",
                TemplateStatus::Paused => "paused",
                TemplateStatus::Disabled => "disabled",
                TemplateStatus::Deleted => "deleted",
            },
            kind: self.header.kind().word(),
            body: self.body.to_string(),
            footer: self.footer.as_deref().map(str::to_owned),
            buttons: self.buttons.iter().map(ToString::to_string).collect(),
            created_at: self.created_at.iso().to_string(),
        }
    }
}

async fn change(
    State(native): Room,
    Path(name): Path<String>,
    call: Call,
) -> Result<Json<TemplateBody>, Problem> {
    let wish: TemplateChange = call.read()?;
    record::change(
        &native,
        call.caller,
        &name,
        |catalog, mut template: Template| {
            if let Some(Name(title)) = &wish.title {
                template.title = title.clone();
            }
            match &wish.uuid {
                Some(Uuid(id)) => linked(catalog, template, *id),
                None => Ok((Vec::new(), template)),
            }
        },
    )
    .await
}

/// The template under another public id: its own, or where others of its channel have that one,
/// their common family's.
fn linked(
    catalog: &Catalog,
    template: Template,
    id: Id,
) -> Result<(Vec<Change>, Template), Problem> {
    if template.id == id {
        return Ok((Vec::new(), template));
    }
    let others = catalog.templates.iter();
    let others: Vec<&Template> = others
        .filter(|other| other.id != template.id && other.answers_to(id))
        .collect();
    if others.iter().any(|other| other.channel != template.channel) {
        return Err(Problem::Taken(format!("the uuid {id}")));
    }
    if others.is_empty() {
        let gone = Change::RemoveTemplate(template.id);
        return Ok((vec![gone], Template { id, ..template }));
    }
    let in_family = |template: &Template| Template {
        family: Some(id),
        ..template.clone()
    };
    let lonely = others.into_iter().filter(|other| other.family != Some(id));
    let changes = lonely.map(|other| Change::Template(in_family(other)));
    Ok((changes.collect(), in_family(&template)))
}
