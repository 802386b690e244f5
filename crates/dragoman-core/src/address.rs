//! Ways to reach a customer.

use std::fmt;

use crate::masked::Masked;

/// A telephone number as digits with its country code, without `+`: 7 to 15 digits (E.164).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(Box<str>);

/// The text is no telephone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a telephone number")]
pub struct NotAPhone;

impl Phone {
    /// Reads a number as people and programs write it: with or without `+`, with spaces, dashes,
    /// dots and parentheses.
    ///
    /// # Errors
    /// When other characters stand in it, or it has not 7 to 15 digits.
    pub fn parse(text: &str) -> Result<Self, NotAPhone> {
        let text = text.trim();
        let text = text.strip_prefix('+').unwrap_or(text);
        let allowed =
            |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')' | '\u{a0}');
        if !text.chars().all(allowed) {
            return Err(NotAPhone);
        }
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        if !(7..=15).contains(&digits.len()) || digits.starts_with('0') {
            return Err(NotAPhone);
        }
        Ok(Self(digits.into()))
    }

    /// The digits, country code first.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Phone {
    /// Masked: logs carry no addresses.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}", Masked(&self.0))
    }
}

/// One way to reach a customer.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// A telephone number, or the WhatsApp id that looks like one.
    Phone(Phone),
    /// A WhatsApp user id (`NL.1349…`) of a customer whose number may be hidden.
    /// It is valid within one business portfolio only.
    User {
        /// The portfolio; empty when the installation has not been told.
        scope: Box<str>,
        /// The provider's spelling.
        id: Box<str>,
    },
}

impl Address {
    /// Reads what a client wrote as recipient: a number, or a WhatsApp user id.
    ///
    /// # Errors
    /// When it is neither.
    pub fn parse(text: &str) -> Result<Self, NotAPhone> {
        match Phone::parse(text) {
            Ok(phone) => Ok(Self::Phone(phone)),
            Err(_) if is_user_id(text) => Ok(Self::user(text)),
            Err(error) => Err(error),
        }
    }

    /// A WhatsApp user id.
    pub fn user(id: &str) -> Self {
        Self::User {
            scope: "".into(),
            id: id.into(),
        }
    }

    /// The number, when it is one.
    pub fn phone(&self) -> Option<&Phone> {
        match self {
            Self::Phone(phone) => Some(phone),
            Self::User { .. } => None,
        }
    }

    /// The address as the provider writes it: digits, or the user id.
    pub fn value(&self) -> &str {
        match self {
            Self::Phone(phone) => phone.digits(),
            Self::User { id, .. } => id,
        }
    }
}

impl fmt::Debug for Address {
    /// Masked, whatever it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phone(phone) => fmt::Debug::fmt(phone, f),
            Self::User { id, .. } => fmt::Debug::fmt(&Masked(id), f),
        }
    }
}

/// `<two letter country>.<1 to 128 letters or digits>`, or the parent form with `ENT.`.
fn is_user_id(text: &str) -> bool {
    let Some((country, rest)) = text.split_once('.') else {
        return false;
    };
    let rest = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.bytes().all(|byte| byte.is_ascii_uppercase())
        && (1..=128).contains(&rest.len())
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for text in [
            "+31612345678",
            "31612345678",
            "+31 6 1234 5678",
            "+31 (6) 12-34.56.78",
        ] {
            assert_eq!(
                Phone::parse(text).unwrap().digits(),
                "31612345678",
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "+",
            "hello",
            "+31612345678x",
            "123",
            "1234567890123456",
            "0612345678",
            "31+612345678",
        ] {
            assert!(Phone::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_whatsapp_user_id_is_an_address_without_a_number() {
        let address = Address::parse("US.13491208655302741918").unwrap();
        assert_eq!(
            (address.phone(), address.value()),
            (None, "US.13491208655302741918")
        );
        assert!(Address::parse("us.1").is_err());
    }

    #[test]
    fn an_address_is_masked_in_logs() {
        for (address, shown) in [
            ("31612345678", "+31***5678"),
            ("US.13491208655302741918", "US***1918"),
        ] {
            let address = Address::parse(address).unwrap();
            assert_eq!(format!("{address:?}"), shown);
        }
    }
}
