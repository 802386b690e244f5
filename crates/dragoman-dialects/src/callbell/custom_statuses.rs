//! The calls about what collaborators can say of being away.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use dragoman_core::Id;
use dragoman_core::catalog::{Catalog, Change, CustomStatus};
use dragoman_core::ports::edit;
use serde::Serialize;
use serde_json::{Value, json};

use super::caller::Caller;
use super::errors::Error;
use super::form::{Form, Noted};
use super::handlers::{self, Body, QueryOf, UuidOf};
use super::params::Params;
use super::{form, lists, objects, parse};
use crate::idempotency;
use crate::services::Services;

/// The path under which idempotency keys are kept.
const PATH: &str = "/v1/custom_statuses";

/// `GET /custom_statuses`.
pub(super) async fn list(caller: Caller, query: QueryOf) -> Result<Json<Value>, Error> {
    let mut all: Vec<_> = caller.catalog.custom_statuses.iter().collect();
    all.retain(|status| status.account == caller.account);
    all.sort_by_key(|status| (status.created_at, status.id));
    lists::page("customStatuses", &all, &Params::read(query), |one| {
        Shown::of(one)
    })
}

/// `GET /custom_statuses/:id`.
pub(super) async fn get(caller: Caller, id: UuidOf) -> Result<Json<Value>, Error> {
    let (catalog, id) = (&caller.catalog, lists::id(id)?);
    let found = catalog.custom_status_of(caller.account, id);
    lists::one("customStatus", found.map(Shown::of))
}

/// `POST /custom_statuses`. With an idempotency key a repeated call finds what the first made.
pub(super) async fn create(
    State(services): State<Arc<Services>>,
    caller: Caller,
    key: idempotency::Header,
    Body(body): Body,
) -> Result<Response, Error> {
    let key = handlers::key(&key, &caller, PATH, &body)?;
    let read = |form: &mut Form<'_>| {
        let (name, emoji) = (form.required("name").map(Into::into), emoji(form));
        Ok((name?, emoji?.unwrap_or_default()))
    };
    let (name, emoji): (Box<str>, _) =
        form::examine(&parse::object(&body)?, read).map_err(Error::Fields)?;
    let id = key.map_or_else(|| services.fresh_id(), |key| Id::of_request(&key));
    let (status, replayed) = edit(&*services.store, |catalog| {
        if let Some(first) = made_before(catalog, &caller, id)? {
            return Ok::<_, Error>((Vec::new(), (first.clone(), true)));
        }
        let now = services.clock.now();
        let new = CustomStatus {
            id,
            account: caller.account.id(),
            name: name.clone(),
            emoji: emoji.clone(),
            created_at: now,
            updated_at: now,
        };
        Ok((vec![Change::CustomStatus(new.clone())], (new, false)))
    })
    .await?;
    let mut response = lists::one("customStatus", Some(Shown::of(&status)))?.into_response();
    if replayed {
        handlers::mark_replayed(&mut response);
    }
    Ok(response)
}

/// `PUT /custom_statuses/:id`. What is not given stays as it is.
pub(super) async fn change(
    State(services): State<Arc<Services>>,
    caller: Caller,
    id: UuidOf,
    Body(body): Body,
) -> Result<Json<Value>, Error> {
    let id = lists::id(id)?;
    let read = |form: &mut Form<'_>| {
        let (name, emoji) = (form.name("name"), emoji(form));
        Ok((name?.map(Into::into), emoji?))
    };
    let (name, emoji): (Option<Box<str>>, _) =
        form::examine(&parse::object(&body)?, read).map_err(Error::Fields)?;
    let changed = edit(&*services.store, |catalog| {
        let found = catalog.custom_status_of(caller.account, id);
        let mut changed = found.ok_or(Error::NotFound)?.clone();
        changed.updated_at = services.clock.now();
        if let Some(name) = &name {
            changed.name.clone_from(name);
        }
        if let Some(emoji) = &emoji {
            changed.emoji.clone_from(emoji);
        }
        let change = Change::CustomStatus(changed.clone());
        Ok::<_, Error>((vec![change], changed))
    })
    .await?;
    lists::one("customStatus", Some(Shown::of(&changed)))
}

/// `DELETE /custom_statuses/:id`.
pub(super) async fn destroy(
    State(services): State<Arc<Services>>,
    caller: Caller,
    id: UuidOf,
) -> Result<Json<Value>, Error> {
    let id = lists::id(id)?;
    edit(&*services.store, |catalog| {
        let found = catalog.custom_status_of(caller.account, id);
        let found = found.ok_or(Error::NotFound)?.id;
        Ok::<_, Error>((vec![Change::RemoveCustomStatus(found)], ()))
    })
    .await?;
    Ok(Json(json!({ "status": "custom status was destroyed" })))
}

/// `emoji`: empty is none.
fn emoji(form: &mut Form<'_>) -> Result<Option<Box<str>>, Noted> {
    Ok(form.text("emoji")?.map(Into::into))
}

/// What a call with the same key has made, if there was one.
fn made_before<'a>(
    catalog: &'a Catalog,
    caller: &Caller,
    id: Id,
) -> Result<Option<&'a CustomStatus>, Error> {
    let all = catalog.custom_statuses.iter();
    let mut mine = all.filter(|status| status.account == caller.account);
    match mine.find(|status| status.id == id || status.id.shares_key(id)) {
        Some(other) if other.id != id => Err(Error::KeyReused),
        found => Ok(found),
    }
}

/// A custom status. Its id has dashes, and its dates have spaces.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    id: String,
    name: String,
    emoji: String,
    created_at: String,
    updated_at: String,
}

impl Shown {
    fn of(status: &CustomStatus) -> Self {
        Self {
            id: status.id.dashed(),
            name: status.name.to_string(),
            emoji: status.emoji.to_string(),
            created_at: objects::spaced_date(status.created_at),
            updated_at: objects::spaced_date(status.updated_at),
        }
    }
}
