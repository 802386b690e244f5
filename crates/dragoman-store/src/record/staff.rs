//! Collaborators, and what an account arranges its customers by.

use dragoman_core::catalog::{CustomField, CustomStatus, FieldKind, Funnel, Team, User};
use dragoman_core::{Id, Secret, Timestamp};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::shape::{Many, One, Optional, Shape, shape};
use super::value::{IdRecord, SecretRecord, TimestampRecord};

#[derive(Serialize, Deserialize)]
#[serde(remote = "Team")]
pub(crate) struct TeamRecord {
    #[serde(with = "One::<IdRecord>")]
    id: Id,
    #[serde(with = "One::<IdRecord>")]
    account: Id,
    name: Box<str>,
    default: bool,
    #[serde(with = "One::<TimestampRecord>")]
    created_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "User")]
pub(crate) struct UserRecord {
    #[serde(with = "One::<IdRecord>")]
    id: Id,
    #[serde(with = "One::<IdRecord>")]
    account: Id,
    email: Box<str>,
    name: Box<str>,
    #[serde(with = "Many::<IdRecord>")]
    teams: Vec<Id>,
    #[serde(default, with = "Optional::<SecretRecord>")]
    password_hash: Option<Secret>,
    #[serde(default = "yes")]
    available: bool,
    #[serde(default, with = "One::<TimestampRecord>")]
    available_at: Timestamp,
    #[serde(default, with = "Optional::<ShownRecord>")]
    status: Option<(Id, Timestamp)>,
    #[serde(default, with = "One::<TimestampRecord>")]
    created_at: Timestamp,
}

/// Who was written down before it was asked takes conversations.
const fn yes() -> bool {
    true
}

/// A custom status, and since when it is shown.
pub(crate) struct ShownRecord;

impl Shape<(Id, Timestamp)> for ShownRecord {
    fn write<S: Serializer>(value: &(Id, Timestamp), to: S) -> Result<S::Ok, S::Error> {
        (value.0.to_string(), value.1.millis()).serialize(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<(Id, Timestamp), D::Error> {
        let (id, millis): (Box<str>, i64) = Deserialize::deserialize(from)?;
        let id = id.parse().map_err(D::Error::custom)?;
        Ok((id, Timestamp::from_millis(millis)))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Funnel")]
pub(crate) struct FunnelRecord {
    #[serde(with = "One::<IdRecord>")]
    id: Id,
    #[serde(with = "One::<IdRecord>")]
    account: Id,
    name: Box<str>,
    emoji: Box<str>,
    position: u32,
    #[serde(with = "One::<TimestampRecord>")]
    created_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "CustomStatus")]
pub(crate) struct CustomStatusRecord {
    #[serde(with = "One::<IdRecord>")]
    id: Id,
    #[serde(with = "One::<IdRecord>")]
    account: Id,
    name: Box<str>,
    emoji: Box<str>,
    #[serde(with = "One::<TimestampRecord>")]
    created_at: Timestamp,
    #[serde(with = "One::<TimestampRecord>")]
    updated_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "CustomField")]
pub(crate) struct CustomFieldRecord {
    #[serde(with = "One::<IdRecord>")]
    id: Id,
    #[serde(with = "One::<IdRecord>")]
    account: Id,
    name: Box<str>,
    #[serde(with = "FieldKindRecord")]
    kind: FieldKind,
    options: Vec<Box<str>>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "FieldKind", rename_all = "snake_case")]
pub(crate) enum FieldKindRecord {
    Text,
    Email,
    Number,
    Date,
    Dropdown,
    Checkbox,
}

shape! {
    TeamRecord => Team,
    UserRecord => User,
    FunnelRecord => Funnel,
    CustomStatusRecord => CustomStatus,
    CustomFieldRecord => CustomField,
}
