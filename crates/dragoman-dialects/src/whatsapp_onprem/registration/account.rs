//! `/v1/account`: a number is registered for the Cloud API, step by step as it once was for the
//! client.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use dragoman_core::Secret;
use dragoman_core::ports::{CodeBy, Registrar};
use serde_json::{Value, json};

use crate::whatsapp_onprem::Onprem;
use crate::whatsapp_onprem::caller::Admin;
use crate::whatsapp_onprem::fields::{Fields, whole};
use crate::whatsapp_onprem::lately::Registration;
use crate::whatsapp_onprem::line::Line;
use crate::whatsapp_onprem::render::{Fault, answer};
use crate::whatsapp_onprem::wire::Body;

/// The word of a number that can send.
pub(in crate::whatsapp_onprem) const CONNECTED: &str = "CONNECTED";

/// Into how many parts a client could be divided.
const SHARDS: [i64; 6] = [1, 2, 4, 8, 16, 32];

/// Has a code sent to the number, unless it is registered already.
pub(in crate::whatsapp_onprem) async fn begin(
    State(house): State<Onprem>,
    admin: Admin,
    body: Body,
) -> Result<Response, Fault> {
    let object = body.object()?;
    let fields = Fields::root(&object);
    let number = number(&fields)?;
    let by = code_by(&fields.required_word("method")?)?;
    // Cloud knows the verified name without its certificate.
    fields.required_word("cert")?;
    let pin = pin(&fields)?;
    let line = Line::of(&house, admin.channel)?;
    let Some(registrar) = line.registrar() else {
        own(&line, None, &number)?;
        return Ok(answer(StatusCode::CREATED, Value::Null));
    };
    let sender = line.sender().await?;
    own(&line, sender.phone.as_deref(), &number)?;
    if sender.status.as_deref() == Some(CONNECTED) {
        return Ok(answer(StatusCode::CREATED, Value::Null));
    }
    let now = house.services.clock.monotonic();
    let known = house.lately.registration(admin.channel.id, now);
    // The code was right, and the PIN was not: another PIN is all that is needed.
    if let (true, Some(pin)) = (known.verified, &pin) {
        return register(&house, &line, registrar, pin).await;
    }
    registrar
        .request_code(line.http(), &line.channel, by)
        .await?;
    let begun = Registration { pin, ..known };
    house.lately.keep_registration(admin.channel.id, begun, now);
    let account = json!({ "vname": sender.name.unwrap_or_default() });
    Ok(answer(
        StatusCode::ACCEPTED,
        json!({ "account": [account] }),
    ))
}

/// Shows the code, and registers the number with the PIN that came with the first call.
pub(in crate::whatsapp_onprem) async fn verify(
    State(house): State<Onprem>,
    admin: Admin,
    body: Body,
) -> Result<Response, Fault> {
    let object = body.object()?;
    let written = Fields::root(&object).required_word("code")?;
    let code: String = written
        .chars()
        .filter(|c| !matches!(c, '-' | ' '))
        .collect();
    if !is_digits(&code) {
        return Err(Fault::invalid("code", "must be digits, such as 123-456"));
    }
    let line = Line::of(&house, admin.channel)?;
    let registrar = line
        .registrar()
        .ok_or_else(|| Fault::refused("No code was asked for: there is nothing to register."))?;
    let now = house.services.clock.monotonic();
    let known = house.lately.registration(admin.channel.id, now);
    // Asked for first, as a code works only once.
    let pin = known.pin.ok_or_else(|| {
        Fault::refused(
            "The pin is missing: call account again with the pin of six digits that the Cloud API \
             registers the number with.",
        )
    })?;
    if !known.verified {
        registrar
            .verify_code(line.http(), &line.channel, &code)
            .await?;
        let verified = Registration {
            pin: Some(pin.clone()),
            verified: true,
        };
        house
            .lately
            .keep_registration(admin.channel.id, verified, now);
    }
    register(&house, &line, registrar, &pin).await
}

async fn register(
    house: &Onprem,
    line: &Line,
    registrar: &dyn Registrar,
    pin: &Secret,
) -> Result<Response, Fault> {
    registrar
        .register(line.http(), &line.channel, pin.reveal(), None)
        .await?;
    house.lately.end_registration(line.channel.id);
    Ok(answer(StatusCode::CREATED, Value::Null))
}

/// Checked and then left alone: nothing here is divided.
pub(in crate::whatsapp_onprem) async fn shard(
    State(house): State<Onprem>,
    admin: Admin,
    body: Body,
) -> Result<Response, Fault> {
    let object = body.object()?;
    let fields = Fields::root(&object);
    let number = number(&fields)?;
    let shards = fields
        .get("shards")
        .ok_or_else(|| Fault::missing("shards"))?;
    if !whole(shards).is_some_and(|shards| SHARDS.contains(&shards)) {
        return Err(Fault::invalid("shards", "must be 1, 2, 4, 8, 16 or 32"));
    }
    pin(&fields)?;
    own(&Line::of(&house, admin.channel)?, None, &number)?;
    Ok(answer(StatusCode::CREATED, Value::Null))
}

/// Six digits, when they were given; empty counts as absent.
///
/// # Errors
/// 1009.
pub(in crate::whatsapp_onprem) fn pin(fields: &Fields<'_>) -> Result<Option<Secret>, Fault> {
    match fields.word("pin")? {
        Some(pin) if pin.len() == 6 && is_digits(&pin) => Ok(Some(Secret::new(&*pin))),
        Some(pin) if !pin.is_empty() => Err(Fault::invalid("pin", "must be six digits")),
        Some(_) | None => Ok(None),
    }
}

fn number(fields: &Fields<'_>) -> Result<String, Fault> {
    let part = |key: &str| {
        let written = fields.required_word(key)?;
        if is_digits(&written) {
            Ok(written)
        } else {
            Err(Fault::invalid(key, "must be digits"))
        }
    };
    Ok(format!("{}{}", part("cc")?, part("phone_number")?))
}

fn code_by(method: &str) -> Result<CodeBy, Fault> {
    match method.to_ascii_lowercase().as_str() {
        "sms" => Ok(CodeBy::Sms),
        "voice" => Ok(CodeBy::Voice),
        _ => Err(Fault::invalid("method", "must be sms or voice")),
    }
}

/// Refuses a number that is known to be another than the channel's.
fn own(line: &Line, told: Option<&str>, number: &str) -> Result<(), Fault> {
    match told.or(line.channel.phone.as_deref()) {
        Some(own) if own != number => Err(Fault::refused(
            "This is not the number of this channel, which has its number from its configuration.",
        )),
        Some(_) | None => Ok(()),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
