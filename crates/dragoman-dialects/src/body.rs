//! The bodies of calls.

use axum::body::Bytes;
use axum::extract::Request;
use http_body_util::{BodyExt, LengthLimitError, Limited};

/// The largest body of a call, in bytes.
pub(crate) const LIMIT: usize = 256 * 1024;

/// As deep may lists and objects lie in each other. Whoever reads them may do so step by step.
const DEEPEST: usize = 64;

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is over the limit.
    TooLarge,
    /// Lists and objects lie in each other deeper than anybody needs.
    TooDeep,
    /// The client went away in the middle.
    BrokenOff,
}

/// Reads the body of a call, and no more of it than may be: a layer that keeps the limit would be
/// one more for every call to pass, with a body or without.
///
/// # Errors
/// See [`Unread`].
pub(crate) async fn read(request: Request) -> Result<Bytes, Unread> {
    let bytes = read_up_to(request, LIMIT).await?;
    if is_deep(&bytes) {
        return Err(Unread::TooDeep);
    }
    Ok(bytes)
}

/// Whether a JSON text goes deeper than it may, found out without reading it. What is no JSON is
/// for its reader to refuse.
fn is_deep(text: &[u8]) -> bool {
    let (mut depth, mut in_text, mut is_escaped) = (0_usize, false, false);
    text.iter().any(|byte| {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => depth += 1,
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEEPEST
    })
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

    #[test]
    fn json_may_be_as_deep_as_anybody_needs() {
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let objects = "{\"a\":".repeat(DEEPEST + 1);
        assert!(!is_deep(deep(DEEPEST).as_bytes()));
        assert!(is_deep(deep(DEEPEST + 1).as_bytes()));
        assert!(is_deep(objects.as_bytes()));
        let wide = format!("[{}]", "[],".repeat(1000));
        let text = format!(r#"{{"text":"\\\"{}"}}"#, "[".repeat(1000));
        for shallow in [wide, text, String::new()] {
            assert!(!is_deep(shallow.as_bytes()), "{shallow}");
        }
    }

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
