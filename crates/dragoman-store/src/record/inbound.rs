//! Inbound messages, and statuses that wait for their message.

use dragoman_core::content::{Kind, Location};
use dragoman_core::id::AttemptToken;
use dragoman_core::inbound::{
    Context, Inbound, InboundContent, InboundMedia, Referral, Status, StatusKind,
};
use dragoman_core::outcome::Failure;
use dragoman_core::{Address, Raw, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::address::AddressRecord;
use super::content::{KindRecord, LocationRecord};
use super::failure::FailureRecord;
use super::shape::{Many, One, Optional, Shape, shape};
use super::value::{AttemptTokenRecord, RawRecord, TimestampRecord};

#[derive(Serialize, Deserialize)]
#[serde(remote = "Inbound")]
pub(crate) struct InboundRecord {
    provider_id: Box<str>,
    #[serde(with = "Many::<AddressRecord>")]
    from: Vec<Address>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    profile_name: Option<Box<str>>,
    #[serde(with = "One::<TimestampRecord>")]
    at: Timestamp,
    #[serde(with = "InboundContentRecord")]
    content: InboundContent,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "Optional::<ContextRecord>"
    )]
    context: Option<Context>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "Optional::<ReferralRecord>"
    )]
    referral: Option<Referral>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "Optional::<RawRecord>"
    )]
    identity: Option<Raw>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Context")]
pub(crate) struct ContextRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider_id: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<Box<str>>,
    forwarded: bool,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "Optional::<RawRecord>"
    )]
    raw: Option<Raw>,
}

/// An object. The first records are the provider's object alone, as a string.
pub(crate) struct ReferralRecord;

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Object(#[serde(with = "ReferralObject")] Referral),
    Alone(#[serde(with = "One::<RawRecord>")] Raw),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Referral")]
struct ReferralObject {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    picture: Option<Box<str>>,
    #[serde(with = "One::<RawRecord>")]
    raw: Raw,
}

impl Shape<Referral> for ReferralRecord {
    fn write<S: Serializer>(value: &Referral, to: S) -> Result<S::Ok, S::Error> {
        ReferralObject::serialize(value, to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Referral, D::Error> {
        Ok(match Written::deserialize(from)? {
            Written::Object(referral) => referral,
            Written::Alone(raw) => Referral { picture: None, raw },
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "InboundContent", rename_all = "snake_case")]
pub(crate) enum InboundContentRecord {
    Text(Box<str>),
    Media(#[serde(with = "InboundMediaRecord")] InboundMedia),
    Location(#[serde(with = "LocationRecord")] Location),
    Contacts(#[serde(with = "One::<RawRecord>")] Raw),
    Button {
        text: Box<str>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payload: Option<Box<str>>,
    },
    Interactive(#[serde(with = "One::<RawRecord>")] Raw),
    Reaction {
        target: Box<str>,
        emoji: Box<str>,
    },
    Order(#[serde(with = "One::<RawRecord>")] Raw),
    System(#[serde(with = "One::<RawRecord>")] Raw),
    Unsupported(#[serde(with = "One::<RawRecord>")] Raw),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "InboundMedia")]
pub(crate) struct InboundMediaRecord {
    #[serde(with = "KindRecord")]
    kind: Kind,
    provider_media_id: Box<str>,
    mime_type: Box<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    caption: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    filename: Option<Box<str>>,
    voice: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Status")]
pub(crate) struct StatusRecord {
    provider_id: Box<str>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "Optional::<AttemptTokenRecord>"
    )]
    token: Option<AttemptToken>,
    #[serde(with = "StatusKindRecord")]
    kind: StatusKind,
    #[serde(with = "One::<TimestampRecord>")]
    at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recipient: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recipient_user: Option<Box<str>>,
    #[serde(with = "One::<RawRecord>")]
    raw: Raw,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "StatusKind", rename_all = "snake_case")]
pub(crate) enum StatusKindRecord {
    Sent,
    Delivered,
    Read,
    Failed(#[serde(with = "FailureRecord")] Failure),
}

shape! {
    InboundRecord => Inbound,
    ContextRecord => Context,
    StatusRecord => Status,
}
