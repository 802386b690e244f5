//! Fetches a file from a client's own server, with the credentials that the client has left.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dragoman_core::Id;
use dragoman_core::catalog::MediaAccess;
use dragoman_core::outcome::{Again, NotTaken};
use dragoman_core::ports::{Answer, FileBytes, HttpError, Method, Reach, Request};

use super::refusal;
use crate::budget::LARGEST;
use crate::shared::Shared;

/// For the whole exchange.
const TIMEOUT: Duration = Duration::from_secs(60);
/// What a server asks for with `Retry-After` is honoured up to this.
const LONGEST_ASKED: Duration = Duration::from_secs(3600);
/// The type of what nobody has named.
const UNNAMED: &str = "application/octet-stream";

/// What opens the links of one provider of media.
pub(super) struct Access<'a> {
    shared: &'a Shared,
    authorization: String,
}

impl<'a> Access<'a> {
    /// The channel's credentials of this name.
    ///
    /// # Errors
    /// There are none.
    pub(super) fn new(shared: &'a Shared, channel: Id, name: &str) -> Result<Self, NotTaken> {
        let catalog = shared.store.catalog();
        let known = catalog
            .media_provider(channel, name)
            .ok_or_else(|| refusal::never(format!("there is no media provider named {name}")))?;
        Ok(Self {
            shared,
            authorization: authorization(&known.access),
        })
    }

    /// What is behind the link. It is the client's server that is called, not the provider: that
    /// one does not answer says nothing of the other.
    ///
    /// # Errors
    /// It cannot be had now, or never.
    pub(super) async fn fetch(&self, link: &str) -> Result<FileBytes, NotTaken> {
        let request = Request {
            method: Method::Get,
            url: link.to_owned(),
            headers: vec![("authorization".into(), self.authorization.clone())],
            body: Vec::new(),
            timeout: TIMEOUT,
            reach: Reach::Public,
            answer_limit: LARGEST + 1,
            trust: None,
        };
        judge(self.shared.http.call(request).await)
    }
}

fn authorization(access: &MediaAccess) -> String {
    match access {
        MediaAccess::Bearer(token) => format!("Bearer {}", token.reveal()),
        MediaAccess::Basic { username, password } => {
            let pair = format!("{username}:{}", password.reveal());
            format!("Basic {}", STANDARD.encode(pair))
        }
    }
}

fn judge(answer: Result<Answer, HttpError>) -> Result<FileBytes, NotTaken> {
    let answer = answer.map_err(|error| {
        refusal::not_now(format!("the server of the link cannot be reached: {error}"))
    })?;
    let said = format!("the server of the link answered {}", answer.status);
    match answer.status {
        200..=299 if answer.body.len() > LARGEST => Err(refusal::never(
            "the file behind the link is larger than 100 MiB",
        )),
        200..=299 => Ok(FileBytes {
            mime_type: mime_type(answer.content_type.as_deref()),
            filename: None,
            bytes: answer.body,
        }),
        408 | 429 | 500.. => {
            let asked = answer.retry_after.map(|pause| pause.min(LONGEST_ASKED));
            let again = asked.map_or(Again::Backoff, Again::After);
            Err(refusal::refused(said, again))
        }
        // Redirects are not followed: they might lead anywhere, with the credentials.
        _ => Err(refusal::never(said)),
    }
}

/// Without what follows it, like a character set.
fn mime_type(content_type: Option<&str>) -> Box<str> {
    let essence = content_type.and_then(|text| text.split(';').next());
    let essence = essence.map(str::trim).filter(|text| !text.is_empty());
    essence.unwrap_or(UNNAMED).to_ascii_lowercase().into()
}

#[cfg(test)]
mod tests {
    use dragoman_core::Secret;

    use super::*;

    fn check(status: u16, expected: Again) {
        let answer = Answer {
            status,
            retry_after: None,
            content_type: None,
            date: None,
            body: Vec::new(),
        };
        let refused = judge(Ok(answer)).unwrap_err();
        assert_eq!(
            (refused.failure.code, refused.again),
            (131_053, expected),
            "{status}"
        );
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        for status in [301, 302, 400, 401, 403, 404, 410] {
            check(status, Again::Never);
        }
        for status in [408, 429, 500, 502, 503] {
            check(status, Again::Backoff);
        }
        let away = judge(Err(HttpError::NotSent("refused".into())));
        assert_eq!(away.unwrap_err().again, Again::Backoff);
    }

    #[test]
    fn a_server_may_name_the_pause() {
        let busy = |seconds| Answer {
            status: 503,
            retry_after: Some(Duration::from_secs(seconds)),
            content_type: None,
            date: None,
            body: Vec::new(),
        };
        let pause = |seconds| judge(Ok(busy(seconds))).unwrap_err().again;
        assert_eq!(pause(7), Again::After(Duration::from_secs(7)));
        assert_eq!(pause(1_000_000), Again::After(LONGEST_ASKED));
    }

    #[test]
    fn the_content_type_is_taken_without_its_parameters() {
        assert_eq!(&*mime_type(Some("Image/PNG; charset=binary")), "image/png");
        assert_eq!(&*mime_type(Some(" ")), UNNAMED);
        assert_eq!(&*mime_type(None), UNNAMED);
    }

    #[test]
    fn credentials_are_written_as_servers_read_them() {
        let bearer = MediaAccess::Bearer(Secret::new("token"));
        assert_eq!(authorization(&bearer), "Bearer token");
        let basic = MediaAccess::Basic {
            username: "Aladdin".into(),
            password: Secret::new("open sesame"),
        };
        assert_eq!(authorization(&basic), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    }
}
