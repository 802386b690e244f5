//! What a client still sends when its answer is ready.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::CONNECTION;
use axum::response::Response;
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use tokio::sync::oneshot;

/// As many unread bytes are taken off a connection: more than a file that is a little too large.
const MOST: usize = 128 * 1024 * 1024;
/// For as long.
const LONGEST: Duration = Duration::from_secs(30);
/// A client that sends nothing for so long gets its answer now.
const SILENCE: Duration = Duration::from_secs(2);

/// Reads what a handler has left unread before the answer goes out: a connection that is closed
/// while its client still writes is reset, and the client never sees the answer that says why.
/// An answer that ends the connection waits for nobody.
pub(super) async fn discard<F>(request: Request, answer: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    if request.body().is_end_stream() {
        return answer(request).await;
    }
    let (back, left) = oneshot::channel();
    let request = request.map(|body| {
        Body::new(Lent {
            body: Some(body),
            back: Some(back),
        })
    });
    let response = answer(request).await;
    if response.headers().contains_key(CONNECTION) {
        return response;
    }
    if let Ok(rest) = left.await {
        // Whoever sends more than that, or slower, is cut off.
        drop(tokio::time::timeout(LONGEST, drain(rest)).await);
    }
    response
}

async fn drain(mut body: Body) {
    let mut taken = 0;
    while taken < MOST
        && let Ok(Some(Ok(frame))) = tokio::time::timeout(SILENCE, body.frame()).await
    {
        taken += frame.data_ref().map_or(0, Bytes::len);
    }
}

/// A body that comes back when it is dropped before its end.
struct Lent {
    body: Option<Body>,
    back: Option<oneshot::Sender<Body>>,
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match &mut self.body {
            Some(body) => Pin::new(body).poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map_or_else(SizeHint::default, Body::size_hint)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let rest = self.body.take().filter(|body| !body.is_end_stream());
        if let (Some(rest), Some(back)) = (rest, self.back.take()) {
            // The middleware may have been dropped with its connection.
            drop(back.send(rest));
        }
    }
}
