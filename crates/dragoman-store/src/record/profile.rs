//! What people have noted about a customer.

use std::collections::BTreeMap;

use dragoman_core::contact::Profile;
use dragoman_core::{Raw, Timestamp};
use serde::{Deserialize, Serialize};

use super::shape::{Optional, shape};
use super::value::{RawRecord, TimestampRecord};

#[derive(Serialize, Deserialize)]
#[serde(remote = "Profile")]
pub(crate) struct ProfileRecord {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Box<str>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    fields: BTreeMap<Box<str>, Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    avatar_url: Option<Box<str>>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "Optional::<TimestampRecord>"
    )]
    blocked_at: Option<Timestamp>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "Optional::<TimestampRecord>"
    )]
    opted_out_at: Option<Timestamp>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "Optional::<RawRecord>"
    )]
    identity: Option<Raw>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    acknowledged: Option<Box<str>>,
}

shape! { ProfileRecord => Profile }
