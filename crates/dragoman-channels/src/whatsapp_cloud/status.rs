//! One status → what became of a message.

use dragoman_core::inbound::{Status, StatusKind};
use dragoman_core::outcome::Failure;
use dragoman_core::{Raw, Timestamp};
use serde_json::value::RawValue;

use super::receive::Odd;
use super::wire;
use crate::graph::GraphError;

/// Reads one status. `alone` means that it came without others, so that the contacts beside it are
/// its own.
///
/// # Errors
/// What it lacks, or that it says something that we do not know.
pub(super) fn read(
    raw: &RawValue,
    metadata: &RawValue,
    contacts: &[&RawValue],
    alone: bool,
) -> Result<Status, Odd> {
    let status: wire::Status = wire::part(Some(raw)).ok_or("a status of another shape")?;
    let provider_id = wire::filled(status.id.as_deref()).ok_or("a status without id")?;
    let seconds = status.timestamp.ok_or("a status without time")?;
    let kind = kind(&status).ok_or("a status of an unknown kind")?;
    let own = |contact: &&&RawValue| alone || is_of(&status, contact);
    let contacts: Vec<&RawValue> = contacts.iter().filter(own).copied().collect();
    let kept = wire::StatusAlone {
        messaging_product: "whatsapp",
        metadata,
        contacts: (!contacts.is_empty()).then_some(contacts),
        statuses: [raw],
    };
    let raw = serde_json::to_string(&kept).map_err(|_| "a status that cannot be kept")?;
    let user = status.recipient_user_id.filter(|id| !id.is_empty());
    let token = status.biz_opaque_callback_data.as_deref();
    Ok(Status {
        provider_id: provider_id.into(),
        kind,
        at: Timestamp::from_seconds(seconds),
        token: token.and_then(|token| token.parse().ok()),
        recipient: status.recipient_id.or_else(|| user.clone()),
        recipient_user: user,
        raw: Raw::new(raw),
    })
}

fn kind(status: &wire::Status) -> Option<StatusKind> {
    match status.status.as_deref()? {
        "sent" => Some(StatusKind::Sent),
        "delivered" => Some(StatusKind::Delivered),
        "read" | "played" => Some(StatusKind::Read),
        "failed" => Some(StatusKind::Failed(failure(status))),
        _ => None,
    }
}

fn failure(status: &wire::Status) -> Failure {
    let first = status.errors.as_ref().and_then(|errors| errors.get(0));
    first
        .and_then(GraphError::read)
        .map_or_else(|| Failure::new(0, "failed"), GraphError::failure)
}

fn is_of(status: &wire::Status, contact: &RawValue) -> bool {
    let contact: wire::Contact = wire::part(Some(contact)).unwrap_or_default();
    let same = |one: &Option<Box<str>>, other: &Option<Box<str>>| one.is_some() && one == other;
    same(&contact.wa_id, &status.recipient_id) || same(&contact.user_id, &status.recipient_user_id)
}
