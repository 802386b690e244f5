//! The bodies of calls.

use axum::body::Bytes;
use axum::extract::Request;
use http_body_util::{BodyExt, LengthLimitError, Limited};

/// The largest body of a call, in bytes.
pub(crate) const LIMIT: usize = 256 * 1024;

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is over the limit.
    TooLarge,
    /// The client went away in the middle.
    BrokenOff,
}

/// Reads the body of a call, and no more of it than may be: a layer that keeps the limit would be
/// one more for every call to pass, with a body or without.
///
/// # Errors
/// See [`Unread`].
pub(crate) async fn read(request: Request) -> Result<Bytes, Unread> {
    read_up_to(request, LIMIT).await
}

/// [`read`] for a file, which may have more bytes.
///
/// # Errors
/// See [`Unread`].
pub(crate) async fn read_up_to(request: Request, limit: usize) -> Result<Bytes, Unread> {
    match Limited::new(request.into_body(), limit).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Unread::TooLarge),
        Err(_) => Err(Unread::BrokenOff),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[tokio::test]
    async fn a_body_is_read_up_to_the_limit() {
        let blank = |length| Body::from(vec![b' '; length]);
        let broken = Body::new(Limited::new(blank(2), 1));
        for (body, expected) in [
            (blank(0), Ok(0)),
            (blank(LIMIT), Ok(LIMIT)),
            (blank(LIMIT + 1), Err(Unread::TooLarge)),
            (broken, Err(Unread::BrokenOff)),
        ] {
            let read = read(Request::new(body)).await;
            assert_eq!(read.map(|bytes| bytes.len()), expected);
        }
    }
}
