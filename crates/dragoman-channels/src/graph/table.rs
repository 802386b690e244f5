//! A table of error codes, as a file has it.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::Deserialize;
use toml::Spanned;

use super::codes::Class;

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// When it was compared with the provider's own list, for people.
    #[serde(rename = "version")]
    _version: Option<String>,
    codes: BTreeMap<String, Spanned<String>>,
}

/// What the codes of a file mean, in its order.
#[derive(Debug, Default)]
pub(super) struct Table(Vec<Row>);

#[derive(Clone, Debug)]
struct Row {
    codes: RangeInclusive<i64>,
    subcode: Option<i64>,
    class: Class,
}

/// Why a text is no table of codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotATable(String);

impl std::fmt::Display for NotATable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotATable {}

impl Table {
    /// Reads a file's text.
    pub(super) fn read(text: &str) -> Result<Self, NotATable> {
        let file: File = toml::from_str(text).map_err(|error| NotATable(error.to_string()))?;
        let mut entries: Vec<(String, Spanned<String>)> = file.codes.into_iter().collect();
        entries.sort_by_key(|(_, word)| word.span().start);
        let mut table = Self::default();
        for (key, word) in entries {
            let line = 1 + text[..word.span().start].matches('\n').count();
            let row = row(&key, word.get_ref())
                .map_err(|why| NotATable(format!("line {line}: {key}: {why}")))?;
            if table.0.iter().any(|known| known.overlaps(&row)) {
                return Err(NotATable(format!(
                    "line {line}: {key}: stands in another line too"
                )));
            }
            table.0.push(row);
        }
        Ok(table)
    }

    /// What a code says: with its subcode, if that is listed, or else alone.
    pub(super) fn class(&self, code: i64, subcode: Option<i64>) -> Option<Class> {
        let listed = |subcode: Option<i64>| {
            let row = |row: &&Row| row.subcode == subcode && row.codes.contains(&code);
            self.0.iter().find(row).map(|row| row.class)
        };
        subcode
            .and_then(|subcode| listed(Some(subcode)))
            .or_else(|| listed(None))
    }

    /// The first code of each row, for a look at their order.
    #[cfg(test)]
    pub(super) fn firsts(&self) -> Vec<i64> {
        self.0.iter().map(|row| *row.codes.start()).collect()
    }
}

impl Row {
    fn overlaps(&self, other: &Self) -> bool {
        self.subcode == other.subcode
            && self.codes.start() <= other.codes.end()
            && other.codes.start() <= self.codes.end()
    }
}

fn row(key: &str, word: &str) -> Result<Row, String> {
    let class = Class::WORDS.iter().find(|(known, _)| *known == word);
    let Some((_, class)) = class else {
        let words = Class::WORDS.map(|(word, _)| word).join(", ");
        return Err(format!(
            "no class is called \"{word}\": write one of {words}"
        ));
    };
    let (codes, subcode) = codes(key).ok_or_else(|| {
        "no code: write for example 131026, 200-299, or \"100/33\" for a subcode".to_owned()
    })?;
    Ok(Row {
        codes,
        subcode,
        class: *class,
    })
}

fn codes(key: &str) -> Option<(RangeInclusive<i64>, Option<i64>)> {
    let number = |text: &str| {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
        is_plain.then(|| text.parse::<i64>().ok()).flatten()
    };
    if let Some((code, subcode)) = key.split_once('/') {
        let code = number(code)?;
        return Some((code..=code, Some(number(subcode)?)));
    }
    let (from, to) = key.split_once('-').unwrap_or((key, key));
    let (from, to) = (number(from)?, number(to)?);
    (from <= to).then_some((from..=to, None))
}
