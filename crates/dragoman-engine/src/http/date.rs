//! The `Date` of an answer.

use dragoman_core::Timestamp;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Reads `Sun, 06 Nov 1994 08:49:37 GMT`; `None` for anything else. The two older notations of
/// HTTP are written by nobody any more.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let (_, text) = text.trim().strip_suffix(" GMT")?.split_once(", ")?;
    let mut parts = text.split(' ');
    let day = number(parts.next()?, 1..=31)?;
    let month = parts.next()?;
    let month = MONTHS.iter().position(|known| *known == month)?;
    let year = number(parts.next()?, 1970..=9999)?;
    let mut clock = parts.next()?.split(':');
    let hour = number(clock.next()?, 0..=23)?;
    let minute = number(clock.next()?, 0..=59)?;
    // A leap second is the first of the next minute.
    let second = number(clock.next()?, 0..=60)?;
    if parts.next().or(clock.next()).is_some() {
        return None;
    }
    let days = days(year, i64::try_from(month).ok()? + 1, day);
    let seconds = (days * 24 + hour) * 3600 + minute * 60 + second;
    Some(Timestamp::from_seconds(seconds))
}

fn number(text: &str, of: std::ops::RangeInclusive<i64>) -> Option<i64> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_digits.then(|| text.parse().ok())??;
    of.contains(&number).then_some(number)
}

/// Days from 1970-01-01 to a date. The year is made to begin in March, so that the leap day is its
/// last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let from_march = (month + 9) % 12;
    let day_of_year = (153 * from_march + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_the_second_that_it_names() {
        for (text, iso) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00Z"),
            ("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"),
            ("Tue, 29 Feb 2000 23:59:59 GMT", "2000-02-29T23:59:59Z"),
            ("Mon, 21 Sep 2026 14:13:20 GMT", "2026-09-21T14:13:20Z"),
        ] {
            assert_eq!(read(text).unwrap().iso().to_string(), iso);
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "now",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 06 Non 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 1 GMT",
            "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
