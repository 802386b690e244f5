//! How one message is sent, where its client wants it otherwise than its channel: headers of ours,
//! the same in every dialect.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use dragoman_core::doubt::OnUnknown;
use dragoman_core::message::Priority;
use dragoman_core::order::After;
use dragoman_core::submission::Manner;

/// What becomes of the message when its attempt's answer is lost.
pub(crate) const ON_UNKNOWN: &str = "dragoman-on-unknown";
/// What it waits for.
pub(crate) const ORDER: &str = "dragoman-order";
/// Its turn.
pub(crate) const PRIORITY: &str = "dragoman-priority";

/// The headers of a call, unread.
pub(crate) struct Headers {
    on_unknown: Option<HeaderValue>,
    order: Option<HeaderValue>,
    priority: Option<HeaderValue>,
}

impl<S: Sync> FromRequestParts<S> for Headers {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

impl Headers {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self {
            on_unknown: headers.get(ON_UNKNOWN).cloned(),
            order: headers.get(ORDER).cloned(),
            priority: headers.get(PRIORITY).cloned(),
        }
    }

    /// What they say.
    ///
    /// # Errors
    /// [`BadManner`] names the header.
    pub(crate) fn read(&self) -> Result<Manner, BadManner> {
        Ok(Manner {
            after: read(
                ORDER,
                self.order.as_ref(),
                After::from_word,
                "none, answer, sent, delivered",
            )?,
            on_unknown: read(
                ON_UNKNOWN,
                self.on_unknown.as_ref(),
                OnUnknown::from_word,
                "hold, fail, resend_once",
            )?,
            priority: read(
                PRIORITY,
                self.priority.as_ref(),
                priority,
                "high, normal, bulk",
            )?,
            identity: None,
        })
    }
}

/// A header says what nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be one of {words}")]
pub(crate) struct BadManner {
    /// Its name.
    pub(crate) header: &'static str,
    words: &'static str,
}

fn read<T>(
    header: &'static str,
    value: Option<&HeaderValue>,
    from_word: impl Fn(&str) -> Option<T>,
    words: &'static str,
) -> Result<Option<T>, BadManner> {
    let Some(value) = value else {
        return Ok(None);
    };
    let found = value.to_str().ok().and_then(from_word);
    found.map(Some).ok_or(BadManner { header, words })
}

fn priority(word: &str) -> Option<Priority> {
    match word {
        "high" => Some(Priority::High),
        "normal" => Some(Priority::Normal),
        "bulk" => Some(Priority::Bulk),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&'static str, &'static str)]) -> Result<Manner, BadManner> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        Headers::of(&headers).read()
    }

    #[test]
    fn a_header_says_how_one_message_is_sent_and_none_leaves_it_to_the_channel() {
        assert_eq!(read(&[]), Ok(Manner::default()));
        let said = read(&[(ON_UNKNOWN, "fail"), (ORDER, "sent"), (PRIORITY, "bulk")]);
        let manner = Manner {
            after: Some(After::Sent),
            on_unknown: Some(OnUnknown::Fail),
            priority: Some(Priority::Bulk),
            identity: None,
        };
        assert_eq!(said, Ok(manner));
    }

    #[test]
    fn a_word_that_nobody_knows_is_named_with_those_that_there_are() {
        let known = OnUnknown::ALL.map(OnUnknown::word).join(", ");
        let bad = read(&[(ON_UNKNOWN, "maybe")]).unwrap_err();
        assert_eq!(bad.to_string(), format!("must be one of {known}"));
        let known = After::ALL.map(After::word).join(", ");
        let bad = read(&[(ORDER, "")]).unwrap_err();
        assert_eq!(bad.to_string(), format!("must be one of {known}"));
        let bad = read(&[(PRIORITY, "High")]).unwrap_err();
        assert_eq!(bad.header, PRIORITY);
    }
}
