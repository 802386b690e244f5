//! Amounts of bytes as people write them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};

/// `"512KiB"`, `"64MiB"` or `"2GiB"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Size(pub(crate) u64);

const UNITS: [(&str, u64); 3] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let sized = UNITS.iter().find_map(|(unit, bytes)| {
            let number = text.strip_suffix(unit)?;
            let is_plain = number.bytes().all(|byte| byte.is_ascii_digit());
            let number: u64 = is_plain.then(|| number.parse().ok())??;
            number.checked_mul(*bytes)
        });
        let wrong = || format!("{text:?} is no amount of bytes: write \"64MiB\" or \"2GiB\"");
        sized.map(Self).ok_or_else(wrong)
    }
}

/// In the largest unit of which there is one, cut off.
impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fitting = UNITS.iter().rev().find(|(_, bytes)| self.0 >= *bytes);
        let (unit, bytes) = fitting.unwrap_or(&UNITS[0]);
        write!(f, "{} {unit}", self.0 / bytes)
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Size;

    #[test]
    fn an_amount_is_a_number_and_a_unit() {
        let bytes = |text: &str| text.parse::<Size>().map(|size| size.0).ok();
        assert_eq!(bytes("0KiB"), Some(0));
        assert_eq!(bytes("64MiB"), Some(67_108_864));
        assert_eq!(bytes("2GiB"), Some(2_147_483_648));
        for wrong in [
            "",
            "GiB",
            "2",
            "2GB",
            "2 GiB",
            "-1GiB",
            "+1GiB",
            "1.5GiB",
            "99999999999GiB",
        ] {
            assert_eq!(bytes(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn an_amount_is_told_in_the_unit_that_fits() {
        let told = [0, 5000, 64 << 20, (3 << 30) - 1].map(|bytes| Size(bytes).to_string());
        assert_eq!(told, ["0 KiB", "4 KiB", "64 MiB", "2 GiB"]);
    }
}
