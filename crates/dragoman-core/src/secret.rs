//! Values that must not appear in a log.

use std::fmt;

use zeroize::Zeroize;

/// A token, password or key. Prints as stars, and is zeroed when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::catalog::Subscription;
    use crate::id::Id;
    use crate::ports::{Answer, Backup, Method, Outgoing, Reach, Request};
    use crate::raw::Raw;
    use crate::time::Timestamp;

    const MARKER: &str = "open sesame";

    fn request() -> Request {
        Request {
            method: Method::Post,
            url: format!("https://e.com/hook?key={MARKER}"),
            headers: vec![("authorization".into(), MARKER.into())],
            body: MARKER.into(),
            timeout: Duration::ZERO,
            reach: Reach::Public,
            answer_limit: 0,
            trust: None,
        }
    }

    fn answer() -> Answer {
        Answer {
            status: 200,
            retry_after: None,
            content_type: None,
            date: None,
            body: MARKER.into(),
        }
    }

    fn subscription() -> Subscription {
        Subscription {
            id: Id::from_u128(1),
            account: Id::from_u128(2),
            channel: None,
            url: format!("https://e.com/hook?key={MARKER}").into(),
            format: "callbell".into(),
            events: Vec::new(),
            secret: Some(Secret::new(MARKER)),
            retiring: None,
            concurrency: 1,
            ordered: false,
            settings: Some(Raw::new(MARKER)),
            since: 0,
            trust: None,
            enabled: true,
            stopped: None,
            created_at: Timestamp::default(),
        }
    }

    #[test]
    fn nothing_that_holds_a_secret_prints_it() {
        let backup = Backup {
            data: Secret::new(MARKER),
            password: MARKER.to_owned().into(),
        };
        let outgoing = Outgoing {
            headers: vec![("x-secret".into(), MARKER.into())],
            body: MARKER.into(),
        };
        let bytes = format!("{:?}", MARKER.as_bytes());
        for printed in [
            format!("{:?}", request()),
            format!("{:?}", answer()),
            format!("{:?}", subscription()),
            format!("{backup:?}"),
            format!("{outgoing:?}"),
        ] {
            assert!(!printed.contains(MARKER), "{printed}");
            assert!(
                !printed.contains(bytes.trim_matches(['[', ']'])),
                "{printed}"
            );
        }
    }
}
