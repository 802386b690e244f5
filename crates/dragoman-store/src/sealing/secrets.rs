//! The secrets in a record: found wherever they stand, so that none can be forgotten.
//!
//! A record writes a secret as `{"secret": "…"}`. On its way to the disk each becomes
//! `{"sealed": "…", "key": 1}`: Base64, and the version of the key. Earlier versions of the program
//! wrote the bare text; those are read as they are.

use std::mem;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dragoman_core::Id;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use super::cipher::Key;
use crate::record::Unreadable;

/// What the records of one account are sealed with.
#[derive(Debug)]
pub(crate) struct DataKey {
    pub(crate) version: u32,
    pub(crate) key: Key,
}

/// Where a record stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// `catalog.kind`.
    pub(crate) kind: i64,
    pub(crate) id: Id,
    /// Whose key it is sealed with.
    pub(crate) account: Id,
}

impl Place {
    /// What a secret in this field is sealed for, in a record that names this channel. The last part
    /// alone has no fixed length.
    fn of_field(self, channel: Option<Id>, version: u32, field: &str) -> Vec<u8> {
        let channel = channel.map_or(0, Id::as_u128);
        [
            b"bound secret".as_slice(),
            &self.kind.to_be_bytes(),
            &self.id.as_u128().to_be_bytes(),
            &self.account.as_u128().to_be_bytes(),
            &channel.to_be_bytes(),
            &version.to_be_bytes(),
            field.as_bytes(),
        ]
        .concat()
    }

    /// The same as earlier versions had it. Nothing is sealed for it any more, and a start that
    /// finds such a secret makes new keys: it opens nothing else.
    fn of_field_at_first(self, version: u32, field: &str) -> Vec<u8> {
        [
            b"secret".as_slice(),
            &self.kind.to_be_bytes(),
            &self.id.as_u128().to_be_bytes(),
            &self.account.as_u128().to_be_bytes(),
            &version.to_be_bytes(),
            field.as_bytes(),
        ]
        .concat()
    }
}

/// Whether there is a secret to be sealed.
pub(crate) fn any(record: &Value) -> bool {
    match record {
        Value::Object(fields) => plain(fields).is_some() || fields.values().any(any),
        Value::Array(values) => values.iter().any(any),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Seals every secret in a record.
pub(crate) fn seal(record: &mut Value, place: Place, key: &DataKey) {
    let channel = channel(record);
    let sealing = |field: &str, found: &mut Map<String, Value>| {
        let Some(text) = plain(found) else {
            return Ok(None);
        };
        let place = place.of_field(channel, key.version, field);
        let sealed = STANDARD.encode(key.key.seal(text.as_bytes(), &place));
        if let Some(Value::String(text)) = found.remove(PLAIN) {
            drop(Zeroizing::new(text));
        }
        Ok(Some(json!({ SEALED: sealed, KEY: key.version })))
    };
    each(record, "", &sealing).expect("sealing does not fail");
}

/// Opens every secret in a record.
///
/// # Errors
/// One was sealed for another place or with another key, or was never sealed.
pub(crate) fn open(
    record: &mut Value,
    place: Place,
    key: Option<&DataKey>,
) -> Result<(), Unreadable> {
    let channel = channel(record);
    let opening = |field: &str, found: &mut Map<String, Value>| {
        if plain(found).is_some() {
            return Err(Unreadable::new("secret", "it is not sealed"));
        }
        let Some((sealed, version)) = sealed(found) else {
            return Ok(None);
        };
        let key = key.filter(|key| i64::from(key.version) == version);
        let key = key.ok_or_else(|| Unreadable::new("secret", "its key is gone"))?;
        let whole = place.of_field(channel, key.version, field);
        let at_first = place.of_field_at_first(key.version, field);
        let open = |sealed: &[u8]| {
            let opened = key.key.open(sealed, &whole);
            opened.or_else(|| key.key.open(sealed, &at_first))
        };
        let opened = STANDARD.decode(sealed).ok();
        let opened = opened.and_then(|sealed| open(&sealed));
        let text = opened.and_then(|mut opened| String::from_utf8(mem::take(&mut *opened)).ok());
        let text = text.ok_or_else(|| Unreadable::new("secret", "it was sealed elsewhere"))?;
        // Moved, not copied: a copy would stay in memory.
        Ok(Some(Value::from_iter([(PLAIN, Value::String(text))])))
    };
    each(record, "", &opening)
}

const PLAIN: &str = "secret";
const SEALED: &str = "sealed";
const KEY: &str = "key";

/// The channel that the record says it is of.
fn channel(record: &Value) -> Option<Id> {
    record.get("channel")?.as_str()?.parse().ok()
}

fn plain(fields: &Map<String, Value>) -> Option<&str> {
    (fields.len() == 1)
        .then(|| fields.get(PLAIN)?.as_str())
        .flatten()
}

fn sealed(fields: &Map<String, Value>) -> Option<(&str, i64)> {
    let sealed = fields.get(SEALED)?.as_str()?;
    let version = fields.get(KEY)?.as_i64()?;
    (fields.len() == 2).then_some((sealed, version))
}

/// Replaces every object for which there is something else, with the names that lead to it.
fn each(
    value: &mut Value,
    field: &str,
    replacement: &impl Fn(&str, &mut Map<String, Value>) -> Result<Option<Value>, Unreadable>,
) -> Result<(), Unreadable> {
    match value {
        Value::Object(fields) => {
            if let Some(replaced) = replacement(field, fields)? {
                *value = replaced;
                return Ok(());
            }
            for (name, inner) in fields {
                each(inner, &format!("{field}/{name}"), replacement)?;
            }
        }
        Value::Array(values) => {
            for (index, inner) in values.iter_mut().enumerate() {
                each(inner, &format!("{field}/{index}"), replacement)?;
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = Place {
        kind: 3,
        id: Id::from_u128(1),
        account: Id::from_u128(2),
    };

    fn key(version: u32) -> DataKey {
        DataKey {
            version,
            key: Key::fresh(),
        }
    }

    fn channel() -> Value {
        json!({
            "title": "secret",
            "settings": { "secret": { "secret": "s3" }, "pin": { "secret": "123456" } },
            "list": [{ "secret": "" }, null, 7],
        })
    }

    #[test]
    fn every_secret_is_sealed_wherever_it_stands_and_nothing_else() {
        let key = key(1);
        let mut record = channel();
        assert!(any(&record));
        seal(&mut record, PLACE, &key);
        assert!(!any(&record));
        let text = record.to_string();
        assert!(!text.contains("s3") && !text.contains("123456"), "{text}");
        assert_eq!(record["title"], "secret");
        open(&mut record, PLACE, Some(&key)).unwrap();
        assert_eq!(record, channel());
    }

    #[test]
    fn a_secret_opens_nowhere_but_where_it_was_sealed() {
        let key = key(1);
        let mut record = json!({ "a": { "secret": "s3" }, "b": { "secret": "s4" } });
        seal(&mut record, PLACE, &key);
        let swapped = json!({ "a": record["b"], "b": record["a"] });
        let elsewhere = [
            (swapped, PLACE),
            (record.clone(), Place { kind: 7, ..PLACE }),
            (
                record.clone(),
                Place {
                    id: Id::from_u128(9),
                    ..PLACE
                },
            ),
            (
                record.clone(),
                Place {
                    account: Id::from_u128(9),
                    ..PLACE
                },
            ),
        ];
        for (mut record, place) in elsewhere {
            let opened = open(&mut record, place, Some(&key));
            let why = opened.unwrap_err().to_string();
            assert_eq!(
                why,
                "a stored secret cannot be read: it was sealed elsewhere"
            );
        }
        let later = DataKey {
            version: 2,
            key: key.key.clone(),
        };
        for other in [None, Some(&later)] {
            let opened = open(&mut record.clone(), PLACE, other);
            let why = opened.unwrap_err().to_string();
            assert_eq!(why, "a stored secret cannot be read: its key is gone");
        }
        record["a"]["key"] = json!(2);
        assert!(open(&mut record, PLACE, Some(&later)).is_err());
    }

    #[test]
    fn a_secret_does_not_open_for_another_channel() {
        let key = key(1);
        let channel = |channel: u128| Value::from(Id::from_u128(channel).to_string());
        let mut record = json!({ "channel": channel(7), "password": { "secret": "s3" } });
        seal(&mut record, PLACE, &key);
        for other in [channel(8), Value::Null] {
            let mut moved = record.clone();
            moved["channel"] = other;
            assert!(open(&mut moved, PLACE, Some(&key)).is_err());
        }
        open(&mut record, PLACE, Some(&key)).unwrap();
        assert_eq!(record["password"], json!({ "secret": "s3" }));
    }

    #[test]
    fn what_an_earlier_version_has_sealed_opens() {
        let key = key(1);
        let sealed = key.key.seal(b"s3", &PLACE.of_field_at_first(1, "/a"));
        let sealed = json!({ "sealed": STANDARD.encode(sealed), "key": 1 });
        let mut record = json!({ "channel": "0".repeat(32), "a": sealed });
        open(&mut record, PLACE, Some(&key)).unwrap();
        assert_eq!(record["a"], json!({ "secret": "s3" }));
    }

    #[test]
    fn what_was_never_sealed_is_not_taken_for_it() {
        let opened = open(&mut channel(), PLACE, Some(&key(1)));
        let why = opened.unwrap_err().to_string();
        assert_eq!(why, "a stored secret cannot be read: it is not sealed");
    }
}
