//! `PATCH /contacts/:uuid`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use dragoman_core::contact::CustomerChange;

use super::super::caller::Caller;
use super::super::errors::Error;
use super::super::form::{self, Form, Noted};
use super::super::handlers::Body;
use super::super::{parse, wire};
use super::changes;
use super::shown::Asked;
use crate::services::Services;

/// `PATCH /contacts/:uuid`: what the body names is changed, everything else stays.
pub(super) async fn patch(
    State(services): State<Arc<Services>>,
    asked: Asked,
    Body(body): Body,
) -> Result<Json<wire::ContactAnswer>, Error> {
    let object = parse::object(&body)?;
    let changes = form::examine(&object, |form| read(form, &asked.caller));
    let changes = changes.map_err(Error::Fields)?;
    asked.change(&services, changes).await?.answer(&services)
}

fn read(form: &mut Form<'_>, caller: &Caller) -> Result<Vec<CustomerChange>, Noted> {
    let name = changes::name(form);
    let changes = changes::read(form, caller);
    let unassign = unassign(form);
    let mut all = changes?;
    all.extend(unassign?);
    all.extend(name?);
    Ok(all)
}

/// `unassign_user`: `true` takes the collaborator away.
fn unassign(form: &mut Form<'_>) -> Result<Option<CustomerChange>, Noted> {
    const FIELD: &str = "unassign_user";
    let is_wanted = form.flag(FIELD)?.unwrap_or(false);
    if is_wanted && form.value("assigned_user").is_some() {
        return Err(form.note(FIELD, "must not be true beside assigned_user"));
    }
    Ok(is_wanted.then_some(CustomerChange::User(None)))
}
