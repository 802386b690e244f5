//! `/v1/certificates`: what proves us to clients, and webhooks to us.

use axum::extract::State;
use axum::http::header::{ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use dragoman_core::ports::edit;

use crate::whatsapp_onprem::Onprem;
use crate::whatsapp_onprem::caller::{Admin, ThisChannel};
use crate::whatsapp_onprem::codes::INVALID;
use crate::whatsapp_onprem::pem;
use crate::whatsapp_onprem::render::{Fault, done};
use crate::whatsapp_onprem::settings::changing;
use crate::whatsapp_onprem::wire::Body;

/// The listener's certificate comes with the configuration, and its key never over the network.
pub(in crate::whatsapp_onprem) async fn replace_own(_: Admin) -> Result<Response, Fault> {
    Err(Fault::refused(
        "The operator sets the certificate, in the configuration of the listener.",
    ))
}

/// What the listener's certificate is signed by.
pub(in crate::whatsapp_onprem) async fn own_ca(
    State(house): State<Onprem>,
    _: Admin,
) -> Result<Response, Fault> {
    let ca = house.services.listener_ca.as_deref();
    let ca = ca.ok_or_else(|| Fault::not_found("No CA certificate found"))?;
    Ok(file(ca, "public"))
}

/// What the webhook's certificate must be signed by.
pub(in crate::whatsapp_onprem) async fn webhook_ca(
    State(house): State<Onprem>,
    admin: Admin,
) -> Result<Response, Fault> {
    let catalog = house.services.store.catalog();
    let ca = changing::webhook_ca(&catalog, admin.channel);
    let ca = ca.ok_or_else(|| Fault::not_found("No webhook CA certificates found"))?;
    Ok(file(ca, "no-cache, private"))
}

/// From now on the webhook's certificate must be signed by one of these.
pub(in crate::whatsapp_onprem) async fn set_webhook_ca(
    State(house): State<Onprem>,
    admin: Admin,
    body: Body,
) -> Result<Response, Fault> {
    let sent = body.text()?;
    let certificates = pem::blocks(sent, "CERTIFICATE")
        .ok_or_else(|| Fault::of_request(INVALID, "The body must be certificates in PEM."))?;
    trust(&house, admin.channel, Some(&certificates)).await
}

/// From now on the public certificates count again.
pub(in crate::whatsapp_onprem) async fn remove_webhook_ca(
    State(house): State<Onprem>,
    admin: Admin,
) -> Result<Response, Fault> {
    trust(&house, admin.channel, None).await
}

async fn trust(house: &Onprem, channel: ThisChannel, ca: Option<&str>) -> Result<Response, Fault> {
    edit(&*house.services.store, |catalog| {
        let changes = changing::trusting(catalog, channel, ca);
        Ok::<_, Fault>((changes, ()))
    })
    .await?;
    Ok(done())
}

fn file(pem: &str, cached: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/plain;charset=UTF-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"ca.pem\""),
        (CACHE_CONTROL, cached),
        (ACCEPT_RANGES, "none"),
    ];
    (headers, pem.to_owned()).into_response()
}
