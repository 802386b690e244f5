//! What a request's head must not have, because two programs could read it in two ways.
//!
//! The parser behind takes lines that end with a line feed alone, a length that is said twice, and
//! a length beside chunks; a proxy before us may read those otherwise, and take the end of one
//! request for the beginning of another. Here they pass no further.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// As much of a line is kept as the fields need that are looked at.
const KEPT: usize = 128;

/// A connection whose requests have heads that everybody reads in the same way.
pub(super) struct Strict<I> {
    io: I,
    heads: Heads,
}

impl<I> Strict<I> {
    pub(super) fn new(io: I) -> Self {
        let heads = Heads::default();
        Self { io, heads }
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Strict<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(context, buffer))?;
        let fresh = &mut buffer.filled_mut()[before..];
        if let Err(Ambiguous { at }) = self.heads.read(fresh) {
            // A byte that no head may have: the parser answers 400, and ends the connection.
            fresh[at] = 0;
            buffer.set_filled(before + at + 1);
        }
        Poll::Ready(Ok(()))
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Strict<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}

/// Where a line ends that can be read in two ways.
#[derive(Debug, PartialEq, Eq)]
struct Ambiguous {
    at: usize,
}

/// What comes next on a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Next {
    #[default]
    Head,
    /// So many bytes of a body.
    Body(u64),
    /// Chunks: whoever answers them ends the connection, so that no head follows.
    Chunks,
}

/// Follows the requests of a connection from head to head.
#[derive(Debug, Default)]
struct Heads {
    next: Next,
    line: Line,
    /// Whether the line of the method has come.
    begun: bool,
    length: Option<u64>,
    chunked: bool,
}

/// The line that is being read.
#[derive(Debug, Default)]
struct Line {
    kept: Vec<u8>,
    last: Option<u8>,
}

impl Line {
    fn add(&mut self, bytes: &[u8]) {
        let room = KEPT - self.kept.len();
        self.kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.last = bytes.last().copied().or(self.last);
    }

    /// The field in it: its name and its value.
    fn field(&self) -> Option<(&str, &str)> {
        let text = std::str::from_utf8(&self.kept).ok()?;
        let (name, value) = text.split_once(':')?;
        Some((name, value.trim()))
    }
}

impl Heads {
    fn read(&mut self, bytes: &[u8]) -> Result<(), Ambiguous> {
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            match self.next {
                Next::Head => match rest.iter().position(|&byte| byte == b'\n') {
                    Some(end) => {
                        self.line.add(&rest[..end]);
                        at += end;
                        self.end_line().ok_or(Ambiguous { at })?;
                        at += 1;
                    }
                    None => {
                        self.line.add(rest);
                        at = bytes.len();
                    }
                },
                Next::Body(left) => {
                    let passed = left.min(rest.len() as u64);
                    self.next = match left - passed {
                        0 => Next::Head,
                        left => Next::Body(left),
                    };
                    at += passed as usize;
                }
                Next::Chunks => at = bytes.len(),
            }
        }
        Ok(())
    }

    /// `None` where the line can be read in two ways.
    fn end_line(&mut self) -> Option<()> {
        let line = std::mem::take(&mut self.line);
        let ends_well = line.last == Some(b'\r');
        if !ends_well {
            return None;
        }
        if line.kept == b"\r" {
            self.end_head();
            return Some(());
        }
        if !self.begun {
            self.begun = true;
            return Some(());
        }
        let continues = line.kept.starts_with(b" ") || line.kept.starts_with(b"\t");
        if continues {
            return None;
        }
        match line.field() {
            Some((name, value)) => self.field(name, value),
            // Whatever it is, it says nothing about the length.
            None => Some(()),
        }
    }

    fn field(&mut self, name: &str, value: &str) -> Option<()> {
        let is = |known: &str| name.trim().eq_ignore_ascii_case(known);
        let says_length = is("content-length");
        if !says_length && !is("transfer-encoding") {
            return Some(());
        }
        if self.length.is_some() || self.chunked {
            return None;
        }
        if says_length {
            let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
            self.length = Some(value.parse().ok().filter(|_| is_number)?);
        } else {
            self.chunked = value.eq_ignore_ascii_case("chunked").then_some(true)?;
        }
        Some(())
    }

    fn end_head(&mut self) {
        // Empty lines may stand before a request.
        let head = std::mem::take(self);
        self.next = match (head.length, head.chunked) {
            (_, true) => Next::Chunks,
            (Some(0) | None, false) => Next::Head,
            (Some(length), false) => Next::Body(length),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether all of it passes, whole and byte by byte.
    fn passes(text: &str) -> bool {
        let whole = Heads::default().read(text.as_bytes()).is_ok();
        let mut slow = Heads::default();
        let slowly = text.bytes().all(|byte| slow.read(&[byte]).is_ok());
        assert_eq!(whole, slowly, "{text:?}");
        whole
    }

    #[test]
    fn what_everybody_reads_in_the_same_way_passes() {
        let body = "POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\n\n\n\n\n\n";
        let get = "\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n";
        let long = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "é".repeat(1000));
        let chunks = "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\n\n\r\n0\r\n\r\n";
        for good in [get, &long, chunks, &[body, get, body, chunks].concat()] {
            assert!(passes(good), "{good:?}");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_does_not_pass() {
        for fields in [
            "content-length: 5\r\ncontent-length: 5\r\n",
            "content-length: 5\r\nContent-Length: 6\r\n",
            "content-length: 5\r\ntransfer-encoding: chunked\r\n",
            "transfer-encoding: chunked\r\ncontent-length: 5\r\n",
            "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
            "transfer-encoding: gzip, chunked\r\n",
            "transfer-encoding: xchunked\r\n",
            "content-length: +5\r\n",
            "content-length: 5, 5\r\n",
            "content-length: 99999999999999999999\r\n",
            "content-length:\r\n",
            "content-length : 5\r\ncontent-length: 6\r\n",
            "host: a\n",
            "x: a\r\n b\r\n",
            "x: a\r\n\tb\r\n",
        ] {
            let request = format!("POST / HTTP/1.1\r\n{fields}\r\n");
            assert!(!passes(&request), "{fields:?}");
            let second = format!("POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n\n\n{request}");
            assert!(!passes(&second), "{fields:?}");
        }
        for request in [
            "GET / HTTP/1.1\nhost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: a\r\n\n",
            "\nGET / HTTP/1.1\r\n\r\n",
        ] {
            assert!(!passes(request), "{request:?}");
        }
    }
}
