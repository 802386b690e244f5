//! Addresses.

use dragoman_core::{Address, Phone};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::shape::{One, Shape, shape};

/// The digits.
pub(crate) struct PhoneRecord;

impl Shape<Phone> for PhoneRecord {
    fn write<S: Serializer>(value: &Phone, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(value.digits())
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Phone, D::Error> {
        let digits: Box<str> = Deserialize::deserialize(from)?;
        Phone::parse(&digits).map_err(D::Error::custom)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Address", rename_all = "snake_case")]
pub(crate) enum AddressRecord {
    Phone(#[serde(with = "One::<PhoneRecord>")] Phone),
    User { scope: Box<str>, id: Box<str> },
}

shape! { AddressRecord => Address }

/// An address as the columns of its table: kind, scope, value.
pub(crate) fn columns(address: &Address) -> (i64, &str, &str) {
    match address {
        Address::Phone(phone) => (1, "", phone.digits()),
        Address::User { scope, id } => (2, scope, id),
    }
}

/// The address of these columns; `None` when they hold none.
pub(crate) fn from_columns(kind: i64, scope: &str, value: &str) -> Option<Address> {
    match kind {
        1 => Phone::parse(value).ok().map(Address::Phone),
        2 => Some(Address::User {
            scope: scope.into(),
            id: value.into(),
        }),
        _ => None,
    }
}
