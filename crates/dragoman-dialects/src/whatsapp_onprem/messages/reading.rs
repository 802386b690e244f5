//! `PUT /v1/messages/{id}`: the customer is shown that their message was read.

use axum::extract::{Path, State};
use axum::response::Response;
use dragoman_core::message::Author;
use dragoman_core::outcome::Failure;
use serde::Deserialize;

use super::parse::is_read;
use crate::whatsapp_onprem::caller::{Caller, ThisChannel};
use crate::whatsapp_onprem::fields::Fields;
use crate::whatsapp_onprem::render::{Fault, done};
use crate::whatsapp_onprem::wire::Body;
use crate::whatsapp_onprem::{Onprem, codes, ids};

/// The message that a path names.
#[derive(Deserialize)]
pub(in crate::whatsapp_onprem) struct Named {
    id: String,
}

/// Marks a customer's message as read.
pub(in crate::whatsapp_onprem) async fn change(
    State(house): State<Onprem>,
    Path(named): Path<Named>,
    caller: Caller,
    body: Body,
) -> Result<Response, Fault> {
    is_read(&Fields::root(&body.object_or_nothing()?))?;
    mark(&house, caller.channel, &named.id).await
}

/// Marks the message with this id as read, and with it all before it.
///
/// # Errors
/// 1006 when no customer has sent it, 1009 on a messenger that shows no such thing, 1014 or 1016
/// when the provider does not do it.
pub(in crate::whatsapp_onprem) async fn mark(
    house: &Onprem,
    channel: ThisChannel,
    id: &str,
) -> Result<Response, Fault> {
    let message = provider_id(house, channel, id).await?;
    let services = &house.services;
    let catalog = services.store.catalog();
    let channel = catalog.channel(channel.id).ok_or_else(Fault::no_channel)?;
    let Some(provider) = services.provider(channel) else {
        let details = "this messenger does not show what was read";
        return Err(Fault::of_request(codes::INVALID, details));
    };
    match provider.mark_read(&*services.http, channel, &message).await {
        Ok(()) => Ok(done()),
        Err(failure) => Err(trouble(&failure)),
    }
}

/// The provider's id of a customer's message that has this id here.
async fn provider_id(house: &Onprem, channel: ThisChannel, id: &str) -> Result<Box<str>, Fault> {
    let store = &house.services.store;
    let Some(message) = ids::message_id(id) else {
        let known = store.by_provider_id(channel.id, id).await?;
        return match known.map(|known| known.author) {
            Some(Author::Customer) => Ok(id.into()),
            Some(Author::Business) | None => Err(unknown()),
        };
    };
    let stored = store.message(channel.account, message).await?;
    let stored = stored.filter(|stored| stored.channel == channel.id);
    let inbound = stored.as_ref().and_then(|stored| stored.inbound());
    inbound
        .map(|inbound| inbound.provider_id.clone())
        .ok_or_else(unknown)
}

fn unknown() -> Fault {
    Fault::not_found("There is no such message of a customer.")
}

/// What a client hears when the provider did not do it.
fn trouble(failure: &Failure) -> Fault {
    tracing::warn!(code = failure.code, "a message was not marked as read");
    match codes::from_cloud(failure.code) {
        // The provider has forgotten it.
        Some(codes::INVALID) => unknown(),
        // Nobody answered, or we ask too often.
        Some(codes::THROTTLED) => Fault::unavailable(),
        None if failure.code == 0 => Fault::unavailable(),
        Some(_) | None => Fault::internal(failure.title.to_string()),
    }
}
