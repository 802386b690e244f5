//! The calls about what a collaborator shows.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use dragoman_core::catalog::{Catalog, Change, User};
use dragoman_core::ports::edit;
use dragoman_core::{Id, Timestamp};
use serde_json::{Value, json};

use super::caller::Caller;
use super::errors::Error;
use super::form::{Form, Noted};
use super::handlers::{Body, UuidOf};
use super::params::wrong;
use super::{form, lists, objects, parse};
use crate::services::Services;

/// `PUT /users/:uuid/status`: whether they are available, and what they say about it. What is not
/// given stays as it is.
pub(super) async fn show(
    State(services): State<Arc<Services>>,
    caller: Caller,
    uuid: UuidOf,
    Body(body): Body,
) -> Result<Json<Value>, Error> {
    let id = lists::id(uuid)?;
    let wish = form::examine(&parse::object(&body)?, Wish::read).map_err(Error::Fields)?;
    let shown = edit(&*services.store, |catalog| {
        let user = find(catalog, &caller, id)?;
        if let Some(Some(status)) = wish.status
            && catalog.custom_status_of(caller.account, status).is_none()
        {
            return Err(wrong("custom_status_uuid", "not found"));
        }
        let changed = wish.granted(user, services.clock.now());
        let answer = shown(&changed, catalog);
        Ok((changes(user, changed), answer))
    })
    .await?;
    Ok(Json(json!({ "user_status": shown })))
}

/// `DELETE /users/:uuid/status`: they say nothing about it any more. Answered with nothing.
pub(super) async fn clear(
    State(services): State<Arc<Services>>,
    caller: Caller,
    uuid: UuidOf,
) -> Result<StatusCode, Error> {
    let id = lists::id(uuid)?;
    edit(&*services.store, |catalog| {
        let user = find(catalog, &caller, id)?;
        let changed = User {
            status: None,
            ..user.clone()
        };
        Ok::<_, Error>((changes(user, changed), ()))
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a program wants a collaborator to show.
struct Wish {
    available: Option<bool>,
    /// `Some(None)` takes it away.
    status: Option<Option<Id>>,
}

impl Wish {
    fn read(form: &mut Form<'_>) -> Result<Self, Noted> {
        let (available, status) = (form.flag("available"), status(form));
        Ok(Self {
            available: available?,
            status: status?,
        })
    }

    /// The collaborator as they are then. Since when something is so does not change where it was
    /// so already.
    fn granted(&self, user: &User, now: Timestamp) -> User {
        let mut user = user.clone();
        if let Some(available) = self.available
            && available != user.available
        {
            (user.available, user.available_at) = (available, now);
        }
        if let Some(status) = self.status
            && status != user.status.map(|(id, _)| id)
        {
            user.status = status.map(|id| (id, now));
        }
        user
    }
}

/// `custom_status_uuid`: here `null` says something.
fn status(form: &mut Form<'_>) -> Result<Option<Option<Id>>, Noted> {
    const FIELD: &str = "custom_status_uuid";
    if form.is_null(FIELD) {
        return Ok(Some(None));
    }
    let Some(uuid) = form.name(FIELD)? else {
        return Ok(None);
    };
    let id = uuid.parse().map_err(|_| form.note(FIELD, "not found"))?;
    Ok(Some(Some(id)))
}

fn find<'a>(catalog: &'a Catalog, caller: &Caller, id: Id) -> Result<&'a User, Error> {
    catalog.user_of(caller.account, id).ok_or(Error::NotFound)
}

/// Nothing where nothing is new, so that nobody is told.
fn changes(before: &User, after: User) -> Vec<Change> {
    if *before == after {
        return Vec::new();
    }
    vec![Change::User(after)]
}

/// This answer is in snake case, and its dates have milliseconds and an offset.
fn shown(user: &User, catalog: &Catalog) -> Value {
    let status = user.status.and_then(|(id, since)| {
        let status = catalog.custom_status_of(user.tenant(), id)?;
        Some(json!({
            "id": id.dashed(),
            "name": status.name,
            "last_updated_at": objects::date_with_offset(since),
        }))
    });
    json!({
        "custom_status": status,
        "appearance": {
            "available": user.available,
            "last_updated_at": objects::date_with_offset(user.available_at),
        },
    })
}
