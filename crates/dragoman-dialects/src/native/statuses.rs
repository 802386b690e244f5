//! Custom statuses: what collaborators can say about being away.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, Change, CustomStatus};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::Problem;
use super::call::Call;
use super::operation::Operation;
use super::record::{self, Record, Removable};
use super::words::{Emoji, Name, Uuid};
use super::{Native, Room};

const ALL: &str = "/api/v1/statuses";
const ONE: &str = "/api/v1/statuses/{id}";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::list::<CustomStatus>(ALL).named("list_statuses", "Custom statuses."),
        Operation::post(ALL, create)
            .named("create_status", "Makes a custom status.")
            .takes::<NewStatus>()
            .creates::<StatusBody>(&["get_status", "change_status", "remove_status"]),
        Operation::show::<CustomStatus>(ONE).named("get_status", "A custom status."),
        Operation::patch(ONE, change)
            .named("change_status", "Changes what is named.")
            .takes::<StatusChange>()
            .answers::<StatusBody>(200),
        Operation::remove::<CustomStatus>(ONE).named(
            "remove_status",
            "Takes a custom status away; nobody shows it any more.",
        ),
    ]
}

/// What a collaborator can say about being away.
#[derive(Serialize, ToSchema)]
#[schema(as = Status)]
pub(super) struct StatusBody {
    id: String,
    account: String,
    name: String,
    /// May be empty.
    emoji: String,
    created_at: String,
    updated_at: String,
}

/// A new custom status.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewStatus {
    /// Name or uuid of the account; a token may leave it out.
    account: Option<String>,
    name: Name,
    emoji: Option<Emoji>,
    /// An id to keep.
    uuid: Option<Uuid>,
}

/// What is to be changed of a custom status.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StatusChange {
    name: Option<Name>,
    emoji: Option<Emoji>,
}

impl Record for CustomStatus {
    const WORD: &'static str = "status";
    const LIST: &'static str = "statuses";
    type Shown = StatusBody;

    record::listed!(CustomStatus, custom_statuses);

    fn shown(&self, _: &Native) -> StatusBody {
        StatusBody {
            id: self.id.simple(),
            account: self.account.simple(),
            name: self.name.to_string(),
            emoji: self.emoji.to_string(),
            created_at: self.created_at.iso().to_string(),
            updated_at: self.updated_at.iso().to_string(),
        }
    }
}

impl Removable for CustomStatus {
    fn removed(&self, _: &Catalog) -> Vec<Change> {
        vec![Change::RemoveCustomStatus(self.id)]
    }
}

async fn create(State(native): Room, call: Call) -> Result<Response, Problem> {
    let new: NewStatus = call.read()?;
    let account = call
        .caller
        .account(&native.catalog(), new.account.as_deref())?;
    let now = native.services.clock.now();
    let made = record::create(&native, &call, (account, new.uuid.clone()), |_, id| {
        let emoji = new.emoji.clone();
        let status = CustomStatus {
            id,
            account: account.id(),
            name: new.name.0.clone(),
            emoji: emoji.map_or_else(|| "".into(), |emoji| emoji.0),
            created_at: now,
            updated_at: now,
        };
        Ok((Vec::new(), status))
    })
    .await?;
    Ok(made.answer(&native))
}

async fn change(
    State(native): Room,
    Path(name): Path<String>,
    call: Call,
) -> Result<Json<StatusBody>, Problem> {
    let wish: StatusChange = call.read()?;
    let now = native.services.clock.now();
    record::change(&native, call.caller, &name, |_, status: CustomStatus| {
        let (name, emoji) = (wish.name.clone(), wish.emoji.clone());
        let changed = CustomStatus {
            name: name.map_or_else(|| status.name.clone(), |name| name.0),
            emoji: emoji.map_or_else(|| status.emoji.clone(), |emoji| emoji.0),
            updated_at: now,
            ..status
        };
        Ok((Vec::new(), changed))
    })
    .await
}
