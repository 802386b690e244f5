//! Fetches what is behind a link that somebody outside has written.

use std::time::Duration;

use dragoman_core::outcome::Again;
use dragoman_core::ports::{Answer, FileBytes, Http, HttpError, Method, Reach, Request};

/// What a server asks for with `Retry-After` is honoured up to this.
const LONGEST_ASKED: Duration = Duration::from_secs(3600);
/// The type of what nobody has named.
const UNNAMED: &str = "application/octet-stream";

/// A link to a file.
#[derive(Clone, Copy)]
pub(crate) struct Link<'a> {
    pub(crate) url: &'a str,
    /// What opens it.
    pub(crate) authorization: Option<&'a str>,
    /// The file has at most so many bytes.
    pub(crate) largest: usize,
    /// For the whole exchange.
    pub(crate) timeout: Duration,
}

/// Why the file behind a link is not here.
#[derive(Debug)]
pub(crate) struct KeptBack {
    pub(crate) why: String,
    /// Whether it may be had later.
    pub(crate) again: Again,
}

impl Link<'_> {
    /// What is behind it.
    ///
    /// # Errors
    /// It cannot be had now, or never.
    pub(crate) async fn fetch(self, http: &dyn Http) -> Result<FileBytes, KeptBack> {
        let authorization = self.authorization.map(str::to_owned);
        let headers = authorization.map(|value| ("authorization".into(), value));
        let request = Request {
            method: Method::Get,
            url: self.url.to_owned(),
            headers: headers.into_iter().collect(),
            body: Vec::new(),
            timeout: self.timeout,
            reach: Reach::Public,
            answer_limit: self.largest + 1,
            trust: None,
        };
        judge(http.call(request).await, self.largest)
    }
}

fn judge(answer: Result<Answer, HttpError>, largest: usize) -> Result<FileBytes, KeptBack> {
    let answer = answer.map_err(|error| KeptBack {
        why: format!("the server of the link cannot be reached: {error}"),
        again: Again::Backoff,
    })?;
    let never = |why| KeptBack {
        why,
        again: Again::Never,
    };
    let said = format!("the server of the link answered {}", answer.status);
    match answer.status {
        200..=299 if answer.body.len() > largest => {
            let most = largest / (1024 * 1024);
            let why = format!("the file behind the link is larger than {most} MiB");
            Err(never(why))
        }
        200..=299 => Ok(FileBytes {
            mime_type: mime_type(answer.content_type.as_deref()),
            filename: None,
            bytes: answer.body,
        }),
        408 | 429 | 500.. => {
            let asked = answer.retry_after.map(|pause| pause.min(LONGEST_ASKED));
            Err(KeptBack {
                why: said,
                again: asked.map_or(Again::Backoff, Again::After),
            })
        }
        // Redirects are not followed: they might lead anywhere, with the credentials.
        _ => Err(never(said)),
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
    use super::*;

    const ROOM: usize = 4;

    fn answer(status: u16) -> Answer {
        Answer {
            status,
            retry_after: None,
            content_type: None,
            date: None,
            body: Vec::new(),
        }
    }

    fn check(status: u16, expected: Again) {
        let kept_back = judge(Ok(answer(status)), ROOM).unwrap_err();
        assert_eq!(kept_back.again, expected, "{status}");
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        for status in [301, 302, 400, 401, 403, 404, 410] {
            check(status, Again::Never);
        }
        for status in [408, 429, 500, 502, 503] {
            check(status, Again::Backoff);
        }
        let away = judge(Err(HttpError::NotSent("refused".into())), ROOM);
        assert_eq!(away.unwrap_err().again, Again::Backoff);
    }

    #[test]
    fn a_server_may_name_the_pause() {
        let busy = |seconds| Answer {
            retry_after: Some(Duration::from_secs(seconds)),
            ..answer(503)
        };
        let pause = |seconds| judge(Ok(busy(seconds)), ROOM).unwrap_err().again;
        assert_eq!(pause(7), Again::After(Duration::from_secs(7)));
        assert_eq!(pause(1_000_000), Again::After(LONGEST_ASKED));
    }

    #[test]
    fn what_is_too_large_is_never_taken() {
        let of = |size| {
            let body = vec![0; size];
            judge(
                Ok(Answer {
                    body,
                    ..answer(200)
                }),
                ROOM,
            )
        };
        assert_eq!(of(ROOM).unwrap().bytes.len(), ROOM);
        assert_eq!(of(ROOM + 1).unwrap_err().again, Again::Never);
    }

    #[test]
    fn the_content_type_is_taken_without_its_parameters() {
        assert_eq!(&*mime_type(Some("Image/PNG; charset=binary")), "image/png");
        assert_eq!(&*mime_type(Some(" ")), UNNAMED);
        assert_eq!(&*mime_type(None), UNNAMED);
    }
}
