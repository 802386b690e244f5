//! The calls about templates.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use dragoman_core::catalog::{Catalog, Change};
use dragoman_core::ports::edit;
use dragoman_core::template::Template;
use dragoman_core::{Id, Tenant};
use serde_json::{Value, json};

use super::caller::Caller;
use super::errors::Error;
use super::handlers::{Body, QueryOf, UuidOf};
use super::params::Params;
use super::{form, lists, objects};
use crate::services::Services;

/// `GET /templates`: whatever their approval.
pub(super) async fn list(caller: Caller, query: QueryOf) -> Result<Json<Value>, Error> {
    let mut all: Vec<_> = caller.catalog.templates.iter().collect();
    all.retain(|template| template.account == caller.account);
    all.sort_by_key(|template| (template.created_at, template.id));
    lists::page("templates", &all, &Params::read(query), |one| {
        objects::template(one)
    })
}

/// `GET /templates/:uuid`.
pub(super) async fn get(caller: Caller, uuid: UuidOf) -> Result<Json<Value>, Error> {
    let found = find(&caller.catalog, caller.account, lists::id(uuid)?);
    lists::one("template", found.map(objects::template))
}

/// `PATCH /templates/:uuid`: what people call it. The answer has it under both names that the
/// documents use.
pub(super) async fn rename(
    State(services): State<Arc<Services>>,
    caller: Caller,
    uuid: UuidOf,
    Body(body): Body,
) -> Result<Json<Value>, Error> {
    let id = lists::id(uuid)?;
    let title = form::only_name("title", &body)?;
    let renamed = edit(&*services.store, |catalog| {
        let found = find(catalog, caller.account, id).ok_or(Error::NotFound)?;
        let renamed = Template {
            title: title.clone(),
            ..found.clone()
        };
        let change = Change::Template(renamed.clone());
        Ok::<_, Error>((vec![change], renamed))
    })
    .await?;
    let shown = objects::template(&renamed);
    Ok(Json(json!({ "template": shown, "templates": shown })))
}

/// A template of the account. The uuid of a family names its first.
fn find(catalog: &Catalog, account: Tenant, id: Id) -> Option<&Template> {
    let mine = || {
        let all = catalog.templates.iter();
        all.filter(|template| template.account == account)
    };
    let exact = mine().find(|template| template.id == id);
    exact.or_else(|| mine().find(|template| template.answers_to(id)))
}
