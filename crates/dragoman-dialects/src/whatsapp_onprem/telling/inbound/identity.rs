//! The keys of the customer's device, as far as the provider tells of them.

use dragoman_core::Raw;
use serde_json::{Value, json};

use super::read;
use crate::whatsapp_onprem::fields::{flag, whole};

/// Later than this, a number of seconds is one of milliseconds: it would be the year 5138.
const LAST_SECOND: i64 = 100_000_000_000;

/// The identity with the types of this API; `None` when there is no hash by which to know it.
pub(super) fn told(theirs: &Raw) -> Option<Value> {
    let theirs = read(theirs);
    let hash = theirs.get("hash").filter(|hash| hash.is_string())?;
    let acknowledged = theirs.get("acknowledged").and_then(flag);
    let mut told = json!({ "acknowledged": acknowledged.unwrap_or(true), "hash": hash });
    if let Some(created) = theirs.get("created_timestamp").and_then(whole) {
        told["created_timestamp"] = milliseconds(created).into();
    }
    Some(told)
}

/// The Cloud API counts seconds elsewhere, and its documents show both here.
fn milliseconds(created: i64) -> i64 {
    if created < LAST_SECOND {
        created.saturating_mul(1000)
    } else {
        created
    }
}
