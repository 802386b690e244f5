//! The number's PIN and the key for flows, which the provider keeps.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::account;
use crate::whatsapp_onprem::Onprem;
use crate::whatsapp_onprem::caller::Admin;
use crate::whatsapp_onprem::fields::Fields;
use crate::whatsapp_onprem::line::Line;
use crate::whatsapp_onprem::pem;
use crate::whatsapp_onprem::render::{Fault, done};
use crate::whatsapp_onprem::wire::Body;

const PUBLIC_KEY: &str = "public_key";

/// Sets the PIN, or another one.
pub(in crate::whatsapp_onprem) async fn set_pin(
    State(house): State<Onprem>,
    admin: Admin,
    body: Body,
) -> Result<Response, Fault> {
    let object = body.object()?;
    let pin = account::pin(&Fields::root(&object))?.ok_or_else(|| Fault::missing("pin"))?;
    let line = Line::of(&house, admin.channel)?;
    let registrar = line.registrar().ok_or_else(not_offered)?;
    registrar
        .set_pin(line.http(), &line.channel, pin.reveal())
        .await?;
    Ok(done())
}

/// A PIN cannot be taken away over the Cloud API: only people can, in Meta's own pages.
pub(in crate::whatsapp_onprem) async fn remove_pin(_: Admin) -> Result<Response, Fault> {
    Err(Fault::refused(
        "The Cloud API cannot switch two-step verification off; WhatsApp Manager can.",
    ))
}

/// Sets the public key by which flows are encrypted: as JSON, or as a form.
pub(in crate::whatsapp_onprem) async fn set_key(
    State(house): State<Onprem>,
    admin: Admin,
    body: Body,
) -> Result<Response, Fault> {
    let object = read(&body)?;
    let key = Fields::root(&object).required_text(PUBLIC_KEY)?;
    let key = pem::blocks(key, "PUBLIC KEY")
        .ok_or_else(|| Fault::invalid(PUBLIC_KEY, "must be an RSA public key in PEM"))?;
    let line = Line::of(&house, admin.channel)?;
    let registrar = line.registrar().ok_or_else(not_offered)?;
    registrar
        .set_encryption_key(line.http(), &line.channel, &key)
        .await?;
    Ok(done())
}

/// What the body is, whatever it says it is.
fn read(body: &Body) -> Result<Map<String, Value>, Fault> {
    let text = body.0.trim_ascii_start();
    if text.starts_with(b"{") {
        return body.object();
    }
    let fields = form_urlencoded::parse(text);
    Ok(fields
        .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())))
        .collect())
}

fn not_offered() -> Fault {
    Fault::refused("This channel's provider does not offer this.")
}
