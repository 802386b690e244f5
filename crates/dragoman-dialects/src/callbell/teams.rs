//! The calls about teams.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use dragoman_core::catalog::{Change, Team};
use dragoman_core::ports::edit;
use serde_json::Value;

use super::caller::Caller;
use super::errors::Error;
use super::handlers::{Body, QueryOf, UuidOf};
use super::members::TeamMember;
use super::params::Params;
use super::{form, lists, objects};
use crate::services::Services;

/// `GET /teams`.
pub(super) async fn list(caller: Caller, query: QueryOf) -> Result<Json<Value>, Error> {
    let mut all: Vec<_> = caller.catalog.teams.iter().collect();
    all.retain(|team| team.account == caller.account);
    all.sort_by_key(|team| (team.created_at, team.id));
    lists::page("teams", &all, &Params::read(query), |one| {
        objects::team(one, &caller.catalog)
    })
}

/// `GET /teams/:uuid`.
pub(super) async fn get(caller: Caller, uuid: UuidOf) -> Result<Json<Value>, Error> {
    let found = caller.catalog.team_of(caller.account, lists::id(uuid)?);
    let shown = found.map(|team| objects::team(team, &caller.catalog));
    lists::one("team", shown)
}

/// `PATCH /teams/:uuid`: what it is called.
pub(super) async fn rename(
    State(services): State<Arc<Services>>,
    caller: Caller,
    uuid: UuidOf,
    Body(body): Body,
) -> Result<Json<Value>, Error> {
    let id = lists::id(uuid)?;
    let name = form::only_name("name", &body)?;
    let shown = edit(&*services.store, |catalog| {
        let found = catalog.team_of(caller.account, id);
        let renamed = Team {
            name: name.clone(),
            ..found.ok_or(Error::NotFound)?.clone()
        };
        let shown = objects::team(&renamed, catalog);
        Ok::<_, Error>((vec![Change::Team(renamed)], shown))
    })
    .await?;
    lists::one("team", Some(shown))
}

/// `GET /teams/:uuid/members`, optionally only those who are `available`, or `away`.
pub(super) async fn members(
    caller: Caller,
    uuid: UuidOf,
    query: QueryOf,
) -> Result<Json<Value>, Error> {
    let catalog = &caller.catalog;
    let team = catalog.team_of(caller.account, lists::id(uuid)?);
    let team = team.ok_or(Error::NotFound)?.id;
    let params = Params::read(query);
    let wanted = params.one_of("status", ["available", "away"])?;
    let mut all: Vec<_> = catalog.users.iter().collect();
    all.retain(|user| {
        user.teams.contains(&team)
            && wanted.is_none_or(|status| user.available == (status == "available"))
    });
    all.sort_by_key(|user| (user.created_at, user.id));
    lists::page("users", &all, &params, |user| TeamMember::of(user, catalog))
}
