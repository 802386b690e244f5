//! JSON as a client has written it. Texts stay where they stand, as far as they can.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Number;

/// Any value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Json<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    List(Vec<Self>),
    Object(Object<'a>),
}

/// An object. Of a name that stands in it twice, the last counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Object<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Object<'a> {
    /// What stands under a name.
    pub(super) fn get(&self, name: &str) -> Option<&Json<'a>> {
        let mut backwards = self.0.iter().rev();
        let found = backwards.find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }

    /// Everything, in the order of the names.
    pub(super) fn sorted(&self) -> BTreeMap<&str, &Json<'a>> {
        let pairs = self.0.iter();
        pairs.map(|(name, value)| (&**name, value)).collect()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

/// The name of a field.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value.into()))
    }

    /// One that is no number cannot be written in JSON.
    fn visit_f64<E>(self, value: f64) -> Result<Json<'de>, E> {
        Ok(Number::from_f64(value).map_or(Json::Null, Json::Number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(text.into()))
    }

    /// A text with an escape in it.
    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(text.to_owned().into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json<'de>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Json::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
        let mut pairs = Vec::new();
        while let Some((Name(name), value)) = map.next_entry()? {
            pairs.push((name, value));
        }
        Ok(Json::Object(Object(pairs)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object<'_> {
        let Json::Object(object) = serde_json::from_str(text).unwrap() else {
            panic!("{text} is no object");
        };
        object
    }

    #[test]
    fn every_value_is_read_as_what_it_is() {
        let text = r#"{"n":null,"b":true,"i":-1,"u":1,"f":1.5,"t":"a","l":["a",{}]}"#;
        let (read, a) = (object(text), || Json::Text("a".into()));
        for (name, value) in [
            ("n", Json::Null),
            ("b", Json::Bool(true)),
            ("i", Json::Number((-1).into())),
            ("u", Json::Number(1.into())),
            ("f", Json::Number(Number::from_f64(1.5).unwrap())),
            ("t", a()),
            ("l", Json::List(vec![a(), Json::Object(Object::default())])),
        ] {
            assert_eq!(read.get(name), Some(&value), "{name}");
        }
        assert_eq!(read.get("x"), None);
    }

    #[test]
    fn of_a_name_that_stands_there_twice_the_last_counts() {
        let read = object(r#"{"b":1,"a":"1","\u0061":"2"}"#);
        let two = Json::Text("2".into());
        assert_eq!(read.get("a"), Some(&two));
        let sorted: Vec<_> = read.sorted().into_iter().collect();
        assert_eq!(sorted, [("a", &two), ("b", &Json::Number(1.into()))]);
    }

    #[test]
    fn only_texts_with_escapes_are_copied() {
        let read = object(r#"{"plain":"é","escaped":"\u00e9"}"#);
        let is_copied = |name| matches!(read.get(name), Some(Json::Text(Cow::Owned(_))));
        assert_eq!((is_copied("plain"), is_copied("escaped")), (false, true));
        assert_eq!(read.get("plain"), read.get("escaped"));
    }
}
