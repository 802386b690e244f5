//! Keys and values of the shelf, as bytes.
//!
//! Keys are big-endian, so that they sort as their values do. Whoever changes a layout raises
//! [`FORMAT`](super::mark::FORMAT), and shelves of the old one are made again.

mod message;
pub(crate) mod people;
mod reading;

use std::hash::Hash;

use dragoman_core::{Address, Timestamp};
use fjall::Slice;

pub(crate) use reading::Reading;

use super::key;
use crate::record::address;

/// What a table of the shelf is asked by.
pub(crate) trait Key: Clone + Ord + Hash {
    /// As bytes that sort as the keys of a table do, behind the table's tag.
    fn bytes(&self, tag: u8) -> Slice;
}

/// What a table of the shelf answers.
pub(crate) trait Value: Sized {
    /// Appends it.
    fn write(&self, to: &mut Vec<u8>);

    /// What [`Value::write`] has appended; `None` when these bytes are no such thing.
    fn read(from: &mut Reading<'_>) -> Option<Self>;
}

/// A value as bytes.
pub(crate) fn written(value: &impl Value) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(192);
    value.write(&mut bytes);
    bytes
}

/// The value of these bytes, if they hold it and nothing more.
pub(crate) fn read<V: Value>(bytes: &[u8]) -> Option<V> {
    let mut from = Reading::of(bytes);
    let value = V::read(&mut from)?;
    from.is_at_end().then_some(value)
}

impl Key for () {
    fn bytes(&self, tag: u8) -> Slice {
        [tag].into()
    }
}

impl Key for i64 {
    fn bytes(&self, tag: u8) -> Slice {
        tagged::<9>(tag, &self.to_be_bytes())
    }
}

impl Key for key::Key {
    fn bytes(&self, tag: u8) -> Slice {
        tagged::<17>(tag, self)
    }
}

impl Key for (i64, Address) {
    fn bytes(&self, tag: u8) -> Slice {
        let mut bytes = vec![tag];
        bytes.extend(self.0.to_be_bytes());
        self.1.write(&mut bytes);
        bytes.into()
    }
}

/// A key that comes to `N` bytes with its tag. Short ones live without an allocation.
fn tagged<const N: usize>(tag: u8, key: &[u8]) -> Slice {
    let mut bytes = [tag; N];
    bytes[1..].copy_from_slice(key);
    bytes.into()
}

/// As few bytes as it takes, the lowest seven bits first; all but the last byte have the highest bit
/// set. Most numbers are counts and rows, and small.
impl Value for i64 {
    fn write(&self, to: &mut Vec<u8>) {
        let mut rest = self.cast_unsigned();
        while rest >= u64::from(MORE) {
            to.push(rest.to_le_bytes()[0] | MORE);
            rest >>= 7;
        }
        to.push(rest.to_le_bytes()[0]);
    }

    fn read(from: &mut Reading<'_>) -> Option<Self> {
        let mut value = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = u8::read(from)?;
            let bits = u64::from(byte & !MORE);
            // The last byte has room for one bit.
            if bits << shift >> shift != bits {
                return None;
            }
            value |= bits << shift;
            if byte & MORE == 0 {
                return Some(value.cast_signed());
            }
        }
        None
    }
}

/// More bytes of the number follow.
const MORE: u8 = 0x80;

impl Value for u8 {
    fn write(&self, to: &mut Vec<u8>) {
        to.push(*self);
    }

    fn read(from: &mut Reading<'_>) -> Option<Self> {
        from.bytes().map(Self::from_be_bytes)
    }
}

impl Value for u128 {
    fn write(&self, to: &mut Vec<u8>) {
        to.extend(self.to_be_bytes());
    }

    fn read(from: &mut Reading<'_>) -> Option<Self> {
        from.bytes().map(Self::from_be_bytes)
    }
}

impl Value for Timestamp {
    fn write(&self, to: &mut Vec<u8>) {
        self.millis().write(to);
    }

    fn read(from: &mut Reading<'_>) -> Option<Self> {
        i64::read(from).map(Self::from_millis)
    }
}

impl Value for Address {
    fn write(&self, to: &mut Vec<u8>) {
        let (kind, scope, value) = address::columns(self);
        kind.write(to);
        reading::write_text(scope, to);
        reading::write_text(value, to);
    }

    fn read(from: &mut Reading<'_>) -> Option<Self> {
        let (kind, scope, value) = (i64::read(from)?, from.text()?, from.text()?);
        address::from_columns(kind, scope, value)
    }
}

impl<V: Value> Value for Option<V> {
    fn write(&self, to: &mut Vec<u8>) {
        to.push(u8::from(self.is_some()));
        if let Some(value) = self {
            value.write(to);
        }
    }

    fn read(from: &mut Reading<'_>) -> Option<Self> {
        match u8::read(from)? {
            0 => Some(None),
            1 => V::read(from).map(Some),
            _ => None,
        }
    }
}

#[cfg(test)]
#[path = "codec_tests.rs"]
mod tests;
