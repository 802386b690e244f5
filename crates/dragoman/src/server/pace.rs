//! How long a call may take.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::body::{Frame, SizeHint};
use tokio::time::Instant;

/// A call may take a second more for each so many bytes of its body: a large file on a slow line
/// comes through, and nobody can hold a call open with a byte now and then.
const A_SECOND_MORE: u64 = 16 * 1024;

/// The time that a call has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// How long the body may stand still.
    pub(super) pause: Duration,
    /// How long the whole may take.
    pub(super) call: Duration,
}

/// Who let the time run out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overdue {
    /// The body did not come.
    Client,
    /// The answer did not.
    Gateway,
}

impl IntoResponse for Overdue {
    fn into_response(self) -> Response {
        let (status, said) = match self {
            Self::Client => (StatusCode::REQUEST_TIMEOUT, "the body came too slowly\n"),
            Self::Gateway => (StatusCode::SERVICE_UNAVAILABLE, "this took too long\n"),
        };
        (status, [(header::CONNECTION, "close")], said).into_response()
    }
}

/// How a call goes on.
#[derive(Debug)]
pub(super) struct Pace {
    patience: Patience,
    begun: Instant,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    received: u64,
    /// Since when we wait for more of the body, while we do: what nobody asks for is not late.
    waiting: Option<Instant>,
}

impl Pace {
    pub(super) fn begin(patience: Patience) -> Arc<Self> {
        Arc::new(Self {
            patience,
            begun: Instant::now(),
            seen: Mutex::default(),
        })
    }

    /// A body whose pace is seen.
    pub(super) fn of(self: &Arc<Self>, body: Body) -> Body {
        let pace = Arc::clone(self);
        Body::new(Paced { body, pace })
    }

    /// Ends when the time has run out.
    pub(super) async fn overdue(&self) -> Overdue {
        loop {
            match self.look(Instant::now()) {
                Ok(again) => tokio::time::sleep_until(again).await,
                Err(overdue) => return overdue,
            }
        }
    }

    /// When to look again, unless the time has run out.
    fn look(&self, now: Instant) -> Result<Instant, Overdue> {
        let seen = self.seen();
        let more = Duration::from_secs(seen.received / A_SECOND_MORE);
        let end = self.begun + self.patience.call + more;
        let (late, overdue) = match seen.waiting {
            Some(since) => (since + self.patience.pause, Overdue::Client),
            None => (now + self.patience.pause, Overdue::Gateway),
        };
        if now >= end.min(late) {
            return Err(overdue);
        }
        Ok(end.min(late))
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Paced {
    body: Body,
    pace: Arc<Pace>,
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        let mut seen = self.pace.seen();
        match &polled {
            Poll::Pending => {
                seen.waiting.get_or_insert_with(Instant::now);
            }
            Poll::Ready(frame) => {
                seen.waiting = None;
                let frame = frame.as_ref().and_then(|frame| frame.as_ref().ok());
                let data = frame.and_then(Frame::data_ref);
                seen.received += data.map_or(0, Bytes::len) as u64;
            }
        }
        drop(seen);
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience = Patience {
        pause: Duration::from_secs(10),
        call: Duration::from_secs(30),
    };

    fn seconds(pace: &Pace, seconds: u64) -> Instant {
        pace.begun + Duration::from_secs(seconds)
    }

    #[test]
    fn a_body_that_stands_still_is_late_and_one_that_nobody_asks_for_is_not() {
        let pace = Pace::begin(PATIENCE);
        assert!(pace.look(seconds(&pace, 20)).is_ok());
        pace.seen().waiting = Some(seconds(&pace, 5));
        assert_eq!(pace.look(seconds(&pace, 14)), Ok(seconds(&pace, 15)));
        assert_eq!(pace.look(seconds(&pace, 15)), Err(Overdue::Client));
    }

    #[test]
    fn an_answer_has_its_time_and_more_where_the_body_is_large() {
        let pace = Pace::begin(PATIENCE);
        assert_eq!(pace.look(seconds(&pace, 25)), Ok(seconds(&pace, 30)));
        assert_eq!(pace.look(seconds(&pace, 30)), Err(Overdue::Gateway));
        pace.seen().received = 1024 * 1024;
        assert!(pace.look(seconds(&pace, 93)).is_ok());
        assert_eq!(pace.look(seconds(&pace, 94)), Err(Overdue::Gateway));
    }

    #[test]
    fn a_byte_now_and_then_does_not_hold_a_call_open() {
        let pace = Pace::begin(PATIENCE);
        for second in 0..30 {
            let mut seen = pace.seen();
            (seen.received, seen.waiting) = (second, Some(seconds(&pace, second)));
            drop(seen);
            assert!(pace.look(seconds(&pace, second)).is_ok());
        }
        assert_eq!(pace.look(seconds(&pace, 30)), Err(Overdue::Client));
    }
}
