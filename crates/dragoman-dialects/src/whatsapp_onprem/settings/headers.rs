//! Headers that a client has put beside its webhook: by them its receiver knows who is calling.

use serde_json::{Map, Value};

/// Where they stand among the settings.
pub(in crate::whatsapp_onprem) const HEADERS: &str = "webhooks.headers";

/// What is shown instead of a value.
pub(in crate::whatsapp_onprem) const HIDDEN: &str = "********";

/// No receiver needs more.
const MOST: usize = 20;
/// The longest name, and the longest value.
const LONGEST: usize = 4096;

/// What makes a request one: never a client's.
const OURS: [&str; 12] = [
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// The headers as they are kept: names in lower case, each once.
///
/// # Errors
/// What they must be.
pub(in crate::whatsapp_onprem) fn read(value: &Value) -> Result<Map<String, Value>, String> {
    let given = match value {
        // PHP writes an empty object as an empty array.
        Value::Array(list) if list.is_empty() => return Ok(Map::new()),
        Value::Object(given) => given,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            return Err("must be an object".to_owned());
        }
    };
    if given.len() > MOST {
        return Err(format!("must be at most {MOST}"));
    }
    let mut kept = Map::new();
    for (name, value) in given {
        let value = value.as_str().filter(|value| is_value(value));
        let value = value.ok_or("must have plain text for every name, as it is sent")?;
        let name = name.to_ascii_lowercase();
        if !is_name(&name) {
            return Err("must have names of headers that are not part of every request".to_owned());
        }
        if kept.insert(name, value.into()).is_some() {
            return Err("has a name twice".to_owned());
        }
    }
    Ok(kept)
}

/// The names with stars for their values.
pub(in crate::whatsapp_onprem) fn hidden(headers: &Map<String, Value>) -> Map<String, Value> {
    let names = headers.keys();
    names.map(|name| (name.clone(), HIDDEN.into())).collect()
}

fn is_name(name: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    (1..=LONGEST).contains(&name.len()) && name.bytes().all(is_token) && !OURS.contains(&name)
}

/// What was shown instead of a value is none.
fn is_value(value: &str) -> bool {
    let is_plain = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    value.len() <= LONGEST && value.bytes().all(is_plain) && value != HIDDEN
}
