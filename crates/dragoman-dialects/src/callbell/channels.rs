//! The calls about channels.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use dragoman_core::catalog::{Change, Channel};
use dragoman_core::ports::edit;
use serde_json::Value;

use super::caller::Caller;
use super::errors::Error;
use super::handlers::{Body, QueryOf, UuidOf};
use super::params::Params;
use super::{form, lists, objects};
use crate::services::Services;

/// `GET /channels`, optionally only of one `type`, or only those that are `active`.
pub(super) async fn list(caller: Caller, query: QueryOf) -> Result<Json<Value>, Error> {
    let params = Params::read(query);
    let (kind, active) = (params.text("type"), params.flag("active")?);
    let mut all: Vec<_> = caller.catalog.channels.iter().collect();
    all.retain(|channel| {
        channel.account == caller.account
            && kind.is_none_or(|kind| kind == channel.source.word())
            && active.is_none_or(|active| active == channel.enabled)
    });
    all.sort_by_key(|channel| (channel.created_at, channel.id));
    lists::page("channels", &all, &params, |one| objects::channel(one))
}

/// `GET /channels/:uuid`.
pub(super) async fn get(caller: Caller, uuid: UuidOf) -> Result<Json<Value>, Error> {
    let found = caller.catalog.channel_of(caller.account, lists::id(uuid)?);
    lists::one("channel", found.map(objects::channel))
}

/// `PATCH /channels/:uuid`: what people call it.
pub(super) async fn rename(
    State(services): State<Arc<Services>>,
    caller: Caller,
    uuid: UuidOf,
    Body(body): Body,
) -> Result<Json<Value>, Error> {
    let id = lists::id(uuid)?;
    let title = form::only_name("title", &body)?;
    let renamed = edit(&*services.store, |catalog| {
        let found = catalog.channel_of(caller.account, id);
        let renamed = Channel {
            title: title.clone(),
            ..found.ok_or(Error::NotFound)?.clone()
        };
        let change = Change::Channel(renamed.clone());
        Ok::<_, Error>((vec![change], renamed))
    })
    .await?;
    lists::one("channel", Some(objects::channel(&renamed)))
}
