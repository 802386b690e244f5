//! One contact, found by uuid, by number or by user id, and taken away.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use dragoman_core::Address;
use dragoman_core::catalog::Source;
use dragoman_core::contact::{Customer, Talk};
use serde_json::{Value, json};

use super::super::caller::Caller;
use super::super::errors::Error;
use super::super::handlers::{QueryOf, UuidOf};
use super::super::params::Params;
use super::super::{parse, wire};
use super::named;
use super::shown::{Asked, Showing};
use crate::services::Services;

/// `GET /contacts/:uuid`.
pub(super) async fn by_uuid(
    State(services): State<Arc<Services>>,
    asked: Asked,
) -> Result<Json<wire::ContactAnswer>, Error> {
    asked.answer(&services)
}

/// `GET /contacts/phone/:number`: who is reached so on the channel of `channel_uuid`, where the
/// messenger may have identifiers of its own. Without that it is a number on WhatsApp, and the
/// conversation on the main channel is preferred.
pub(super) async fn by_phone(
    State(services): State<Arc<Services>>,
    caller: Caller,
    number: UuidOf,
    query: QueryOf,
) -> Result<Json<wire::ContactAnswer>, Error> {
    let params = Params::read(query);
    let showing = Showing::read(&services, &caller, &params)?;
    let named = named::channel(&params, &caller)?;
    let Path(number) = number.map_err(|_| Error::NotFound)?;
    let address = match named.map_or(Source::Whatsapp, |channel| channel.source) {
        Source::Whatsapp => phone(&number),
        other @ (Source::Facebook | Source::Instagram | Source::Telegram) => {
            parse::address(other, &number)
        }
    };
    let customer = reached_at(&services, &caller, address).await?;
    let talk = match named {
        Some(channel) => customer.on(channel.id),
        None => on_whatsapp(&customer, &caller),
    };
    Ok(showing.answer(&customer, talk.ok_or(Error::NotFound)?))
}

/// `GET /contacts/bsuid/:bsuid`.
pub(super) async fn by_bsuid(
    State(services): State<Arc<Services>>,
    caller: Caller,
    bsuid: UuidOf,
    query: QueryOf,
) -> Result<Json<wire::ContactAnswer>, Error> {
    let params = Params::read(query);
    let showing = Showing::read(&services, &caller, &params)?;
    let Path(bsuid) = bsuid.map_err(|_| Error::NotFound)?;
    let address = Address::parse(&bsuid).ok();
    let address = address.filter(|address| address.phone().is_none());
    let customer = reached_at(&services, &caller, address).await?;
    let talk = on_whatsapp(&customer, &caller);
    Ok(showing.answer(&customer, talk.ok_or(Error::NotFound)?))
}

/// `DELETE /contacts/:uuid`: the contact with all that was said.
pub(super) async fn destroy(
    State(services): State<Arc<Services>>,
    asked: Asked,
) -> Result<Json<Value>, Error> {
    let (account, contact) = (asked.caller.account, asked.contact());
    let at = services.moment();
    if !services.contacts.forget(account, contact, at).await? {
        return Err(Error::NotFound);
    }
    Ok(Json(json!({ "status": "contact was destroyed" })))
}

fn phone(number: &str) -> Option<Address> {
    let address = Address::parse(number).ok();
    address.filter(|address| address.phone().is_some())
}

/// Who has this address; what is no address reaches nobody.
async fn reached_at(
    services: &Services,
    caller: &Caller,
    address: Option<Address>,
) -> Result<Customer, Error> {
    let address = address.ok_or(Error::NotFound)?;
    let found = services.contacts.reached_at(caller.account, &address);
    found.await?.ok_or(Error::NotFound)
}

/// The conversation on the main WhatsApp channel, else the newest on another one of WhatsApp, else
/// the newest.
fn on_whatsapp<'a>(customer: &'a Customer, caller: &Caller) -> Option<&'a Talk> {
    let catalog = &caller.catalog;
    let main = catalog.main_channel(caller.account, Source::Whatsapp);
    let is_whatsapp = |talk: &&Talk| {
        let channel = catalog.channel(talk.channel);
        channel.is_some_and(|channel| channel.source == Source::Whatsapp)
    };
    main.and_then(|channel| customer.on(channel.id))
        .or_else(|| customer.talks.iter().find(is_whatsapp))
        .or_else(|| customer.talks.first())
}
