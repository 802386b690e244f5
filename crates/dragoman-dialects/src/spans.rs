//! Spans of time, as people write them.

use std::time::Duration;

const DAY: u64 = 24 * 3600;

/// `60s`, `10m`, `24h`, `1d`: at least a second, at most a day.
pub(crate) fn span(text: &str) -> Option<Duration> {
    seconds(text, DAY)
}

/// The same, and up to `9999d`.
pub(crate) fn life(text: &str) -> Option<Duration> {
    seconds(text, 9999 * DAY)
}

fn seconds(text: &str, most: u64) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => DAY,
        _ => return None,
    };
    let seconds = number.parse::<u64>().ok()?.checked_mul(seconds)?;
    (1..=most)
        .contains(&seconds)
        .then(|| Duration::from_secs(seconds))
}

/// A span of time as people write it, in the largest unit that it is a whole number of.
pub(crate) fn spelled(span: Duration) -> String {
    let seconds = span.as_secs();
    let units = [(DAY, 'd'), (3600, 'h'), (60, 'm'), (1, 's')];
    let fits = |(size, _): &(u64, char)| seconds.is_multiple_of(*size);
    let (size, unit) = units.into_iter().find(fits).unwrap_or((1, 's'));
    format!("{}{unit}", seconds / size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_reads_and_prints_the_same() {
        for text in ["1s", "60s", "90s", "10m", "23h", "24h", "1d"] {
            let read = span(text).unwrap();
            assert_eq!(span(&spelled(read)), Some(read), "{text}");
        }
        assert_eq!(spelled(Duration::from_secs(120)), "2m");
        for bad in ["", "s", "0s", "1", "1w", "-1s", "25h", "2d", "1.5h", "é"] {
            assert_eq!(span(bad), None, "{bad:?}");
        }
    }
}
