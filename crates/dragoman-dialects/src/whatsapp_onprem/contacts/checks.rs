//! `POST /v1/contacts`: which customers can be written to.
//!
//! WhatsApp tells nobody any more who uses it, and the original's last versions called every
//! number valid. What is told here is how a number is written, as far as it is known.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use dragoman_core::news::Notice;
use dragoman_core::{Address, Raw};
use serde_json::{Map, Value, json};

use crate::whatsapp_onprem::Onprem;
use crate::whatsapp_onprem::caller::{Caller, ThisChannel};
use crate::whatsapp_onprem::fields::Fields;
use crate::whatsapp_onprem::limits::CHECKS;
use crate::whatsapp_onprem::render::{Fault, answer};
use crate::whatsapp_onprem::wire::Body;

/// Answers for every number, in the order of the question.
pub(in crate::whatsapp_onprem) async fn check(
    State(house): State<Onprem>,
    caller: Caller,
    body: Body,
) -> Result<Response, Fault> {
    let question = Question::read(&body.object()?)?;
    let mut contacts = Vec::new();
    for input in &question.inputs {
        contacts.push(checked(&house, caller.channel, input).await?);
    }
    let contacts = json!({ "contacts": contacts });
    if question.waits == Waits::ForWebhook {
        announce(&house, caller.channel, &contacts).await?;
    }
    Ok(answer(StatusCode::OK, contacts))
}

/// Where a client looks for the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waits {
    ForAnswer,
    /// Everything is in the answer all the same: nothing takes so long here.
    ForWebhook,
}

struct Question {
    /// Numbers as the client wrote them.
    inputs: Vec<String>,
    waits: Waits,
}

impl Question {
    fn read(body: &Map<String, Value>) -> Result<Self, Fault> {
        let fields = Fields::root(body);
        fields.plain()?;
        let waits = match fields.text("blocking")? {
            Some("wait") => Waits::ForAnswer,
            None | Some("no_wait" | "") => Waits::ForWebhook,
            Some(_) => return Err(Fault::invalid("blocking", "must be wait or no_wait")),
        };
        fields.flag("force_check")?;
        let inputs = match fields.get("contacts") {
            None => return Err(Fault::missing("contacts")),
            Some(Value::Array(list)) => list,
            Some(_) => return Err(Fault::invalid("contacts", "must be an array")),
        };
        CHECKS.check(inputs.len())?;
        let words = inputs.iter().enumerate().map(|(n, input)| match input {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err(
                Fault::invalid(&format!("contacts[{n}]"), "must be a string"),
            ),
        });
        Ok(Self {
            inputs: words.collect::<Result<_, _>>()?,
            waits,
        })
    }
}

async fn checked(house: &Onprem, channel: ThisChannel, input: &str) -> Result<Value, Fault> {
    Ok(match wa_id(house, channel, input).await? {
        Some(wa_id) => json!({ "input": input, "status": "valid", "wa_id": wa_id }),
        None => json!({ "input": input, "status": "invalid" }),
    })
}

/// The id to write to: of a known customer their own, which may differ from the number that was
/// dialled, of others the digits. `None` when there are no digits.
async fn wa_id(house: &Onprem, channel: ThisChannel, input: &str) -> Result<Option<String>, Fault> {
    let Ok(address) = Address::parse(input) else {
        let digits: String = input.chars().filter(char::is_ascii_digit).collect();
        return Ok((!digits.is_empty()).then_some(digits));
    };
    let contacts = &house.services.contacts;
    let customer = contacts.reached_at(channel.account, &address).await?;
    let known = customer.as_ref().and_then(|known| known.contact.phone());
    Ok(Some(known.unwrap_or(address.value()).to_owned()))
}

/// Tells the channel's subscribers, when there are any.
async fn announce(house: &Onprem, channel: ThisChannel, contacts: &Value) -> Result<(), Fault> {
    const FORMAT: &str = "onprem";
    let services = &house.services;
    let catalog = services.store.catalog();
    let mut subscriptions = catalog.subscriptions.iter();
    let is_heard = subscriptions.any(|one| {
        let of_channel = one.channel.is_none_or(|own| own == channel.id);
        one.enabled && one.account == channel.account && of_channel && &*one.format == FORMAT
    });
    if !is_heard {
        return Ok(());
    }
    let notice = Notice {
        channel: channel.id,
        format: FORMAT.into(),
        body: Raw::new(contacts.to_string()),
    };
    let now = services.clock.now();
    Ok(services.store.notify(channel.account, notice, now).await?)
}
