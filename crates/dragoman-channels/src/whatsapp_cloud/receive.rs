//! A webhook's body → reports, per sender. Nothing here does IO.

use dragoman_core::inbound::Report;
use dragoman_core::ports::{Incoming, ReceiveError};
use serde_json::value::RawValue;

use super::{message, status, wire};

/// Reads a body whose signature has been checked. What is not understood is left out, so that one
/// malformed part does not block the others; fields other than `messages` say nothing to us.
///
/// # Errors
/// [`ReceiveError::Malformed`] when the body is no JSON object.
pub(super) fn read(body: &[u8]) -> Result<Vec<Incoming>, ReceiveError> {
    let webhook = webhook(body).map_err(|why| ReceiveError::Malformed(why.into()))?;
    let mut incoming = Vec::new();
    for entry in wire::parts(webhook.entry) {
        let changes = wire::part::<wire::Entry<'_>>(Some(entry)).and_then(|entry| entry.changes);
        for change in wire::parts(changes) {
            read_change(change, &mut incoming);
        }
    }
    Ok(incoming)
}

fn webhook(body: &[u8]) -> Result<wire::Webhook<'_>, &'static str> {
    let text = std::str::from_utf8(body).map_err(|_| "no UTF-8")?;
    if !text.trim_start().starts_with('{') {
        return Err("no JSON object");
    }
    serde_json::from_str(text).map_err(|_| "no JSON")
}

fn read_change(change: &RawValue, incoming: &mut Vec<Incoming>) {
    let Some(change) = wire::part::<wire::Change<'_>>(Some(change)) else {
        return;
    };
    if &*change.field != "messages" {
        return;
    }
    let Some(value) = wire::part::<wire::Value<'_>>(Some(change.value)) else {
        return;
    };
    let Some(metadata) = wire::part::<wire::Metadata>(Some(value.metadata)) else {
        return;
    };
    let reports = reports(&value);
    if !reports.is_empty() {
        of_sender(incoming, metadata.phone_number_id).extend(reports);
    }
}

fn reports(value: &wire::Value<'_>) -> Vec<Report> {
    let contacts = wire::parts(value.contacts);
    let messages = wire::parts(value.messages);
    let statuses = wire::parts(value.statuses);
    let inbound = messages
        .iter()
        .filter_map(|raw| message::read(raw, &contacts, messages.len() == 1))
        .map(Report::Inbound);
    let updates = statuses
        .iter()
        .filter_map(|raw| status::read(raw, value.metadata, &contacts, statuses.len() == 1))
        .map(Report::Status);
    inbound.chain(updates).collect()
}

/// The reports of one sender, whose changes may be spread over the body.
fn of_sender(incoming: &mut Vec<Incoming>, provider_id: Box<str>) -> &mut Vec<Report> {
    let known = incoming
        .iter()
        .position(|one| one.provider_id == provider_id);
    let index = known.unwrap_or_else(|| {
        incoming.push(Incoming {
            provider_id,
            reports: Vec::new(),
        });
        incoming.len() - 1
    });
    &mut incoming[index].reports
}
