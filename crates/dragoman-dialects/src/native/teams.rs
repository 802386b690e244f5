//! Teams: collaborators who share conversations.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, Change, Team};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::Problem;
use super::call::Call;
use super::operation::Operation;
use super::record::{self, Record, Removable};
use super::words::{Name, Uuid};
use super::{Native, Room};

const ALL: &str = "/api/v1/teams";
const ONE: &str = "/api/v1/teams/{id}";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::list::<Team>(ALL).named("list_teams", "Teams."),
        Operation::post(ALL, create)
            .named(
                "create_team",
                "Makes a team. The first of an account is its default.",
            )
            .takes::<NewTeam>()
            .creates::<TeamBody>(&["get_team", "change_team", "remove_team"]),
        Operation::show::<Team>(ONE).named("get_team", "A team."),
        Operation::patch(ONE, change)
            .named("change_team", "Changes what is named.")
            .takes::<TeamChange>()
            .answers::<TeamBody>(200),
        Operation::remove::<Team>(ONE).named(
            "remove_team",
            "Takes a team away; nobody is in it any more.",
        ),
    ]
}

/// A team.
#[derive(Serialize, ToSchema)]
#[schema(as = Team)]
pub(super) struct TeamBody {
    id: String,
    account: String,
    name: String,
    /// Whether it is the one of the account that takes what is nobody's.
    default: bool,
    /// How many are in it.
    members: usize,
    created_at: String,
}

/// A new team.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTeam {
    /// Name or uuid of the account; a token may leave it out.
    account: Option<String>,
    name: Name,
    /// The one that was the default is it no more.
    default: Option<bool>,
    /// An id to keep.
    uuid: Option<Uuid>,
}

/// What is to be changed of a team.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TeamChange {
    name: Option<Name>,
    /// The one that was the default is it no more.
    default: Option<bool>,
}

impl Record for Team {
    const WORD: &'static str = "team";
    const LIST: &'static str = "teams";
    type Shown = TeamBody;

    record::listed!(Team, teams);

    fn shown(&self, native: &Native) -> TeamBody {
        TeamBody {
            id: self.id.simple(),
            account: self.account.simple(),
            name: self.name.to_string(),
            default: self.default,
            members: native.catalog().members(self.id),
            created_at: self.created_at.iso().to_string(),
        }
    }
}

impl Removable for Team {
    fn removed(&self, _: &Catalog) -> Vec<Change> {
        vec![Change::RemoveTeam(self.id)]
    }
}

async fn create(State(native): Room, call: Call) -> Result<Response, Problem> {
    let new: NewTeam = call.read()?;
    let account = call
        .caller
        .account(&native.catalog(), new.account.as_deref())?;
    let now = native.services.clock.now();
    let made = record::create(
        &native,
        &call,
        (account, new.uuid.clone()),
        |catalog, id| {
            let is_first = !catalog.teams.iter().any(|team| team.account == account);
            let team = Team {
                id,
                account: account.id(),
                name: new.name.0.clone(),
                default: new.default.unwrap_or(is_first),
                created_at: now,
            };
            Ok((Vec::new(), team))
        },
    )
    .await?;
    Ok(made.answer(&native))
}

async fn change(
    State(native): Room,
    Path(name): Path<String>,
    call: Call,
) -> Result<Json<TeamBody>, Problem> {
    let wish: TeamChange = call.read()?;
    record::change(&native, call.caller, &name, |_, mut team: Team| {
        if let Some(Name(name)) = &wish.name {
            team.name = name.clone();
        }
        team.default = wish.default.unwrap_or(team.default);
        Ok((Vec::new(), team))
    })
    .await
}
