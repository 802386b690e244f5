//! One HTTP/1.1 message in a buffer. Pure.

/// The longest head that is looked through.
const HEAD_LIMIT: usize = 16 * 1024;

/// A request or an answer that has arrived whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Message<'a> {
    /// Start line and headers.
    head: &'a str,
    /// What comes after them.
    pub(crate) body: &'a [u8],
    /// How many bytes of the buffer it takes.
    pub(crate) length: usize,
}

/// Why the bytes are no message that we can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    /// No empty line, or no text before it.
    #[error("no head of HTTP/1.1")]
    Head,
    /// A body whose length is not told in advance.
    #[error("a body without content-length")]
    Length,
}

impl<'a> Message<'a> {
    /// The message at the start of the buffer; `None` while it has not arrived whole.
    pub(crate) fn read(buffer: &'a [u8]) -> Result<Option<Self>, Malformed> {
        let Some(end) = head_end(buffer) else {
            return if buffer.len() < HEAD_LIMIT {
                Ok(None)
            } else {
                Err(Malformed::Head)
            };
        };
        let head = std::str::from_utf8(&buffer[..end]).map_err(|_| Malformed::Head)?;
        let length = end + body_length(head)?;
        Ok(buffer
            .get(end..length)
            .map(|body| Self { head, body, length }))
    }

    /// The status of an answer.
    pub(crate) fn status(&self) -> Option<u16> {
        self.word(1)?.parse().ok()
    }

    /// The path of a request.
    pub(crate) fn path(&self) -> &'a str {
        self.word(1).unwrap_or_default()
    }

    fn word(&self, index: usize) -> Option<&'a str> {
        self.head.lines().next()?.split(' ').nth(index)
    }
}

fn head_end(buffer: &[u8]) -> Option<usize> {
    let end = buffer.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some(end + 4)
}

fn body_length(head: &str) -> Result<usize, Malformed> {
    if header(head, "transfer-encoding").is_some() {
        return Err(Malformed::Length);
    }
    header(head, "content-length").map_or(Ok(0), |text| text.parse().map_err(|_| Malformed::Length))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (before, value) = line.split_once(':')?;
        before.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1";

    #[test]
    fn an_answer_is_read_with_its_body_and_without_what_follows() {
        let message = Message::read(ANSWER).unwrap().unwrap();
        assert_eq!(message.status(), Some(200));
        assert_eq!(message.body, b"ok");
        assert_eq!(&ANSWER[message.length..], b"HTTP/1.1");
    }

    #[test]
    fn a_request_without_a_body_ends_with_its_head() {
        let message = Message::read(b"GET /count HTTP/1.1\r\nhost: a\r\n\r\n");
        let message = message.unwrap().unwrap();
        assert_eq!(message.path(), "/count");
        assert!(message.body.is_empty());
    }

    #[test]
    fn what_has_not_arrived_whole_is_waited_for() {
        let whole = ANSWER.len() - "HTTP/1.1".len();
        for length in 0..whole {
            assert_eq!(Message::read(&ANSWER[..length]), Ok(None), "{length}");
        }
    }

    #[test]
    fn a_body_of_unknown_length_is_refused() {
        for header in ["transfer-encoding: chunked", "content-length: two"] {
            let text = format!("HTTP/1.1 200 OK\r\n{header}\r\n\r\n");
            assert_eq!(Message::read(text.as_bytes()), Err(Malformed::Length));
        }
    }

    #[test]
    fn a_head_without_an_end_is_refused_at_last() {
        assert_eq!(Message::read(&[b'a'; HEAD_LIMIT]), Err(Malformed::Head));
    }
}
