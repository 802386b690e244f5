//! `/v1/contacts/{wa_id}/identity`: whether a customer is still who they were.
//!
//! The provider checks that itself today, and we are told of no keys: the identity of a customer
//! whom we know is one that never changes and that nobody has to acknowledge.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dragoman_core::Address;
use dragoman_core::contact::Contact;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::whatsapp_onprem::Onprem;
use crate::whatsapp_onprem::caller::Caller;
use crate::whatsapp_onprem::fields::Fields;
use crate::whatsapp_onprem::render::{Fault, answer, done};
use crate::whatsapp_onprem::wire::Body;

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
    let identity = json!({
        "hash": hash(&contact),
        "created_timestamp": contact.created_at.millis(),
        "acknowledged": true,
    });
    Ok(answer(StatusCode::OK, json!({ "contacts": identity })))
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
    if given != hash(&contact) {
        return Err(Fault::invalid("hash", "is not that of the newest identity"));
    }
    Ok(done())
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
