//! Users: the collaborators of an account.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use dragoman_core::catalog::{Catalog, Change, Token, TokenScope, User};
use dragoman_core::{Id, Secret, Tenant, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::Problem;
use super::call::Call;
use super::operation::Operation;
use super::record::{self, Record, Removable};
use super::words::{Email, Name, Password, Uuid};
use super::{Native, Room, input};
use crate::passwords;

const ALL: &str = "/api/v1/users";
const ONE: &str = "/api/v1/users/{id}";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::list::<User>(ALL).named("list_users", "Collaborators."),
        Operation::post(ALL, create)
            .named("create_user", "Makes a collaborator.")
            .takes::<NewUser>()
            .creates::<UserBody>(&["get_user", "change_user", "remove_user"]),
        Operation::show::<User>(ONE).named("get_user", "A collaborator."),
        Operation::patch(ONE, change)
            .named(
                "change_user",
                "Changes what is named. Another password ends every session.",
            )
            .takes::<UserChange>()
            .answers::<UserBody>(200),
        Operation::remove::<User>(ONE).named(
            "remove_user",
            "Takes a collaborator away, with every session.",
        ),
    ]
}

/// A collaborator.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub(super) struct UserBody {
    id: String,
    account: String,
    email: String,
    name: String,
    /// The uuids of their teams.
    teams: Vec<String>,
    /// Whether they take conversations now.
    available: bool,
    /// Since when that is so.
    available_at: String,
    /// The uuid of the custom status that they show.
    custom_status: Option<String>,
    /// Whether they have a password to log in with.
    can_log_in: bool,
    created_at: String,
}

/// A new collaborator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewUser {
    /// Name or uuid of the account; a token may leave it out.
    account: Option<String>,
    /// Unique in the account, in any case.
    email: Email,
    /// Left out, the e-mail address.
    name: Option<Name>,
    /// The uuids of their teams.
    teams: Option<Vec<Uuid>>,
    /// Without one they cannot log in.
    password: Option<Password>,
    /// An id to keep.
    uuid: Option<Uuid>,
}

/// What is to be changed of a collaborator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UserChange {
    name: Option<Name>,
    /// Unique in the account, in any case.
    email: Option<Email>,
    /// The uuids of all their teams.
    teams: Option<Vec<Uuid>>,
    /// Whether they take conversations now.
    available: Option<bool>,
    /// The uuid of the custom status that they show; `null` shows none.
    #[serde(default, deserialize_with = "input::given")]
    #[schema(value_type = Option<Uuid>)]
    custom_status: Option<Option<Uuid>>,
    /// `null` takes it away.
    #[serde(default, deserialize_with = "input::given")]
    #[schema(value_type = Option<Password>)]
    password: Option<Option<Password>>,
}

impl Record for User {
    const WORD: &'static str = "user";
    const LIST: &'static str = "users";
    type Shown = UserBody;

    record::listed!(User, users);

    fn shown(&self, _: &Native) -> UserBody {
        UserBody {
            id: self.id.simple(),
            account: self.account.simple(),
            email: self.email.to_string(),
            name: self.name.to_string(),
            teams: self.teams.iter().map(|team| team.simple()).collect(),
            available: self.available,
            available_at: self.available_at.iso().to_string(),
            custom_status: self.status.map(|(status, _)| status.simple()),
            can_log_in: self.password_hash.is_some(),
            created_at: self.created_at.iso().to_string(),
        }
    }
}

impl Removable for User {
    fn removed(&self, _: &Catalog) -> Vec<Change> {
        vec![Change::RemoveUser(self.id)]
    }
}

/// The end of every session of a collaborator.
fn ended_sessions(catalog: &Catalog, user: Id) -> Vec<Change> {
    let own = |token: &&Token| token.scope == TokenScope::Session { user };
    let sessions = catalog.tokens.iter().filter(own);
    sessions.map(|token| Change::EndSession(token.id)).collect()
}

async fn create(State(native): Room, call: Call) -> Result<Response, Problem> {
    let new: NewUser = call.read()?;
    let account = call
        .caller
        .account(&native.catalog(), new.account.as_deref())?;
    let hash = hashed(&native, new.password).await?;
    let now = native.services.clock.now();
    let made = record::create(&native, &call, (account, new.uuid), |catalog, id| {
        let name = new.name.as_ref().map(|name| &name.0);
        let user = User {
            id,
            account: account.id(),
            email: new.email.0.clone(),
            name: name.unwrap_or(&new.email.0).clone(),
            teams: teams(catalog, account, new.teams.as_deref().unwrap_or_default())?,
            password_hash: hash.clone(),
            available: true,
            available_at: now,
            status: None,
            created_at: now,
        };
        Ok((Vec::new(), user))
    })
    .await?;
    Ok(made.answer(&native))
}

async fn change(
    State(native): Room,
    Path(name): Path<String>,
    call: Call,
) -> Result<Json<UserBody>, Problem> {
    let mut wish: UserChange = call.read()?;
    let password = match wish.password.take() {
        Some(password) => Some(hashed(&native, password).await?),
        None => None,
    };
    let now = native.services.clock.now();
    record::change(&native, call.caller, &name, |catalog, user: User| {
        let mut changed = wish.applied_to(catalog, user, now)?;
        let mut ended = Vec::new();
        if let Some(hash) = &password {
            changed.password_hash = hash.clone();
            ended = ended_sessions(catalog, changed.id);
        }
        Ok((ended, changed))
    })
    .await
}

impl UserChange {
    fn applied_to(
        &self,
        catalog: &Catalog,
        mut user: User,
        now: Timestamp,
    ) -> Result<User, Problem> {
        if let Some(Name(name)) = &self.name {
            user.name = name.clone();
        }
        if let Some(Email(email)) = &self.email {
            user.email = email.clone();
        }
        if let Some(wanted) = &self.teams {
            user.teams = teams(catalog, user.tenant(), wanted)?;
        }
        if let Some(available) = self.available.filter(|&is_so| is_so != user.available) {
            user.available = available;
            user.available_at = now;
        }
        if let Some(wanted) = &self.custom_status {
            let wanted = wanted.as_ref().map(|wanted| wanted.0);
            user.status = status(catalog, &user, wanted, now)?;
        }
        Ok(user)
    }
}

/// Teams of the account, each once.
fn teams(catalog: &Catalog, account: Tenant, wanted: &[Uuid]) -> Result<Vec<Id>, Problem> {
    let mut teams = Vec::new();
    for Uuid(id) in wanted {
        if catalog.team_of(account, *id).is_none() {
            return Err(Problem::invalid("teams", format!("no team {id}")));
        }
        if !teams.contains(id) {
            teams.push(*id);
        }
    }
    Ok(teams)
}

/// The status that a collaborator shows from now on; one that they show already keeps its time.
fn status(
    catalog: &Catalog,
    user: &User,
    wanted: Option<Id>,
    now: Timestamp,
) -> Result<Option<(Id, Timestamp)>, Problem> {
    let Some(id) = wanted else {
        return Ok(None);
    };
    if catalog.custom_status_of(user.tenant(), id).is_none() {
        return Err(Problem::invalid("custom_status", format!("no status {id}")));
    }
    let shown = user.status.filter(|(shown, _)| *shown == id);
    Ok(Some(shown.unwrap_or((id, now))))
}

/// What is kept of a password, if there is one.
async fn hashed(native: &Native, password: Option<Password>) -> Result<Option<Secret>, Problem> {
    let Some(Password(password)) = password else {
        return Ok(None);
    };
    let salt = native.services.random.bits();
    let hash = passwords::hashed(password.into(), salt).await;
    hash.map(Some).ok_or(Problem::Unavailable)
}
