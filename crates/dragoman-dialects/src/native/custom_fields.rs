//! Custom fields: what an account keeps of its customers beside the usual.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, Change, CustomField, FieldKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::Problem;
use super::call::Call;
use super::operation::Operation;
use super::record::{self, Record, Removable};
use super::words::{Name, Uuid};
use super::{Native, Room};

const ALL: &str = "/api/v1/fields";
const ONE: &str = "/api/v1/fields/{id}";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::list::<CustomField>(ALL).named("list_fields", "Custom fields."),
        Operation::post(ALL, create)
            .named("create_field", "Defines a custom field.")
            .takes::<NewField>()
            .creates::<FieldBody>(&["get_field", "change_field", "remove_field"]),
        Operation::show::<CustomField>(ONE).named("get_field", "A custom field."),
        Operation::patch(ONE, change)
            .named(
                "change_field",
                "Changes what is named; values stay as they are.",
            )
            .takes::<FieldChange>()
            .answers::<FieldBody>(200),
        Operation::remove::<CustomField>(ONE).named(
            "remove_field",
            "Takes a definition away; values stay, as text.",
        ),
    ]
}

/// A custom field.
#[derive(Serialize, ToSchema)]
#[schema(as = Field)]
pub(super) struct FieldBody {
    id: String,
    account: String,
    name: String,
    kind: Kind,
    /// What may be chosen.
    options: Vec<String>,
}

/// What the values of a custom field are.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Text,
    Email,
    Number,
    Date,
    /// One of the options.
    Dropdown,
    /// Any of the options.
    Checkbox,
}

/// A new custom field.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewField {
    /// Name or uuid of the account; a token may leave it out.
    account: Option<String>,
    /// Unique in the account.
    name: Name,
    kind: Kind,
    /// What may be chosen, of a dropdown and of a checkbox.
    options: Option<Vec<Name>>,
    /// An id to keep.
    uuid: Option<Uuid>,
}

/// What is to be changed of a custom field.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FieldChange {
    /// Unique in the account.
    name: Option<Name>,
    kind: Option<Kind>,
    /// What may be chosen, of a dropdown and of a checkbox.
    options: Option<Vec<Name>>,
}

impl Record for CustomField {
    const WORD: &'static str = "field";
    const LIST: &'static str = "fields";
    type Shown = FieldBody;

    record::listed!(CustomField, custom_fields);

    fn shown(&self, _: &Native) -> FieldBody {
        FieldBody {
            id: self.id.simple(),
            account: self.account.simple(),
            name: self.name.to_string(),
            kind: self.kind.into(),
            options: self.options.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Removable for CustomField {
    fn removed(&self, _: &Catalog) -> Vec<Change> {
        vec![Change::RemoveCustomField(self.id)]
    }
}

impl From<FieldKind> for Kind {
    fn from(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Text => Self::Text,
            FieldKind::Email => Self::Email,
            FieldKind::Number => Self::Number,
            FieldKind::Date => Self::Date,
            FieldKind::Dropdown => Self::Dropdown,
            FieldKind::Checkbox => Self::Checkbox,
        }
    }
}

impl From<Kind> for FieldKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text,
            Kind::Email => Self::Email,
            Kind::Number => Self::Number,
            Kind::Date => Self::Date,
            Kind::Dropdown => Self::Dropdown,
            Kind::Checkbox => Self::Checkbox,
        }
    }
}

async fn create(State(native): Room, call: Call) -> Result<Response, Problem> {
    let new: NewField = call.read()?;
    let account = call
        .caller
        .account(&native.catalog(), new.account.as_deref())?;
    let made = record::create(&native, &call, (account, new.uuid.clone()), |_, id| {
        let field = CustomField {
            id,
            account: account.id(),
            name: new.name.0.clone(),
            kind: new.kind.into(),
            options: new.options.as_deref().map(texts).unwrap_or_default(),
        };
        checked(field)
    })
    .await?;
    Ok(made.answer(&native))
}

async fn change(
    State(native): Room,
    Path(name): Path<String>,
    call: Call,
) -> Result<Json<FieldBody>, Problem> {
    let wish: FieldChange = call.read()?;
    record::change(&native, call.caller, &name, |_, mut field: CustomField| {
        if let Some(Name(name)) = &wish.name {
            field.name = name.clone();
        }
        if let Some(kind) = wish.kind {
            field.kind = kind.into();
            if !has_options(field.kind) {
                field.options.clear();
            }
        }
        if let Some(options) = &wish.options {
            field.options = texts(options);
        }
        checked(field)
    })
    .await
}

fn texts(options: &[Name]) -> Vec<Box<str>> {
    options.iter().map(|option| option.0.clone()).collect()
}

const fn has_options(kind: FieldKind) -> bool {
    match kind {
        FieldKind::Dropdown | FieldKind::Checkbox => true,
        FieldKind::Text | FieldKind::Email | FieldKind::Number | FieldKind::Date => false,
    }
}

/// Options stand where something is to be chosen, each once, and nowhere else.
fn checked(field: CustomField) -> Result<(Vec<Change>, CustomField), Problem> {
    let mut sorted: Vec<_> = field.options.iter().collect();
    sorted.sort_unstable();
    let wrong = if has_options(field.kind) && sorted.is_empty() {
        Some("must name what may be chosen")
    } else if !has_options(field.kind) && !sorted.is_empty() {
        Some("are only for a dropdown or a checkbox")
    } else if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        Some("must each be there once")
    } else {
        None
    };
    match wrong {
        Some(why) => Err(Problem::invalid("options", why)),
        None => Ok((Vec::new(), field)),
    }
}
