//! The rest of a request's body, which nobody wants any more.
//!
//! A request that is refused early (too large, a stranger's, to an unknown address) is often still being written. An
//! answer on top of that, and a closed connection, would reach many clients as a broken pipe and nothing else. So a
//! body is only lent to the routes, and what they left of it is read and thrown away before the answer goes out.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::sync::oneshot;

/// Who writes more than this is cut off.
const MOST_BYTES: usize = 64 << 20;
/// And so is who takes longer.
const LONGEST: Duration = Duration::from_secs(30);

/// A body in the hands of a route; goes back when it is dropped.
pub(crate) struct Lent {
    body: Option<Incoming>,
    back: Option<oneshot::Sender<Incoming>>,
}

/// Where a lent body comes back.
pub(crate) struct Owner(oneshot::Receiver<Incoming>);

/// Lends a body for one request.
pub(crate) fn lend(body: Incoming) -> (Lent, Owner) {
    let (back, owner) = oneshot::channel();
    let lent = Lent {
        body: Some(body),
        back: Some(back),
    };
    (lent, Owner(owner))
}

impl Owner {
    /// Reads what is left to its end, once the request is decided.
    pub(crate) async fn discard(mut self) {
        let Ok(mut body) = self.0.try_recv() else {
            return;
        };
        let read = async {
            let mut room = MOST_BYTES;
            while let Some(Ok(frame)) = body.frame().await {
                let length = frame.data_ref().map_or(0, Bytes::len);
                match room.checked_sub(length) {
                    Some(left) => room = left,
                    None => break,
                }
            }
        };
        if tokio::time::timeout(LONGEST, read).await.is_err() {
            tracing::debug!("body that nobody wants did not end in time");
        }
    }
}

impl Body for Lent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let frame = ready!(Pin::new(body).poll_frame(context));
        Poll::Ready(frame.map(|frame| frame.map_err(io::Error::other)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (Some(body), Some(back)) = (self.body.take(), self.back.take()) {
            // The connection may be gone.
            drop(back.send(body));
        }
    }
}
