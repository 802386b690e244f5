//! Looks for markers where they must not be.

use std::path::Path;

use super::markers::{Marker, Place};

/// Something that was written, and where.
pub(super) struct Found {
    pub(super) place: Place,
    name: String,
    bytes: Vec<u8>,
}

impl Found {
    pub(super) fn new(place: Place, name: impl Into<String>, text: impl Into<Vec<u8>>) -> Self {
        Self {
            place,
            name: name.into(),
            bytes: text.into(),
        }
    }

    /// The line that something stands in, as far as it can be read.
    fn line(&self, at: usize) -> String {
        let start = self.bytes[..at].iter().rposition(|&byte| byte == b'\n');
        let start = start
            .map_or(0, |newline| newline + 1)
            .max(at.saturating_sub(300));
        let end = self.bytes[at..].iter().position(|&byte| byte == b'\n');
        let end = end
            .map_or(self.bytes.len(), |length| at + length)
            .min(at + 200);
        String::from_utf8_lossy(&self.bytes[start..end]).into_owned()
    }
}

/// Every file of a data folder.
pub(super) fn files(data: &Path) -> Vec<Found> {
    let mut found = Vec::new();
    let mut folders = vec![data.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.is_file() {
                let name = path.strip_prefix(data).unwrap().to_str().unwrap();
                let mut bytes = std::fs::read(&path).unwrap();
                // Journals are made longer than what they hold yet.
                let last = bytes.iter().rposition(|&byte| byte != 0);
                bytes.truncate(last.map_or(0, |last| last + 1));
                found.push(Found::new(place(name), name, bytes));
            }
        }
    }
    found
}

fn place(name: &str) -> Place {
    match name.split('/').next() {
        Some("index") => Place::Index,
        Some("media") => Place::Files,
        Some(name) if name.starts_with("dragoman.db") => Place::Database,
        Some(_) | None => Place::Rest,
    }
}

/// The markers that are where the table does not allow them, each with the line.
pub(super) fn leaks<'a>(
    markers: &[Marker],
    found: impl IntoIterator<Item = &'a Found> + Clone,
) -> Vec<String> {
    let mut leaks = Vec::new();
    for marker in markers {
        let spellings = marker.spellings();
        for found in found.clone() {
            let holds = spellings
                .iter()
                .find_map(|text| position(&found.bytes, text));
            if let Some(at) = holds.filter(|_| !marker.allowed.contains(&found.place)) {
                let (what, name) = (marker.what, &found.name);
                leaks.push(format!("{what} in {name}: {}", found.line(at)));
            }
        }
    }
    leaks
}

/// The markers that are in none of the places where they may be: whoever looks for what was never
/// there finds nothing.
pub(super) fn missing<'a>(markers: &'a [Marker], found: &[Found]) -> Vec<&'a str> {
    let is_there = |marker: &Marker| {
        let mut allowed = found
            .iter()
            .filter(|one| marker.allowed.contains(&one.place));
        allowed.any(|one| position(&one.bytes, &marker.text).is_some())
    };
    let missing = markers
        .iter()
        .filter(|marker| !marker.allowed.is_empty() && !is_there(marker));
    missing.map(|marker| marker.what).collect()
}

fn position(bytes: &[u8], text: &str) -> Option<usize> {
    let (first, length) = (text.as_bytes()[0], text.len());
    let mut from = 0;
    loop {
        let next = bytes[from..].iter().position(|&byte| byte == first)?;
        from += next;
        if bytes[from..].get(..length)? == text.as_bytes() {
            return Some(from);
        }
        from += 1;
    }
}

#[test]
fn a_planted_marker_is_found_however_it_is_written() {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    let marker = [Marker::made("a token", "canary-planted")];
    let text = "canary-planted";
    for written in [
        text.to_owned(),
        format!("\"{text}\""),
        format!("{:?}", text.as_bytes()),
        STANDARD.encode(text),
        STANDARD.encode(format!("a{text}b")),
        URL_SAFE_NO_PAD.encode(format!("ab{text}")),
        "63616e6172792d706c616e746564".to_owned(),
    ] {
        let log = format!("a line\nanother with {written} in it\nthe last\n");
        let log = [Found::new(Place::Log, "the log", log)];
        let leaks = leaks(&marker, &log);
        assert_eq!(
            leaks,
            [format!("a token in the log: another with {written} in it")]
        );
    }
    assert_eq!(
        leaks(&marker, &[Found::new(Place::Log, "the log", "nothing")]),
        [""; 0]
    );
}
