//! `/v1/contacts/{wa_id}/identity`: whether a customer is still who they were.
//!
//! The provider tells of the keys of a customer's device beside their messages, when its own check
//! is switched on; it cannot be asked. Of whom it has told nothing, the identity is one that never
//! changes and that nobody has to acknowledge.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dragoman_core::Address;
use dragoman_core::contact::{Contact, CustomerChange};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::keys;
use crate::whatsapp_onprem::caller::{Caller, ThisChannel};
use crate::whatsapp_onprem::fields::Fields;
use crate::whatsapp_onprem::render::{Fault, answer, done};
use crate::whatsapp_onprem::settings::changing;
use crate::whatsapp_onprem::wire::Body;
use crate::whatsapp_onprem::{Onprem, codes};

/// The customer that a path names.
#[derive(Deserialize)]
pub(in crate::whatsapp_onprem) struct Named {
    wa_id: String,
}

/// Shows the identity.
pub(in crate::whatsapp_onprem) async fn show(
    State(house): State<Onprem>,
    Path(named): Path<Named>,
    caller: Caller,
) -> Result<Response, Fault> {
    let contact = known(&house, &caller, &named).await?;
    let body = json!({ "contacts": identity(&contact) });
    Ok(answer(StatusCode::OK, body))
}

/// Acknowledges the identity, if it is the one that was shown.
pub(in crate::whatsapp_onprem) async fn acknowledge(
    State(house): State<Onprem>,
    Path(named): Path<Named>,
    caller: Caller,
    body: Body,
) -> Result<Response, Fault> {
    let body = body.object_or_nothing()?;
    let given = Fields::root(&body).required_text("hash")?;
    let contact = known(&house, &caller, &named).await?;
    let newest = identity(&contact);
    if newest["hash"] != given {
        return Err(Fault::invalid("hash", "is not that of the newest identity"));
    }
    if newest["acknowledged"] == false {
        let changes = vec![CustomerChange::Acknowledged(given.into())];
        let (services, account) = (&house.services, caller.channel.account);
        let at = services.moment();
        let contacts = &services.contacts;
        let changing = contacts.change_customer(account, contact.id, None, changes, at);
        let unknown = || Fault::not_found("unknown contact");
        changing.await?.ok_or_else(unknown)?;
    }
    Ok(done())
}

/// Refuses to write to somebody who may be somebody else by now, if the client wants to be asked.
///
/// # Errors
/// 1028, or the store is unwell.
pub(in crate::whatsapp_onprem) async fn check(
    house: &Onprem,
    channel: ThisChannel,
    to: &Address,
) -> Result<(), Fault> {
    let services = &house.services;
    let application = changing::current(&services.store.catalog(), channel);
    if !application.hears_of_identities() {
        return Ok(());
    }
    let customer = services.contacts.reached_at(channel.account, to).await?;
    match customer.filter(|customer| keys::are_doubtful(&customer.contact)) {
        Some(_) => Err(Fault::of_request(
            codes::IDENTITY_CHANGED,
            "acknowledge the new identity at contacts/{wa_id}/identity",
        )),
        None => Ok(()),
    }
}

/// As it is shown.
fn identity(contact: &Contact) -> Value {
    let created = contact.created_at.millis();
    let mut identity = keys::of(contact).unwrap_or_else(
        || json!({ "hash": hash(contact), "acknowledged": true, "created_timestamp": created }),
    );
    if identity.get("created_timestamp").is_none() {
        identity["created_timestamp"] = created.into();
    }
    identity
}

async fn known(house: &Onprem, caller: &Caller, named: &Named) -> Result<Arc<Contact>, Fault> {
    let unknown = || Fault::not_found("unknown contact");
    let address = Address::parse(&named.wa_id).map_err(|_| unknown())?;
    let contacts = &house.services.contacts;
    let customer = contacts
        .reached_at(caller.channel.account, &address)
        .await?;
    Ok(customer.ok_or_else(unknown)?.contact)
}

/// Eight bytes, as long as the original's.
fn hash(contact: &Contact) -> String {
    let digest = Sha256::digest(contact.id.as_u128().to_be_bytes());
    STANDARD.encode(&digest[..8])
}
