//! Outbound messages.

use dragoman_core::content::Content;
use dragoman_core::doubt::OnUnknown;
use dragoman_core::message::{Outbound, Priority};
use dragoman_core::order::After;
use dragoman_core::submission::Dialect;
use dragoman_core::{Address, Raw, Timestamp};
use serde::{Deserialize, Serialize};

use super::address::AddressRecord;
use super::content::ContentRecord;
use super::sending::{AfterRecord, OnUnknownRecord};
use super::shape::{One, Optional, shape};
use super::value::{RawRecord, TimestampRecord};

#[derive(Serialize, Deserialize)]
#[serde(remote = "Outbound")]
pub(crate) struct OutboundRecord {
    #[serde(with = "AddressRecord")]
    to: Address,
    #[serde(with = "ContentRecord")]
    content: Content,
    #[serde(with = "DialectRecord")]
    dialect: Dialect,
    #[serde(with = "PriorityRecord")]
    priority: Priority,
    #[serde(with = "One::<TimestampRecord>")]
    expires_at: Timestamp,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "Optional::<RawRecord>"
    )]
    metadata: Option<Raw>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply_to: Option<Box<str>>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "Optional::<AfterRecord>"
    )]
    after: Option<After>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "Optional::<OnUnknownRecord>"
    )]
    on_unknown: Option<OnUnknown>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    identity: Option<Box<str>>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Dialect", rename_all = "snake_case")]
pub(crate) enum DialectRecord {
    Callbell,
    Onprem,
    Cloud,
    Native,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Priority", rename_all = "snake_case")]
pub(crate) enum PriorityRecord {
    High,
    Normal,
    Bulk,
}

shape! { OutboundRecord => Outbound }

/// The priority of its column; `None` for a number that is none.
pub(crate) const fn priority_from(number: i64) -> Option<Priority> {
    match number {
        1 => Some(Priority::High),
        2 => Some(Priority::Normal),
        3 => Some(Priority::Bulk),
        _ => None,
    }
}
