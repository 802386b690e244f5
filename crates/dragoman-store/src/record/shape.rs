//! How a record type writes and reads a core type, alone, optional or in lists.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A record type that stands for `T`.
pub(crate) trait Shape<T> {
    /// Writes the value.
    fn write<S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error>;

    /// Reads it back.
    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<T, D::Error>;
}

/// Makes a `#[serde(remote = …)]` record a [`Shape`].
macro_rules! shape {
    ($($record:ty => $core:ty),* $(,)?) => {$(
        impl $crate::record::shape::Shape<$core> for $record {
            fn write<S: serde::Serializer>(value: &$core, to: S) -> Result<S::Ok, S::Error> {
                <$record>::serialize(value, to)
            }

            fn read<'de, D: serde::Deserializer<'de>>(from: D) -> Result<$core, D::Error> {
                <$record>::deserialize(from)
            }
        }
    )*};
}
pub(crate) use shape;

/// A value on its way into a serializer.
pub(crate) struct Writing<'a, T, R>(&'a T, PhantomData<R>);

impl<'a, T, R> Writing<'a, T, R> {
    pub(crate) const fn new(value: &'a T) -> Self {
        Self(value, PhantomData)
    }
}

impl<T, R: Shape<T>> Serialize for Writing<'_, T, R> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        R::write(self.0, to)
    }
}

/// A value on its way out of a deserializer.
pub(crate) struct Reading<T, R> {
    pub(crate) value: T,
    record: PhantomData<R>,
}

impl<'de, T, R: Shape<T>> Deserialize<'de> for Reading<T, R> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        R::read(from).map(|value| Self {
            value,
            record: PhantomData,
        })
    }
}

/// For `#[serde(with = "One::<Record>")]`.
pub(crate) struct One<R>(PhantomData<R>);

impl<R> One<R> {
    pub(crate) fn serialize<T, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error>
    where
        R: Shape<T>,
    {
        R::write(value, to)
    }

    pub(crate) fn deserialize<'de, T, D: Deserializer<'de>>(from: D) -> Result<T, D::Error>
    where
        R: Shape<T>,
    {
        R::read(from)
    }
}

/// For `#[serde(with = "Optional::<Record>")]`.
pub(crate) struct Optional<R>(PhantomData<R>);

impl<R> Optional<R> {
    pub(crate) fn serialize<T, S: Serializer>(value: &Option<T>, to: S) -> Result<S::Ok, S::Error>
    where
        R: Shape<T>,
    {
        value.as_ref().map(Writing::<T, R>::new).serialize(to)
    }

    pub(crate) fn deserialize<'de, T, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error>
    where
        R: Shape<T>,
    {
        let reading: Option<Reading<T, R>> = Option::deserialize(from)?;
        Ok(reading.map(|reading| reading.value))
    }
}

/// For `#[serde(with = "Many::<Record>")]`.
pub(crate) struct Many<R>(PhantomData<R>);

impl<R> Many<R> {
    pub(crate) fn serialize<T, S: Serializer>(values: &[T], to: S) -> Result<S::Ok, S::Error>
    where
        R: Shape<T>,
    {
        to.collect_seq(values.iter().map(Writing::<T, R>::new))
    }

    pub(crate) fn deserialize<'de, T, D: Deserializer<'de>>(from: D) -> Result<Vec<T>, D::Error>
    where
        R: Shape<T>,
    {
        let readings: Vec<Reading<T, R>> = Vec::deserialize(from)?;
        Ok(readings.into_iter().map(|reading| reading.value).collect())
    }
}

/// For `#[serde(with = "Named::<Record>")]`: values under names.
pub(crate) struct Named<R>(PhantomData<R>);

impl<R> Named<R> {
    pub(crate) fn serialize<T, S: Serializer>(
        values: &BTreeMap<Box<str>, T>,
        to: S,
    ) -> Result<S::Ok, S::Error>
    where
        R: Shape<T>,
    {
        let pairs = values.iter();
        to.collect_map(pairs.map(|(name, value)| (name, Writing::<T, R>::new(value))))
    }

    pub(crate) fn deserialize<'de, T, D: Deserializer<'de>>(
        from: D,
    ) -> Result<BTreeMap<Box<str>, T>, D::Error>
    where
        R: Shape<T>,
    {
        let readings: BTreeMap<Box<str>, Reading<T, R>> = BTreeMap::deserialize(from)?;
        let pairs = readings.into_iter();
        Ok(pairs.map(|(name, reading)| (name, reading.value)).collect())
    }
}
