//! The calls about slow data: templates, channels, teams.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query};
use dragoman_core::{Id, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use super::caller::Caller;
use super::errors::{Error, FieldErrors};
use super::handlers::{QueryOf, UuidOf};
use super::{objects, wire};

const PER_PAGE: usize = 20;

/// `GET /templates`: whatever their approval.
pub(super) async fn templates(caller: Caller, query: QueryOf) -> Result<Json<Value>, Error> {
    let mut all: Vec<_> = caller.catalog.templates.iter().collect();
    all.retain(|template| template.account == caller.account);
    all.sort_by_key(|template| (template.created_at, template.id));
    page("templates", &all, &read(query), |one| {
        objects::template(one)
    })
}

/// `GET /templates/:uuid`. The uuid of a family answers with its first template.
pub(super) async fn template(caller: Caller, uuid: UuidOf) -> Result<Json<Value>, Error> {
    let id = id(uuid)?;
    let mine = || {
        let all = caller.catalog.templates.iter();
        all.filter(|template| template.account == caller.account)
    };
    let exact = mine().find(|template| template.id == id);
    let found = exact.or_else(|| mine().find(|template| template.answers_to(id)));
    one("template", found.map(objects::template))
}

/// `GET /channels`, optionally only of one `type`, or only those that are `active`.
pub(super) async fn channels(caller: Caller, query: QueryOf) -> Result<Json<Value>, Error> {
    let query = read(query);
    let kind = query.get("type").filter(|kind| !kind.is_empty());
    let active = match query.get("active").map(String::as_str) {
        None | Some("") => None,
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(_) => return Err(wrong("active", "must be boolean")),
    };
    let mut all: Vec<_> = caller.catalog.channels.iter().collect();
    all.retain(|channel| {
        channel.account == caller.account
            && kind.is_none_or(|kind| kind == channel.source.word())
            && active.is_none_or(|active| active == channel.enabled)
    });
    all.sort_by_key(|channel| (channel.created_at, channel.id));
    page("channels", &all, &query, |one| objects::channel(one))
}

/// `GET /channels/:uuid`.
pub(super) async fn channel(caller: Caller, uuid: UuidOf) -> Result<Json<Value>, Error> {
    let found = caller.catalog.channel_of(caller.account, id(uuid)?);
    one("channel", found.map(objects::channel))
}

/// `GET /teams`.
pub(super) async fn teams(caller: Caller, query: QueryOf) -> Result<Json<Value>, Error> {
    let mut all: Vec<_> = caller.catalog.teams.iter().collect();
    all.retain(|team| team.account == caller.account);
    all.sort_by_key(|team| -> (Timestamp, Id) { (team.created_at, team.id) });
    page("teams", &all, &read(query), |one| {
        objects::team(one, &caller.catalog)
    })
}

/// `GET /teams/:uuid`.
pub(super) async fn team(caller: Caller, uuid: UuidOf) -> Result<Json<Value>, Error> {
    let found = caller.catalog.team_of(caller.account, id(uuid)?);
    one(
        "team",
        found.map(|team| objects::team(team, &caller.catalog)),
    )
}

fn read(query: QueryOf) -> HashMap<String, String> {
    query.map(|Query(query)| query).unwrap_or_default()
}

/// A uuid in either spelling; what is none names nothing.
fn id(uuid: UuidOf) -> Result<Id, Error> {
    let uuid = uuid.ok().and_then(|Path(uuid)| uuid.parse().ok());
    uuid.ok_or(Error::NotFound)
}

fn one<T: Serialize>(name: &str, found: Option<T>) -> Result<Json<Value>, Error> {
    let found = found.ok_or(Error::NotFound)?;
    Ok(Json(json!({ name: found })))
}

/// One page of a list. Pages count from 1; beyond the last there is nothing on them.
fn page<T, O: Serialize>(
    name: &str,
    all: &[T],
    query: &HashMap<String, String>,
    object: impl Fn(&T) -> O,
) -> Result<Json<Value>, Error> {
    let page: usize = match query.get("page").map(String::as_str) {
        None | Some("") => 1,
        Some(text) => text.parse().unwrap_or(0),
    };
    let Some(before) = page.checked_sub(1) else {
        return Err(wrong("page", "must be a number from 1"));
    };
    let chosen = all
        .iter()
        .skip(before.saturating_mul(PER_PAGE))
        .take(PER_PAGE);
    let meta = wire::Meta {
        page,
        pages: all.len().div_ceil(PER_PAGE).max(1),
    };
    Ok(Json(json!({
        name: chosen.map(object).collect::<Vec<_>>(),
        "meta": meta,
    })))
}

fn wrong(field: &'static str, text: &str) -> Error {
    Error::Fields(FieldErrors::one(field, text))
}
