//! The keys of the customer's device, as far as the provider tells of them.

use dragoman_core::Raw;
use dragoman_core::contact::Contact;
use serde_json::{Value, json};

use crate::whatsapp_onprem::fields::{flag, whole};

/// Later than this, a number of seconds is one of milliseconds: it would be the year 5138.
const LAST_SECOND: i64 = 100_000_000_000;

/// What is known of the contact's keys, in the types of this API; `None` when nobody has told.
pub(in crate::whatsapp_onprem) fn of(contact: &Contact) -> Option<Value> {
    let profile = contact.profile.as_ref()?;
    told(profile.identity.as_ref()?, contact)
}

/// What the provider tells of them, in the types of this API; `None` when there is no hash by which
/// to know them. What the client has acknowledged here is so, whatever the provider thinks.
pub(in crate::whatsapp_onprem) fn told(theirs: &Raw, contact: &Contact) -> Option<Value> {
    let theirs: Value = serde_json::from_str(theirs.as_str()).ok()?;
    let hash = theirs.get("hash").and_then(Value::as_str)?;
    let profile = contact.profile.as_ref();
    let here = profile.and_then(|profile| profile.acknowledged.as_deref()) == Some(hash);
    let there = theirs.get("acknowledged").and_then(flag);
    let mut told = json!({ "acknowledged": here || there.unwrap_or(true), "hash": hash });
    if let Some(created) = theirs.get("created_timestamp").and_then(whole) {
        told["created_timestamp"] = milliseconds(created).into();
    }
    Some(told)
}

/// Whether they have changed, and nobody has acknowledged that.
pub(in crate::whatsapp_onprem) fn are_doubtful(contact: &Contact) -> bool {
    of(contact).is_some_and(|keys| keys["acknowledged"] == false)
}

/// The Cloud API counts seconds elsewhere, and its documents show both here.
fn milliseconds(created: i64) -> i64 {
    if created < LAST_SECOND {
        created.saturating_mul(1000)
    } else {
        created
    }
}
