//! A story as text: what client, gateway, customer and receiver said to each other, in order.

use std::fmt::Write as _;

use serde_json::Value;

/// Lines of a conversation. What differs from run to run (ids, times) gets a name that does not.
#[derive(Debug, Default)]
pub(crate) struct Transcript {
    text: String,
    names: Vec<(String, String)>,
}

impl Transcript {
    /// Somebody does something, with nothing more to show.
    pub(crate) fn line(&mut self, who: &str, what: &str) {
        let what = self.named(what);
        writeln!(self.text, "{who:<9} {what}").unwrap();
    }

    /// Somebody says something in JSON.
    pub(crate) fn says(&mut self, who: &str, what: &str, json: &Value) {
        self.line(who, what);
        let mut json = json.clone();
        self.rename(&mut json);
        if !json.is_null() {
            writeln!(self.text, "          {json}").unwrap();
        }
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    fn rename(&mut self, json: &mut Value) {
        match json {
            Value::String(text) => *text = self.named(text),
            Value::Number(number) if number.as_i64().is_some_and(is_time) => {
                *json = "(time)".into();
            }
            Value::Array(list) => list.iter_mut().for_each(|one| self.rename(one)),
            Value::Object(fields) => fields.values_mut().for_each(|one| self.rename(one)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Replaces every word of the text that is an id or a time.
    fn named(&mut self, text: &str) -> String {
        let is_part = |one: char| one.is_ascii_alphanumeric() || "-_=.:+".contains(one);
        let mut named = String::new();
        let mut rest = text;
        while let Some(start) = rest.find(is_part) {
            let (before, from) = rest.split_at(start);
            let end = from.find(|one| !is_part(one)).unwrap_or(from.len());
            let (word, after) = from.split_at(end);
            named.push_str(before);
            named.push_str(&self.name(word));
            rest = after;
        }
        named + rest
    }

    fn name(&mut self, word: &str) -> String {
        let kind = match word {
            _ if is_timestamp(word) => return "(time)".to_owned(),
            _ if word.starts_with("wamid.") => "wamid",
            _ if word.starts_with("g1.") => "token",
            _ if word.starts_with("127.0.0.1:") => "address",
            _ if (word.starts_with("gB") || word.starts_with("ABGG")) && word.len() > 20 => {
                "onprem-id"
            }
            _ if word.len() == 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit()) => "uuid",
            _ => return word.to_owned(),
        };
        if let Some((_, name)) = self.names.iter().find(|(known, _)| known == word) {
            return name.clone();
        }
        let number = self.names.iter().filter(|(_, name)| name.contains(kind));
        let name = format!("({kind} {})", number.count() + 1);
        self.names.push((word.to_owned(), name.clone()));
        name
    }
}

/// `2026-11-21T…`, or seconds since 1970 as text.
fn is_timestamp(word: &str) -> bool {
    let dated = word.len() >= 19 && word.starts_with("20") && word.as_bytes()[10] == b'T';
    dated || word.len() == 10 && word.parse().is_ok_and(is_time)
}

/// Seconds or milliseconds of our days.
fn is_time(number: i64) -> bool {
    (1_700_000_000..5_000_000_000).contains(&number)
        || (1_700_000_000_000..5_000_000_000_000).contains(&number)
}
