//! What names a person, as it may stand in a log.

use std::fmt;

/// Characters that are shown at the front.
const FRONT: usize = 2;
/// Characters that are shown at the end. Without more than these, nothing is shown.
const END: usize = 4;

/// A number, a user id or a provider's id of a message (which holds the customer's number), shown as
/// its first two and last four characters: enough to tell two of them apart, too little to call
/// anybody.
#[derive(Clone, Copy)]
pub struct Masked<'a>(pub &'a str);

impl fmt::Display for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = self.0.chars().count().saturating_sub(END);
        let front: String = self.0.chars().take(FRONT.min(hidden)).collect();
        let end: String = match hidden {
            0 => String::new(),
            _ => self.0.chars().skip(hidden).collect(),
        };
        write!(f, "{front}***{end}")
    }
}

impl fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_front_and_end_are_shown_and_of_what_is_short_nothing() {
        for (text, shown) in [
            ("31612345678", "31***5678"),
            ("NL.13491208655302741918", "NL***1918"),
            (
                "wamid.HBgLMzE2MTIzNDU2NzgVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA",
                "wa***RTcA",
            ),
            ("12345", "1***2345"),
            ("1234", "***"),
            ("", "***"),
            ("é1é2é3é4", "é1***é3é4"),
        ] {
            assert_eq!(Masked(text).to_string(), shown);
            assert_eq!(format!("{:?}", Masked(text)), shown);
        }
    }
}
