//! One try to tell a subscription.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use dragoman_core::catalog::Subscription;
use dragoman_core::ports::{
    Answer, Attempted, AttemptedDelivery, Courtesy, Format, HttpError, Method, Outgoing, Reach,
    Request,
};
use dragoman_core::{Raw, Timestamp, retry};
use futures_util::FutureExt;

use super::rendering::crashed;
use super::signing;
use super::tail::Told;
use crate::shared::Shared;

/// For the whole exchange.
const TIMEOUT: Duration = Duration::from_secs(15);
/// What an endpoint asks for with `Retry-After` is honoured up to this.
const LONGEST_ASKED: Duration = Duration::from_secs(6 * 3600);
/// An endpoint that is overloaded or late is left alone so long.
const RESPITE: Duration = Duration::from_secs(60);
/// Of what an endpoint answers, so many bytes are read,
const READ_ANSWER: usize = 64 * 1024;
/// and so many are kept.
const KEPT_ANSWER: usize = 1024;
/// The answer that nobody is to call again.
const GONE: u16 = 410;

/// A try under way.
pub(super) struct Delivery {
    pub(super) told: Arc<Told>,
    pub(super) subscription: Arc<Subscription>,
    pub(super) format: Arc<dyn Format>,
    /// Failed tries before this one.
    pub(super) tries: u32,
    pub(super) at: Timestamp,
}

impl Delivery {
    /// Sends it, and says how it goes on. A crash on the way is an end like another: what was
    /// begun is always answered for.
    pub(super) async fn run(self, shared: Arc<Shared>, outgoing: Outgoing) -> AttemptedDelivery {
        let calling = shared.http.call(self.request(outgoing));
        let called = AssertUnwindSafe(calling).catch_unwind().await;
        let answer = called.unwrap_or_else(|_| {
            crashed(&shared, self.told.seq(), "telling an event panicked");
            Err(HttpError::Lost("crash".into()))
        });
        if let Err(error) = &answer {
            tracing::debug!(subscription = %self.subscription.id, %error, "no answer from an endpoint");
        }
        let (now, roll) = (shared.clock.now(), shared.random.roll());
        let judged = catch_unwind(AssertUnwindSafe(|| self.judge(&answer, now, roll)));
        let then = judged.unwrap_or_else(|_| {
            crashed(&shared, self.told.seq(), "judging a delivery panicked");
            Attempted::Exhausted
        });
        let answer = answer.ok();
        AttemptedDelivery {
            seq: self.told.seq(),
            message: self.told.message(),
            at: self.at,
            status: answer.as_ref().map(|answer| answer.status),
            answer: match then {
                Attempted::Done => None,
                Attempted::Again { .. } | Attempted::Exhausted | Attempted::Overtaken => {
                    answer.and_then(|answer| beginning(&answer.body))
                }
            },
            then,
        }
    }

    fn request(&self, outgoing: Outgoing) -> Request {
        let mut headers = outgoing.headers;
        let (id, body) = (self.told.happened.id(), &outgoing.body);
        headers.extend(signing::headers(&self.subscription, id, body, self.at));
        headers.push(("content-type".into(), "application/json".to_owned()));
        Request {
            method: Method::Post,
            url: self.subscription.url.to_string(),
            headers,
            body: outgoing.body,
            timeout: TIMEOUT,
            reach: Reach::Public,
            answer_limit: READ_ANSWER,
            trust: self.subscription.trust.clone(),
        }
    }

    fn judge(&self, answer: &Result<Answer, HttpError>, now: Timestamp, roll: f64) -> Attempted {
        let heard = answer.as_ref().ok();
        let status = heard.map(|heard| heard.status);
        if status.is_some_and(|status| self.format.is_success(status)) {
            return Attempted::Done;
        }
        if has_left(&*self.format, status) {
            // It waits until somebody switches the endpoint on again.
            return Attempted::Again {
                due_at: now,
                tries: self.tries,
            };
        }
        let tries = self.tries + 1;
        let asked = heard.and_then(|heard| heard.retry_after);
        let shortest = match self.format.courtesy() {
            Courtesy::Ours if is_overwhelmed(answer) => RESPITE,
            Courtesy::Ours | Courtesy::Originals => Duration::ZERO,
        };
        self.format
            .pause(&self.subscription, tries)
            .map_or(Attempted::Exhausted, |planned| Attempted::Again {
                due_at: now.plus(pause(planned, asked, roll).max(shortest)),
                tries,
            })
    }
}

/// Whether an endpoint has said that nobody is to call again.
pub(super) fn has_left(format: &dyn Format, status: Option<u16>) -> bool {
    match format.courtesy() {
        Courtesy::Ours => status == Some(GONE),
        Courtesy::Originals => false,
    }
}

/// Whether an endpoint has too much to do.
fn is_overwhelmed(answer: &Result<Answer, HttpError>) -> bool {
    match answer {
        Ok(answer) => matches!(answer.status, 429 | 502 | 504),
        Err(error) => error.is_timeout(),
    }
}

/// The beginning of what an endpoint answered, for somebody to read; `None` when it is empty.
fn beginning(body: &[u8]) -> Option<Raw> {
    // A character that begins within the limit ends at most three bytes behind it.
    let enough = body.len().min(KEPT_ANSWER + 3);
    let text = String::from_utf8_lossy(&body[..enough]);
    let end = text.floor_char_boundary(KEPT_ANSWER);
    (end > 0).then(|| Raw::new(&text[..end]))
}

/// The planned pause with jitter, or what the endpoint asks for, between the plan and its double.
fn pause(planned: Duration, asked: Option<Duration>, roll: f64) -> Duration {
    let jittered = retry::jittered(planned, roll);
    let longest = (planned * 2).min(LONGEST_ASKED);
    asked.map_or(jittered, |asked| jittered.max(asked.min(longest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(body: &[u8]) -> Option<String> {
        beginning(body).map(|kept| kept.as_str().to_owned())
    }

    #[test]
    fn of_an_answer_no_more_than_a_kibibyte_is_kept_and_no_character_is_cut() {
        assert_eq!(kept(b""), None);
        assert_eq!(kept(b"no such order"), Some("no such order".to_owned()));
        assert_eq!(kept(&[b'x'; 5000]), Some("x".repeat(1024)));
        let odd = format!("{}ééé", "x".repeat(1021));
        assert_eq!(kept(odd.as_bytes()), Some(format!("{}é", "x".repeat(1021))));
        let just = format!("{}𝄞𝄞", "x".repeat(1020));
        assert_eq!(
            kept(just.as_bytes()),
            Some(format!("{}𝄞", "x".repeat(1020)))
        );
        assert_eq!(kept(b"no \xff text"), Some("no \u{fffd} text".to_owned()));
        assert_eq!(kept(&[0xff; 5000]), Some("\u{fffd}".repeat(341)));
    }

    #[test]
    fn an_endpoint_may_ask_for_up_to_twice_the_planned_pause() {
        let seconds = Duration::from_secs;
        assert_eq!(pause(seconds(100), None, 0.5), seconds(100));
        assert_eq!(pause(seconds(100), Some(seconds(150)), 0.5), seconds(150));
        assert_eq!(pause(seconds(100), Some(seconds(900)), 0.5), seconds(200));
        assert_eq!(pause(seconds(100), Some(seconds(1)), 0.5), seconds(100));
        assert_eq!(
            pause(seconds(40_000), Some(seconds(90_000)), 0.5),
            seconds(40_000)
        );
    }
}
