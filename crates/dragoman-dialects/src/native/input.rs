//! What callers write, read into types that hold nothing that is wrong.
//!
//! Whatever is wrong is answered with the name of its field, which JSON readers do not tell.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, forward_to_deserialize_any};
use serde_json::{Map, Value, map};
use url::form_urlencoded;

use super::answer::Problem;

/// Reads a JSON object.
///
/// # Errors
/// It is none, or a field is missing, wrong, or unknown: that field is named.
pub(super) fn body<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let object = serde_json::from_slice(bytes);
    read(object.map_err(|error| Problem::Malformed(error.to_string()))?)
}

/// Reads the query of an address.
///
/// # Errors
/// A parameter is missing, wrong, or unknown: that one is named.
pub(super) fn query<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    let pairs = form_urlencoded::parse(text.as_bytes());
    read(
        pairs
            .map(|(name, value)| (name.into(), value.into()))
            .collect(),
    )
}

fn read<T: DeserializeOwned>(object: Map<String, Value>) -> Result<T, Problem> {
    let fields = Fields {
        rest: object.into_iter(),
        current: None,
    };
    T::deserialize(fields).map_err(|wrong| match wrong.field {
        Some(field) => Problem::invalid(field, wrong.message),
        None => Problem::Malformed(wrong.message),
    })
}

/// Reads an optional field that may be `null`: outside is whether it was given, inside what.
pub(super) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// The fields of an object, read one after the other.
struct Fields {
    rest: map::IntoIter,
    current: Option<(String, Value)>,
}

impl<'de> Deserializer<'de> for Fields {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_map(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Wrong> {
        self.current = self.rest.next();
        let Some((name, _)) = &self.current else {
            return Ok(None);
        };
        let name: StrDeserializer<'_, Wrong> = name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        let current = self.current.take();
        let (name, value) = current.expect("a value is asked for after its name");
        seed.deserialize(value).map_err(|error| Wrong {
            field: Some(name),
            message: error.to_string(),
        })
    }
}

/// What is wrong, and with which field.
#[derive(Debug)]
struct Wrong {
    field: Option<String>,
    message: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self {
            field: None,
            message: message.to_string(),
        }
    }

    fn missing_field(field: &'static str) -> Self {
        Self {
            field: Some(field.to_owned()),
            message: "is missing".to_owned(),
        }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self {
            field: Some(field.to_owned()),
            message: format!("is not known here; there are {}", expected.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Dove {
        name: String,
        age: Option<u8>,
        #[serde(default, deserialize_with = "given")]
        loft: Option<Option<String>>,
    }

    fn blamed(text: &str) -> (String, String) {
        let problem = body::<Dove>(text.as_bytes()).unwrap_err();
        if let Problem::Invalid { field, message } = problem {
            (field.into_owned(), message)
        } else {
            (String::new(), format!("{problem:?}"))
        }
    }

    #[test]
    fn whatever_is_wrong_is_named() {
        for (text, field) in [
            (r#"{"age":1}"#, "name"),
            (r#"{"name":1}"#, "name"),
            (r#"{"name":"a","age":256}"#, "age"),
            (r#"{"name":"a","wings":2}"#, "wings"),
            (r#"{"name":"a","loft":{}}"#, "loft"),
            ("[]", ""),
            ("", ""),
            ("{", ""),
        ] {
            assert_eq!(blamed(text).0, field, "{text}");
        }
        assert_eq!(blamed("{}").1, "is missing");
        assert!(
            blamed(r#"{"wings":2}"#)
                .1
                .ends_with("there are name, age, loft")
        );
    }

    #[test]
    fn a_field_that_is_null_is_told_from_one_that_is_not_there() {
        let loft = |text: &str| body::<Dove>(text.as_bytes()).unwrap().loft;
        assert_eq!(loft(r#"{"name":"a"}"#), None);
        assert_eq!(loft(r#"{"name":"a","loft":null}"#), Some(None));
        assert_eq!(loft(r#"{"name":"a","loft":"b"}"#), Some(Some("b".into())));
    }
}
