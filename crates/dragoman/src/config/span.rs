//! Spans of time as people write them.

use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, de};

/// `"90s"`, `"30m"`, `"24h"` or `"365d"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span(pub(crate) Duration);

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no span of time: write \"90s\", \"24h\" or \"30d\"");
        let unit = text.chars().next_back().ok_or_else(wrong)?;
        let seconds: u64 = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 24 * 3600,
            _ => return Err(wrong()),
        };
        let number: u64 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
        let seconds = number.checked_mul(seconds).ok_or_else(wrong)?;
        Ok(Self(Duration::from_secs(seconds)))
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// A span as an operator writes it: the number and its unit, and nothing else.
#[cfg(any(test, fuzzing))]
pub(crate) fn duration(text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    if let Ok(Span(duration)) = text.parse() {
        let seconds = duration.as_secs();
        let units = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];
        let written = |(unit, length): (&str, u64)| format!("{}{unit}", seconds / length);
        let plain = text.trim_start_matches(['+', '0']);
        let plain = if plain.len() > 1 {
            plain.to_owned()
        } else {
            format!("0{plain}")
        };
        assert!(units.map(written).contains(&plain), "{text:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn any_span_is_read_or_refused() {
        dragoman_testkit::fuzz::check("duration", super::duration);
    }

    #[test]
    fn a_span_is_a_number_and_a_unit() {
        let seconds = |text: &str| text.parse::<Span>().map(|span| span.0.as_secs()).ok();
        assert_eq!(seconds("90s"), Some(90));
        assert_eq!(seconds("30m"), Some(1800));
        assert_eq!(seconds("24h"), Some(86_400));
        assert_eq!(seconds("365d"), Some(31_536_000));
        for wrong in [
            "",
            "d",
            "1",
            "1w",
            "-1d",
            "1.5h",
            "1 d",
            "99999999999999999999d",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong:?}");
        }
    }
}
