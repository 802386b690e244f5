//! `DELETE /messages`: what a message says is taken away here. The customer keeps their copy.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use dragoman_core::MessageId;

use super::caller::Caller;
use super::errors::Error;
use super::handlers::{Body, UuidOf};
use super::{form, parse};
use crate::services::Services;

/// `DELETE /messages/:uuid`, as the page's title has it.
pub(super) async fn by_path(
    State(services): State<Arc<Services>>,
    caller: Caller,
    uuid: UuidOf,
) -> Result<StatusCode, Error> {
    let Path(uuid) = uuid.map_err(|_| Error::NotFound)?;
    erase(&services, &caller, &uuid).await
}

/// `DELETE /messages` with `uuid` in a body, as every sample of the page has it.
pub(super) async fn by_body(
    State(services): State<Arc<Services>>,
    caller: Caller,
    Body(body): Body,
) -> Result<StatusCode, Error> {
    let object = parse::object(&body)?;
    let uuid = form::examine(&object, |form| form.required("uuid"));
    let uuid = uuid.map_err(Error::Fields)?;
    erase(&services, &caller, uuid).await
}

async fn erase(services: &Services, caller: &Caller, name: &str) -> Result<StatusCode, Error> {
    let message = match name.parse() {
        Ok(message) => message,
        Err(_) => known_as(services, caller, name).await?,
    };
    let at = services.moment();
    let was_there = services.contacts.erase(caller.account, message, at).await?;
    was_there
        .then_some(StatusCode::NO_CONTENT)
        .ok_or(Error::NotFound)
}

/// The message that a provider calls so, on any channel of the account.
async fn known_as(services: &Services, caller: &Caller, name: &str) -> Result<MessageId, Error> {
    let channels = caller.catalog.channels.iter();
    for channel in channels.filter(|channel| channel.account == caller.account) {
        if let Some(known) = services.store.by_provider_id(channel.id, name).await? {
            return Ok(known.message);
        }
    }
    Err(Error::NotFound)
}
