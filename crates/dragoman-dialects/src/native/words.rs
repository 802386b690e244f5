//! Texts with a meaning, each a type that only holds what is valid.

use std::time::Duration;

use dragoman_core::doubt::OnUnknown;
use dragoman_core::order::{After, OnTimeout};
use dragoman_core::{Id, Secret, rate};
use serde::Deserialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::control::has_control;
use crate::endpoint;
use crate::links::Links;
use crate::passwords::{WeakPassword, check_password_rules};
use crate::spans::{life, span};

/// Makes a type of a kind of text: what may stand in it is checked when it is read, and told by
/// its schema.
macro_rules! text {
    ($(#[$about:meta])* $name:ident($held:ty), $read:expr, $schema:expr) => {
        $(#[$about])*
        #[derive(Clone, Debug, Deserialize)]
        #[serde(try_from = "String")]
        pub(super) struct $name(pub(super) $held);

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                let read: fn(&str) -> Result<$held, String> = $read;
                read(&text).map(Self)
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let describe: fn(ObjectBuilder) -> ObjectBuilder = $schema;
                describe(ObjectBuilder::new().schema_type(Type::String)).build().into()
            }
        }

        impl ToSchema for $name {}
    };
}

text! {
    /// What people call something.
    Name(Box<str>),
    |text| checked(text, is_name(text), "must have 1 to 100 characters, not only spaces and no control characters"),
    |text| text
        .description(Some("One line that says something."))
        .min_length(Some(1))
        .max_length(Some(100))
        .pattern(Some(r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"))
}

text! {
    /// A sign for something.
    Emoji(Box<str>),
    |text| {
        let fits = text.chars().count() <= 16 && !text.contains(char::is_control);
        checked(text, fits, "must have at most 16 characters and no control characters")
    },
    |text| text.max_length(Some(16)).pattern(Some(r"^[^\x00-\x1f\x7f-\x9f]*$"))
}

text! {
    /// Free text about somebody.
    Note(Box<str>),
    |text| {
        let fits = text.chars().count() <= 1000 && !has_control(text);
        checked(text, fits, "must have at most 1000 characters and no control characters")
    },
    |text| text.max_length(Some(1000)).pattern(Some(r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$"))
}

text! {
    /// An id.
    Uuid(Id),
    |text| text.parse().map_err(|_| "not a uuid".to_owned()),
    |text| text
        .description(Some("32 hex digits, with dashes or without."))
        .pattern(Some("^([0-9a-fA-F]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$"))
}

text! {
    /// An e-mail address.
    Email(Box<str>),
    |text| checked(text, is_email(text), "not an e-mail address"),
    |text| text.max_length(Some(254)).pattern(Some("^[!-?A-~]+@[!-?A-~]+$"))
}

text! {
    /// A password that is good enough.
    Password(Box<str>),
    |text| match check_password_rules(text) {
        Ok(()) => Ok(text.into()),
        Err(error @ WeakPassword) => Err(error.to_string()),
    },
    |text| text
        .description(Some("With an upper-case and a lower-case letter, a digit and a special character."))
        .min_length(Some(8))
        .max_length(Some(64))
}

text! {
    /// How many per second.
    Rate(rate::Rate),
    |text| text.parse().map_err(|error: rate::NotARate| error.to_string()),
    |text| text.description(Some("So many per second, from `1/s` to `100000/s`."))
        .pattern(Some("^(100000|[1-9][0-9]{0,4})/s$"))
}

text! {
    /// What becomes of a message whose attempt's answer was lost.
    Policy(OnUnknown),
    |text| OnUnknown::from_word(text).ok_or_else(|| {
        format!("must be one of {}", OnUnknown::ALL.map(OnUnknown::word).join(", "))
    }),
    |text| text.enum_values(Some(OnUnknown::ALL.map(OnUnknown::word)))
}

text! {
    /// A span of time.
    Span(Duration),
    |text| span(text).ok_or_else(|| "not a span of time: write for example 60s, 10m or 24h, at most a day".to_owned()),
    |text| text.description(Some("A span of time, from `1s` to `24h`."))
        .pattern(Some("^([1-9][0-9]{0,3}s|[1-9][0-9]{0,2}m|(1?[1-9]|10|2[0-4])h|1d)$"))
}

text! {
    /// What the next message of a conversation waits for.
    Following(After),
    |text| After::from_word(text).ok_or_else(|| "must be one of none, answer, sent, delivered".to_owned()),
    |text| text.enum_values(Some(After::ALL.map(After::word)))
}

text! {
    /// What happens to a message that has waited long enough for the one before.
    OnOrderTimeout(OnTimeout),
    |text| OnTimeout::from_word(text).ok_or_else(|| "must be one of proceed, hold, fail".to_owned()),
    |text| text.enum_values(Some(OnTimeout::ALL.map(OnTimeout::word)))
}

text! {
    /// How long something lasts.
    Life(Duration),
    |text| life(text).ok_or_else(|| "not a span of time: write for example 12h or 90d".to_owned()),
    |text| text.description(Some("A span of time, from `1s` to `9999d`."))
        .pattern(Some("^[1-9][0-9]{0,3}[smhd]$"))
}

text! {
    /// How events look to those who are told.
    Format(Box<str>),
    |text| {
        let known = formats();
        checked(text, known.contains(&text), &format!("must be one of {}", known.join(", ")))
    },
    |text| text.enum_values(Some(formats()))
}

text! {
    /// An address of the web that can be called.
    Endpoint(Box<str>),
    |text| checked(text, endpoint::is_callable(text), "must be an http or https address, without a name or a password"),
    |text| text
        .max_length(Some(2048))
        .pattern(Some(r"^https?://[a-z0-9][a-z0-9-]*(\.[a-z][a-z0-9-]*)*(:[1-9][0-9]{0,3})?(/[!-~]*)?$"))
}

/// The names of the formats that there are.
fn formats() -> Vec<&'static str> {
    let nowhere = Links::new(Secret::new(""), "");
    crate::formats(&nowhere)
        .iter()
        .map(|format| format.name())
        .collect()
}

fn checked(text: &str, fits: bool, otherwise: &str) -> Result<Box<str>, String> {
    if fits {
        Ok(text.into())
    } else {
        Err(otherwise.to_owned())
    }
}

fn is_name(text: &str) -> bool {
    (1..=100).contains(&text.chars().count())
        && !text.trim().is_empty()
        && !text.contains(char::is_control)
}

fn is_email(text: &str) -> bool {
    let good = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_graphic());
    let parts = text.split_once('@');
    text.len() <= 254
        && parts.is_some_and(|(user, host)| good(user) && good(host) && !host.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_something_that_people_can_read() {
        for bad in ["", "   ", "a\nb", "a\u{0}b", "a\u{85}b", &"é".repeat(101)] {
            assert!(!is_name(bad), "{bad:?}");
        }
        assert!(is_name(&"é".repeat(100)));
    }

    #[test]
    fn an_e_mail_address_has_two_sides() {
        for bad in ["", "a", "@", "a@", "@b", "a@b@c", "a b@c", "a@\u{e9}"] {
            assert!(!is_email(bad), "{bad:?}");
        }
        assert!(is_email("john.doe@email.com"));
        assert!(!is_email(&format!("{}@b", "a".repeat(253))));
    }
}
