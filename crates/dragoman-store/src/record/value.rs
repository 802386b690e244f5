//! Small values: ids, instants, opaque text, secrets.

use dragoman_core::id::{AttemptId, AttemptToken};
use dragoman_core::rate::Rate;
use dragoman_core::{Id, Raw, Secret, Timestamp};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::shape::Shape;

/// 32 hex digits.
pub(crate) struct IdRecord;

impl Shape<Id> for IdRecord {
    fn write<S: Serializer>(value: &Id, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Id, D::Error> {
        let text: Box<str> = Deserialize::deserialize(from)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// Milliseconds of Unix time.
pub(crate) struct TimestampRecord;

impl Shape<Timestamp> for TimestampRecord {
    fn write<S: Serializer>(value: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(value.millis())
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(from).map(Timestamp::from_millis)
    }
}

/// The text as a string, so that it comes back byte by byte.
pub(crate) struct RawRecord;

impl Shape<Raw> for RawRecord {
    fn write<S: Serializer>(value: &Raw, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(value.as_str())
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Raw, D::Error> {
        Box::<str>::deserialize(from).map(Raw::new)
    }
}

/// `{"secret": "…"}`, which is sealed before it is written; or the bare text, of earlier versions.
pub(crate) struct SecretRecord;

#[derive(Serialize)]
struct ToSeal<'a> {
    secret: &'a str,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Opened {
    Sealed { secret: Box<str> },
    Bare(Box<str>),
}

impl Shape<Secret> for SecretRecord {
    fn write<S: Serializer>(value: &Secret, to: S) -> Result<S::Ok, S::Error> {
        let secret = value.reveal();
        ToSeal { secret }.serialize(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
        Ok(match Opened::deserialize(from)? {
            Opened::Sealed { secret } | Opened::Bare(secret) => Secret::new(secret),
        })
    }
}

/// Foreign text in which a secret may stand: sealed whole, as `SecretRecord` is; or the bare text, of
/// earlier versions.
pub(crate) struct HiddenRecord;

impl Shape<Raw> for HiddenRecord {
    fn write<S: Serializer>(value: &Raw, to: S) -> Result<S::Ok, S::Error> {
        let secret = value.as_str();
        ToSeal { secret }.serialize(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Raw, D::Error> {
        Ok(match Opened::deserialize(from)? {
            Opened::Sealed { secret } | Opened::Bare(secret) => Raw::new(secret),
        })
    }
}

/// 32 hex digits.
pub(crate) struct AttemptIdRecord;

impl Shape<AttemptId> for AttemptIdRecord {
    fn write<S: Serializer>(value: &AttemptId, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{:032x}", value.0))
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<AttemptId, D::Error> {
        let text: Box<str> = Deserialize::deserialize(from)?;
        u128::from_str_radix(&text, 16)
            .map(AttemptId)
            .map_err(D::Error::custom)
    }
}

/// As it travels.
pub(crate) struct AttemptTokenRecord;

impl Shape<AttemptToken> for AttemptTokenRecord {
    fn write<S: Serializer>(value: &AttemptToken, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<AttemptToken, D::Error> {
        let text: Box<str> = Deserialize::deserialize(from)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// `80/s`.
pub(crate) struct RateRecord;

impl Shape<Rate> for RateRecord {
    fn write<S: Serializer>(value: &Rate, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Rate, D::Error> {
        let text: Box<str> = Deserialize::deserialize(from)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// 64 hex digits.
pub(crate) struct HashRecord;

impl Shape<[u8; 32]> for HashRecord {
    fn write<S: Serializer>(value: &[u8; 32], to: S) -> Result<S::Ok, S::Error> {
        let hex: String = value.iter().map(|byte| format!("{byte:02x}")).collect();
        hex.serialize(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 32], D::Error> {
        let text: Box<str> = Deserialize::deserialize(from)?;
        let byte = |index: usize| {
            text.get(index * 2..index * 2 + 2)
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
        };
        let bytes: Option<Vec<u8>> = (0..32).map(byte).collect();
        bytes
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| D::Error::custom("not 64 hex digits"))
    }
}
